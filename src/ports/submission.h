// Sending mail with the user's envelope.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include <string>
#include <vector>

namespace eas {

class Submission {
public:
    virtual ~Submission() = default;
    /// The user's own addresses, the primary one first.
    virtual std::vector<std::string> addresses() = 0;
    /// Hands `message` over for the recipients of its To, Cc and Bcc; the copy that is sent has no Bcc.
    /// Its Date, Message-ID and From are there already (mapping/outgoing-message.h). All or nothing:
    /// if one recipient is refused, nobody gets it. not_found: the server does not know a recipient
    /// (message names the recipient and the server's words); bad_request: no valid recipient or refused
    /// as malformed; quota: the server's 452/552; too_large: over its size limit; temporary: it may be
    /// tried again.
    virtual Result<void> send(Content const &message) = 0;
};

} // namespace eas
