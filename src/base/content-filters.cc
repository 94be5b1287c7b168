// Filters sit between a content and the sink that it is copied to; see content-filters.h.
#include "base/content-filters.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

/// Three bytes make four characters: what is left of a piece waits for the next one.
class Base64Sink final : public Sink {
public:
    explicit Base64Sink(Sink &sink) : m_sink(sink) {}

    Result<void> write(std::string_view bytes) override
    {
        if (!m_waiting.empty()) {
            size_t const missing = std::min(3 - m_waiting.size(), bytes.size());
            m_waiting.append(bytes.substr(0, missing));
            bytes.remove_prefix(missing);
            if (m_waiting.size() < 3)
                return {};
            if (auto const written = m_sink.write(base64_encode(m_waiting)); !written)
                return written;
            m_waiting.clear();
        }
        for (; bytes.size() >= 3; bytes.remove_prefix(std::min(piece_bytes, bytes.size() / 3 * 3))) {
            auto const piece = bytes.substr(0, std::min(piece_bytes, bytes.size() / 3 * 3));
            if (auto const written = m_sink.write(base64_encode(piece)); !written)
                return written;
        }
        m_waiting = bytes;
        return {};
    }

    Result<void> finish()
    {
        return m_waiting.empty() ? Result<void>() : m_sink.write(base64_encode(m_waiting));
    }

private:
    static constexpr size_t piece_bytes = 3 * 4096;
    Sink &m_sink;
    std::string m_waiting; ///< less than three bytes
};

class Base64Content final : public ContentSource {
public:
    explicit Base64Content(Content content) : m_content(std::move(content)) {}
    Result<void> copy_to(Sink &sink) const override
    {
        Base64Sink encoder(sink);
        auto const copied = m_content.copy_to(encoder);
        return copied ? encoder.finish() : copied;
    }

private:
    Content m_content;
};

/// Breaks what comes into lines.
class LineSink final : public Sink {
public:
    explicit LineSink(Sink &sink) : m_sink(sink) {}

    Result<void> write(std::string_view text) override
    {
        std::string lines;
        lines.reserve(text.size() + text.size() / 32);
        while (!text.empty()) {
            auto const piece = text.substr(0, line_characters - m_column);
            lines += piece;
            m_column += piece.size();
            text.remove_prefix(piece.size());
            if (m_column == line_characters)
                end_line(lines);
        }
        return m_sink.write(lines);
    }

    Result<void> finish()
    {
        std::string last;
        if (m_column != 0)
            end_line(last);
        return m_sink.write(last);
    }

private:
    static constexpr size_t line_characters = 76;
    void end_line(std::string &lines)
    {
        lines += "\r\n";
        m_column = 0;
    }

    Sink &m_sink;
    size_t m_column = 0;
};

class LinesContent final : public ContentSource {
public:
    explicit LinesContent(Content content) : m_content(std::move(content)) {}
    Result<void> copy_to(Sink &sink) const override
    {
        LineSink lines(sink);
        auto const copied = m_content.copy_to(lines);
        return copied ? lines.finish() : copied;
    }

private:
    Content m_content;
};

class RangeContent final : public ContentSource {
public:
    RangeContent(Content content, uint64_t first, uint64_t count)
        : m_content(std::move(content)), m_first(first), m_count(count)
    {}
    Result<void> copy_to(Sink &sink) const override { return m_content.copy_range(m_first, m_count, sink); }
    Result<uint64_t> size() const override
    {
        auto const whole = m_content.size();
        return whole ? Result<uint64_t>(std::min(m_count, *whole - std::min(m_first, *whole))) : whole;
    }

private:
    Content m_content;
    uint64_t m_first, m_count;
};

class BorrowedContent final : public ContentSource {
public:
    explicit BorrowedContent(std::string_view bytes) : m_bytes(bytes) {}
    Result<void> copy_to(Sink &sink) const override { return sink.write(m_bytes); }

private:
    std::string_view m_bytes;
};

class JoinedContent final : public ContentSource {
public:
    explicit JoinedContent(std::vector<Content> contents) : m_contents(std::move(contents)) {}
    Result<void> copy_to(Sink &sink) const override
    {
        for (Content const &content : m_contents)
            if (auto const copied = content.copy_to(sink); !copied)
                return copied;
        return {};
    }

private:
    std::vector<Content> m_contents;
};

} // namespace

Content borrowed_content(std::string_view bytes)
{
    return Content(std::make_shared<BorrowedContent const>(bytes));
}

Content joined_content(std::vector<Content> contents)
{
    return Content(std::make_shared<JoinedContent const>(std::move(contents)));
}

Content base64_content(Content content)
{
    return Content(std::make_shared<Base64Content const>(std::move(content)));
}

Content mime_base64_content(Content content)
{
    return Content(std::make_shared<LinesContent const>(base64_content(std::move(content))));
}

Content content_range(Content content, uint64_t first, uint64_t last)
{
    return Content(std::make_shared<RangeContent const>(std::move(content), first, last - first + 1));
}

} // namespace eas
