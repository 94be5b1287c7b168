// See the header. All messages of the conversation are moved, from all of the user's own folders except Sent
// (MS-ASCON 2.2.2.8). A device that did not get the answer repeats its request, and finds done what it wants.
// Folders of other users stay as they are: what leaves a shared folder leaves it for all who read it.
#include "commands/move-conversation.h"
#include "mapping/conversation.h"
#include "sync/conversation-moves.h"
#include "sync/conversations.h"
#include "sync/item-class.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t longest_folder_id = 64; // MS-ASCMD 2.2.3.51.1

class ConversationMover {
public:
    ConversationMover(Session &session, FolderId const &destination, ConversationKey conversation)
        : m_session(session), m_destination(destination), m_conversation(conversation)
    {}

    /// A Status.
    int move_all()
    {
        auto const folders = m_session.ports.mail.folders();
        if (!folders)
            return fail(folders.error());
        if (int const status = check_destination(*folders); status != item_status::success)
            return status;
        auto const since = m_session.ports.clock.now();
        for (auto const &folder : *folders)
            if (folder.selectable && folder.is_own)
                if (auto const moved = move_from(folder); !moved)
                    fail(moved.error());
        note("moved=" + std::to_string(m_moved));
        if (m_found != 0)
            if (auto const kept = keep_rule(since); !kept)
                fail(kept.error());
        return status();
    }

private:
    int check_destination(std::vector<MailFolder> const &folders)
    {
        if (m_destination == recipient_information_cache)
            return refuse(item_status::invalid_combination_of_ids, "not to the recipient information cache");
        auto const found = std::ranges::find(folders, m_destination, &MailFolder::id);
        if (found == folders.end())
            return parse_item_collection_id(m_destination)
                       ? refuse(item_status::not_supported, "not a folder of mail: " + m_destination)
                       : refuse(item_status::not_found, "no folder " + m_destination);
        bool const takes_mail = found->selectable && found->special_use != SpecialUse::outbox &&
                                found->special_use != SpecialUse::drafts; // MS-ASCON 3.1.4.6
        return takes_mail ? item_status::success
                          : refuse(item_status::not_supported, "not a folder to move conversations to");
    }

    Result<void> keep_rule(Instant since)
    {
        return ConversationMoves::add(m_session.ports.state,
                                      {m_conversation, m_destination, since.seconds()});
    }

    Result<void> move_from(MailFolder const &folder)
    {
        auto const source = m_session.ports.mail.open(folder.id);
        if (!source)
            return source.error();
        auto const members = messages_of_conversation(**source, m_conversation);
        if (!members)
            return members.error();
        m_found += members->size();
        if (folder.id == m_destination || folder.special_use == SpecialUse::sent)
            return {};
        if (auto const all = (*source)->move_all(*members, m_destination)) {
            m_moved += all->size();
            return {};
        }
        for (auto const &range : members->ranges()) // as many as can be
            for (uint64_t uid = range.first; uid <= range.last; ++uid) {
                auto const moved = (*source)->move(static_cast<Uid>(uid), m_destination);
                if (!moved)
                    return moved.error();
                ++m_moved;
            }
        return {};
    }

    int status() const
    {
        if (m_failure != item_status::success)
            return m_moved == 0 ? m_failure : item_status::partial_success;
        return m_found == 0 ? item_status::not_found : item_status::success;
    }

    int fail(Error const &error)
    {
        return m_failure = refuse(error.kind == ErrorKind::denied ? item_status::access_denied
                                                                  : item_status::server_error,
                                  error.message);
    }
    int refuse(int status, std::string const &why)
    {
        note(why);
        return status;
    }
    void note(std::string const &text)
    {
        m_session.log_note += (m_session.log_note.empty() ? "" : "; ") + text;
    }

    Session &m_session;
    FolderId const &m_destination;
    ConversationKey m_conversation;
    uint64_t m_found = 0, m_moved = 0;
    int m_failure = item_status::success;
};

int move(Session &session, MoveRequest const &request)
{
    if (!request.options || !request.options->move_always)
        return item_status::move_always_missing;
    if (!request.destination || request.destination->empty() ||
        request.destination->size() > longest_folder_id)
        return item_status::protocol_error;
    auto const key = conversation_key(request.conversation_id->text);
    return key ? ConversationMover(session, *request.destination, *key).move_all() : item_status::not_found;
}

} // namespace

MoveResponse move_conversation(Session &session, MoveRequest const &request)
{
    return {move(session, request), *request.conversation_id};
}

} // namespace eas
