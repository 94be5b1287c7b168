// A MailMessage in memory, built of nested parts, that notes what is read of it.
#pragma once
#include "base/text.h"
#include "ports/mail-store.h"
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace eas::test {

/// A part with its decoded content. Part numbers are set by MemoryMessage.
struct Part {
    MimePart mime;
    std::string content;
    std::vector<Part> parts;

    // Names of the fields to be changed, for tests that read as a description.
    Part named(std::string name) const { return with(&MimePart::name, std::move(name)); }
    Part disposed(std::string disposition) const
    {
        return with(&MimePart::disposition, std::move(disposition));
    }
    Part cid(std::string id) const { return with(&MimePart::content_id, std::move(id)); }
    Part with(std::string MimePart::*field, std::string value) const
    {
        Part changed = *this;
        changed.mime.*field = std::move(value);
        return changed;
    }
    Part with(bool MimePart::*field, bool value) const
    {
        Part changed = *this;
        changed.mime.*field = value;
        return changed;
    }
};

inline Part leaf(std::string type, std::string content = "")
{
    Part part;
    part.mime.type = std::move(type);
    part.content = std::move(content);
    return part;
}

inline Part plain(std::string content)
{
    return leaf("text/plain", std::move(content));
}

inline Part html(std::string content)
{
    return leaf("text/html", std::move(content));
}

inline Part multipart(std::string subtype, std::vector<Part> parts)
{
    Part part;
    part.mime.type = "multipart/" + std::move(subtype);
    part.parts = std::move(parts);
    return part;
}

class MemoryMessage final : public MailMessage {
public:
    explicit MemoryMessage(Part const &root) : m_root(number(root, root.parts.empty() ? "1" : ""))
    {
        whole = "MIME of the message\r\n";
    }

    MailFlags message_flags;
    MailHeaders message_headers;
    std::map<std::string, std::string> more_headers; ///< what header_field() gives
    Instant message_received = Instant::from_seconds(1'000'000'000);
    std::string whole;        ///< what raw("") gives; of parts it is a header of two fields and the content
    std::string mime_of_root; ///< of a multipart: MIME field and body
    std::string first_words;  ///< what preview() gives
    std::map<std::string, size_t> bytes_read; ///< of text(), by part
    int previews_read = 0, raw_read = 0;
    std::optional<Error> failure; ///< of every call

    Uid uid() const override { return 1; }
    Result<MailFlags> flags() override { return unless_failing(message_flags); }
    Result<Instant> received() override { return unless_failing(message_received); }
    Result<MailHeaders> headers() override { return unless_failing(message_headers); }
    Result<std::string> header_field(std::string const &name) override
    {
        return unless_failing(more_headers[name]);
    }
    Result<MimePart> structure() override { return unless_failing(m_root); }
    Result<uint64_t> size() override { return unless_failing<uint64_t>(whole.size()); }

    Result<Text> text(std::string const &part_id, size_t max_bytes) override
    {
        auto found = m_contents.find(part_id);
        if (found == m_contents.end())
            return Error{ErrorKind::not_found, "no part " + part_id};
        auto part = utf8_prefix(found->second, max_bytes);
        bytes_read[part_id] = std::max(bytes_read[part_id], part.size());
        return unless_failing(Text{std::string(part), part.size() < found->second.size()});
    }
    Result<Content> part(std::string const &part_id) override { return Content(m_contents[part_id]); }
    Result<Content> raw(std::string const &part_id) override
    {
        ++raw_read;
        auto const part = m_raw.find(part_id);
        return unless_failing(Content(part == m_raw.end() ? whole : part->second));
    }
    Result<std::string> preview() override
    {
        ++previews_read;
        return unless_failing(first_words);
    }

private:
    template <class T> Result<T> unless_failing(T value) const
    {
        if (failure)
            return *failure;
        return value;
    }

    /// IMAP's numbers: "1", "2.1"; a message inside has its parts numbered below its own number.
    MimePart number(Part const &part, std::string const &id)
    {
        MimePart mime = part.mime;
        mime.id = id;
        mime.decoded_bytes = mime.encoded_bytes = part.content.size();
        m_contents[id] = part.content;
        if (!id.empty())
            m_raw[id] = "Content-Type: " + mime.type + "\r\nX-Part: " + id + "\r\n\r\n" + part.content;
        std::string const boundary = "of-" + id;
        std::string joined = "Content-Type: " + mime.type + "; boundary=\"" + boundary + "\"\r\n\r\n";
        for (size_t i = 0; i < part.parts.size(); ++i) {
            auto const child = (id.empty() ? "" : id + ".") + std::to_string(i + 1);
            mime.parts.push_back(number(part.parts[i], child));
            joined += "--" + boundary + "\r\n" + m_raw[child] + "\r\n";
        }
        if (mime.type.starts_with("multipart/") && !part.parts.empty())
            (id.empty() ? mime_of_root : m_raw[id]) = joined + "--" + boundary + "--\r\n";
        return mime;
    }

    std::map<std::string, std::string> m_contents, m_raw;
    MimePart m_root;
};

/// The whole of a content that is expected to be readable.
inline std::string read(Content const &content)
{
    StringSink sink;
    return content.copy_to(sink) ? sink.text : "(unreadable)";
}

inline std::string read(std::optional<Content> const &content)
{
    return content ? read(*content) : "(absent)";
}

} // namespace eas::test
