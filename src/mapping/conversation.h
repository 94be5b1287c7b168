// Which conversation a message belongs to, and where it stands in it. MS-ASCON 2.2.2.3, 2.2.2.4; the bytes
// are those of Outlook's header field Thread-Index, MS-OXOMSG 2.2.1.3.
//
// Nothing is looked up or kept: both come from the message's own header, so they are the same on each
// device, in each folder and after a restart. The name of a conversation is the Message-ID of its first
// message, which every reply has at the head of its References. Thread-Index names the conversation only
// where a reply has no references; for the replies of other programs lack it, and those of Outlook have both.
#pragma once
#include "ports/mail-store.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// "<id>", each of them in `field`, without what stands between.
std::vector<std::string> message_ids(std::string_view field);

/// 16 bytes, the same for all messages of a conversation.
std::string conversation_id(MailHeaders const &headers);

/// What tells that conversation from others on this server; nothing if `id` is not one of conversation_id().
std::optional<ConversationKey> conversation_key(std::string_view id);

/// 5 bytes of time, and 5 more for each message that this one answers, the first one first. Byte by byte
/// they sort a conversation; the answers that Outlook or we sent begin with the bytes of what they answer.
std::string conversation_index(MailHeaders const &headers);

/// The value of Thread-Index for a reply to (or a forward of) `original`, made at `now`.
std::string thread_index_of_reply(MailHeaders const &original, Instant now);

} // namespace eas
