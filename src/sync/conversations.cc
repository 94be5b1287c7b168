// See the header.
#include "sync/conversations.h"
#include <limits>
#include <unordered_set>

namespace eas {

namespace {

UidSet everything()
{
    UidSet uids;
    uids.add(1, std::numeric_limits<Uid>::max());
    return uids;
}

} // namespace

Result<UidSet> messages_of_conversation(MailFolderHandle &folder, ConversationKey conversation)
{
    auto const all = folder.conversations(everything());
    if (!all)
        return all.error();
    UidSet members;
    for (auto const &message : *all)
        if (message.conversation == conversation)
            members.add(message.uid);
    return members;
}

Result<UidSet> with_their_conversations(MailFolderHandle &folder, UidSet const &uids)
{
    if (uids.empty())
        return uids;
    auto const all = folder.conversations(everything());
    if (!all)
        return all.error();
    std::unordered_set<ConversationKey> wanted;
    for (auto const &message : *all)
        if (uids.contains(message.uid))
            wanted.insert(message.conversation);
    UidSet members = uids;
    for (auto const &message : *all)
        if (wanted.contains(message.conversation))
            members.add(message.uid);
    return members;
}

} // namespace eas
