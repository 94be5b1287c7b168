// Parts of others pass as they are stored, so a multipart may hold 8-bit lines and says so.
#include "mapping/mime-entity.h"
#include "base/content-filters.h"
#include "base/text.h"
#include "mapping/header-fields.h"
#include "mapping/transfer-encoding.h"
#include <algorithm>

namespace eas {

static constexpr size_t max_header_bytes = 1 << 20;

MimeEntity text_entity(std::string_view subtype, std::string_view text)
{
    std::string fields = "Content-Type: text/";
    fields.append(subtype).append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n");
    return {std::move(fields), quoted_printable(text)};
}

MimeEntity multipart_entity(std::string_view subtype, std::string const &boundary, std::vector<Content> parts,
                            std::string_view parameters)
{
    std::string fields = "Content-Type: multipart/";
    fields.append(subtype).append(parameters).append(";\r\n boundary=\"").append(boundary);
    fields.append("\"\r\nContent-Transfer-Encoding: 8bit\r\n");
    std::vector<Content> pieces;
    for (Content &part : parts) {
        pieces.emplace_back("--" + boundary + "\r\n");
        pieces.push_back(std::move(part));
        pieces.emplace_back("\r\n");
    }
    pieces.emplace_back("--" + boundary + "--\r\n");
    return {std::move(fields), joined_content(std::move(pieces))};
}

Content as_part(MimeEntity const &entity)
{
    return joined_content({entity.fields + "\r\n", entity.body});
}

Content message_as_part(Content message)
{
    return as_part({"Content-Type: message/rfc822\r\n"
                    "Content-Transfer-Encoding: 8bit\r\n"
                    "Content-Disposition: attachment\r\n",
                    std::move(message)});
}

namespace {

constexpr std::string_view mime_prefix = "Content-";

/// The fields that say what a part is.
std::string mime_fields(std::string_view header)
{
    std::string fields;
    auto const pieces = split_message(header);
    for (HeaderField const &field : pieces.fields)
        if (equals_ignoring_case(field.name.substr(0, mime_prefix.size()), mime_prefix))
            append_field(fields, field.text);
    return fields;
}

bool has_whole_header(std::string_view text, size_t seen)
{
    return text.starts_with("\r\n") || text.starts_with("\n") || text.find("\n\n", seen) != text.npos ||
           text.find("\n\r\n", seen) != text.npos;
}

/// Ends the reading, as if with an error, where the header ends.
class HeaderSink final : public Sink {
public:
    Result<void> write(std::string_view bytes) override
    {
        size_t const seen = text.size() < 3 ? 0 : text.size() - 3;
        text += bytes;
        is_whole = has_whole_header(text, seen);
        if (is_whole || text.size() > max_header_bytes)
            return Error{ErrorKind::too_large, "a message's header is over 1 MiB"};
        return {};
    }
    std::string text;
    bool is_whole = false;
};

/// Collects the header, passes its MIME fields, and then all that follows.
class MimeFieldsSink final : public Sink {
public:
    explicit MimeFieldsSink(Sink &sink) : m_sink(sink) {}

    Result<void> write(std::string_view bytes) override
    {
        if (m_in_body)
            return m_sink.write(bytes);
        size_t const seen = m_header.size() < 3 ? 0 : m_header.size() - 3;
        m_header += bytes;
        if (has_whole_header(m_header, seen))
            return finish();
        if (m_header.size() > max_header_bytes)
            return Error{ErrorKind::too_large, "a message's header is over 1 MiB"};
        return {};
    }

    /// Must follow the last write(): there may be no body.
    Result<void> finish()
    {
        if (m_in_body)
            return {};
        m_in_body = true;
        auto const written = m_sink.write(mime_fields(m_header) + "\r\n");
        return written ? m_sink.write(split_message(m_header).body) : written;
    }

private:
    Sink &m_sink;
    std::string m_header;
    bool m_in_body = false;
};

class BodyAsPart final : public ContentSource {
public:
    explicit BodyAsPart(Content message) : m_message(std::move(message)) {}
    Result<void> copy_to(Sink &sink) const override
    {
        MimeFieldsSink fields(sink);
        auto const copied = m_message.copy_to(fields);
        return copied ? fields.finish() : copied;
    }

private:
    Content m_message;
};

} // namespace

Result<std::string> header_of(Content const &whole)
{
    HeaderSink sink;
    auto const copied = whole.copy_to(sink);
    if (!copied && !sink.is_whole)
        return copied.error();
    std::string_view const text = sink.text;
    return std::string(text.substr(0, text.size() - split_message(text).body.size()));
}

Result<MimeEntity> entity_of(Content const &whole)
{
    auto const header = header_of(whole);
    if (!header)
        return header.error();
    return MimeEntity{mime_fields(*header), content_range(whole, header->size(), UINT64_MAX - 1)};
}

Content body_as_part(Content message)
{
    return Content(std::make_shared<BodyAsPart const>(std::move(message)));
}

} // namespace eas
