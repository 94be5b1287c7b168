// The subject without what replying and forwarding put before it. MS-ASEMAIL 2.2.2.77 (ThreadTopic).
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// "AW: Re[2]: Lunch" -> "Lunch"; "" for a subject that consists of prefixes.
std::string thread_topic(std::string_view subject);

} // namespace eas
