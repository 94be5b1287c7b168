// Automatic replies, as Settings:Oof gets and sets them. MS-ASCMD 2.2.3.122.
#pragma once
#include "base/time.h"
#include <optional>
#include <string>

namespace eas {

enum class OofState { disabled = 0, always = 1, scheduled = 2 }; ///< MS-ASCMD 2.2.3.124

/// What one audience is told. MS-ASCMD 2.2.3.123.
struct OofReply {
    bool enabled = false;
    bool is_html = false; ///< BodyType HTML, else TEXT
    std::string message;  ///< ReplyMessage, as the client wrote it; "" if there is none
    bool operator==(OofReply const &) const = default;
};

struct OutOfOffice {
    OofState state = OofState::disabled;
    std::optional<Instant> start, end; ///< of OofState::scheduled; kept in the other states
    OofReply internal;                 ///< to people of the organization
    OofReply known;                    ///< to others who are in the user's contacts
    OofReply unknown;                  ///< to anybody else
    bool operator==(OutOfOffice const &) const = default;
};

} // namespace eas
