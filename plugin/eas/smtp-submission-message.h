// The header of a message on its way out: who receives it, and how it looks when it is sent.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// "local@domain" without quotes around the local part; the domain in ASCII (RFC 5891).
struct Mailbox {
    std::string local;
    std::string domain;
    bool operator==(Mailbox const &) const = default;
    /// Needs SMTPUTF8 (RFC 6531).
    bool is_international() const;
    /// As it stands in an SMTP path, the local part quoted where RFC 5321 4.1.2 asks for it.
    std::string to_string() const;
};

/// Reads one address; bad_request if it is none that SMTP can carry.
Result<Mailbox> parse_mailbox(std::string_view address);

struct OutgoingHeader {
    std::vector<Mailbox> recipients; ///< of To, Cc and Bcc, each once
    std::string text;                ///< without Bcc; with From, Date, Message-ID; ends with the blank line
};

/// `header` is everything before the body. bad_request: an address makes no sense, or there is none.
Result<OutgoingHeader> outgoing_header(std::string_view header, std::string const &own_address);

/// Cuts a message that is written to it into its header, which is handed over whole, and the rest, which is
/// passed on as it comes. too_large for a header over 1 MB.
class HeaderSplitter final : public Sink {
public:
    using TakeHeader = std::function<Result<void>(std::string_view header)>;
    HeaderSplitter(TakeHeader take_header, Sink &body) : m_take_header(std::move(take_header)), m_body(body)
    {}

    Result<void> write(std::string_view bytes) override;
    /// To be called after the last byte: the message may have no body.
    Result<void> finish();

private:
    TakeHeader m_take_header;
    Sink &m_body;
    std::string m_header;
    bool m_in_body = false;
};

} // namespace eas
