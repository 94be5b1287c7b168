// A collection's state (collection-state.h) that comes from another host with the mailbox. GUIDs, UIDVALIDITY
// and UIDs come along; where the mailbox's index stood means nothing to an index that was made here. An
// index's id is the second in which it was made, so that it could even be mistaken for the old one.
#pragma once
#include <string>
#include <string_view>

namespace eas {

constexpr std::string_view mail_state_format = "eas-mail-state";

/// The state without the change points of its snapshots: every message is compared with it once, and only
/// differences are told. A text that is no such state is given back.
std::string without_change_points(std::string_view text);

} // namespace eas
