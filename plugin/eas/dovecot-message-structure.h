// The MIME tree of a message: what each part is (from BODYSTRUCTURE) and where its bytes are (from the
// parser). Both come from Dovecot's cache if an IMAP client or we asked before.
//
// Part numbers are IMAP's (RFC 9051 6.4.5.1). IMAP has none for the message inside a message/rfc822 part
// "2" if it is a multipart: it is "2.0" here; a single one is "2.1", as in IMAP.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include <map>
#include <string>

struct mail;

namespace eas {

/// Where a part's bytes are in the message as it is stored, and how to read its body.
struct PartPlace {
    uint64_t position = 0;            ///< of its MIME header
    uint64_t header_bytes = 0;        ///< with the blank line
    uint64_t body_bytes = UINT64_MAX; ///< UINT64_MAX: to the end of the message
    enum class Encoding { none, quoted_printable, base64 } encoding = Encoding::none;
    std::string charset;   ///< as declared; "" if not
    bool is_lines = false; ///< not encoded: as a file its lines end with CRLF, however they are stored
};

class MessageStructure {
public:
    /// conflict: what was cached is wrong and now forgotten; select the message again and retry.
    static Result<MessageStructure> read(struct mail *mail);

    MimePart const &root() const { return m_root; }
    /// Null if there is no such part. "1" is also the body of a message that has no parts.
    PartPlace const *find(std::string const &part_id) const;

private:
    friend class StructureReader;
    MimePart m_root;
    std::map<std::string, PartPlace> m_places;
};

} // namespace eas
