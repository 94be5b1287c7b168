// A message that a client sends, in memory: its parts as the mail store would show them, so that find_parts()
// and read_body_text() serve for both. RFC 2045, RFC 2046.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include <map>
#include <string>
#include <string_view>

namespace eas {

class ParsedMime {
public:
    /// `mime` must outlive the result. bad_request: over 1000 parts.
    static Result<ParsedMime> parse(std::string_view mime);

    /// Parts have those members only that tell body from attachments and how to read text. The message itself
    /// is part "".
    MimePart const &structure() const { return m_root; }
    /// As MailMessage::text(). not_found for an id that structure() has not.
    Result<MailMessage::Text> text(std::string const &part_id, size_t max_bytes) const;
    /// MIME header and body as they came; `part_id` is one of structure().
    std::string_view raw(std::string const &part_id) const;

private:
    struct Place {
        std::string_view whole, body;
        std::string encoding, charset;
    };
    bool add(MimePart &part, std::string_view mime, std::string id, size_t depth);

    MimePart m_root;
    std::map<std::string, Place> m_places;
};

} // namespace eas
