// SmartForward of a calendar item: the invitation goes on to others. MS-ASCMD 2.2.1.19. SmartReply to one:
// the client's message goes out with what the meeting says below. MS-ASCMD 2.2.1.20.
#pragma once
#include "items/email.h"
#include "items/meeting-request.h"
#include "services/sending.h"
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

struct MeetingReply {
    ItemId item;
    std::string instance_id; ///< "" for all of a series
    std::string_view mime;
    std::string client_id;
    bool save_in_sent = false;
    bool replace_mime = false; ///< the client's message has the meeting already
};

std::optional<SendFailure> reply_to_meeting(Session &session, MeetingReply const &reply);

} // namespace eas
