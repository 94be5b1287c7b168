// SmartForward of a calendar item: the invitation goes on to others. MS-ASCMD 2.2.1.19.
#pragma once
#include "commands/sending.h"
#include "items/email.h"
#include "items/meeting-request.h"
#include "sync/item-class.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct MeetingForward {
    ItemId item;
    std::string instance_id;                          ///< "" for all of a series
    std::optional<std::vector<Forwardee>> forwardees; ///< 16.0 on: the server makes the message
    std::optional<Body> body;                         ///< beside forwardees
    std::optional<std::string_view> mime; ///< else the client's message, to which the meeting is added
    std::string client_id;
    bool save_in_sent = false;
};

std::optional<SendFailure> forward_meeting(Session &session, MeetingForward const &forward);

} // namespace eas
