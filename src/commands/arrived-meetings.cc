// See arrived-meetings.h. The value has one line: folder, UIDVALIDITY and UIDNEXT.
#include "commands/arrived-meetings.h"
#include "base/text.h"
#include "commands/sync-collection.h"
#include "services/meeting-intake.h"
#include <algorithm>
#include <optional>

namespace eas {

namespace {

constexpr size_t most_arrived = 500, ///< the newest of those that came since
    most_at_first = 100;

/// Where the Inbox stood.
struct SeenInbox {
    FolderId folder;
    uint32_t uid_validity = 0;
    Uid uid_next = 1;
    bool operator==(SeenInbox const &) const = default;

    static std::optional<SeenInbox> parse(std::string_view text);
    std::string text() const
    {
        return folder + ' ' + std::to_string(uid_validity) + ' ' + std::to_string(uid_next);
    }
};

std::optional<SeenInbox> SeenInbox::parse(std::string_view text)
{
    auto const words = split(text, ' ');
    auto const validity = words.size() == 3 ? parse_unsigned(words[1]) : std::nullopt;
    auto const next = words.size() == 3 ? parse_unsigned(words[2]) : std::nullopt;
    if (!validity || !next || *validity > UINT32_MAX || *next > UINT32_MAX)
        return std::nullopt;
    return SeenInbox{FolderId(words[0]), static_cast<uint32_t>(*validity), static_cast<Uid>(*next)};
}

class Arrivals {
public:
    explicit Arrivals(Session &session)
        : m_session(session), m_key(device_key(session.device, "arrived-meetings"))
    {}

    Result<void> take();
    Result<FolderId> inbox();

private:
    Result<std::optional<SeenInbox>> seen();
    Result<void> take_since(SeenInbox const &seen, size_t most, bool with_requests);
    Result<bool> is_inbox_synchronized(FolderId const &inbox);

    Session &m_session;
    std::string m_key;
};

Result<std::optional<SeenInbox>> Arrivals::seen()
{
    auto const text = m_session.ports.state.get(m_key);
    if (!text)
        return text.error();
    return *text ? SeenInbox::parse(**text) : std::nullopt;
}

/// The one that was looked at last is found without a list of all folders.
Result<FolderId> Arrivals::inbox()
{
    auto const known = seen();
    if (known && *known)
        return (*known)->folder;
    return m_session.ports.mail.special_folder(SpecialUse::inbox);
}

/// Then what an organizer says anew is taken when the client is told of it, as news.
Result<bool> Arrivals::is_inbox_synchronized(FolderId const &inbox)
{
    auto const state = m_session.ports.state.get(mail_state_key(m_session.device, inbox));
    return state ? Result<bool>(state->has_value()) : state.error();
}

Result<void> Arrivals::take_since(SeenInbox const &seen, size_t most, bool with_requests)
{
    auto const folder = m_session.ports.mail.open(seen.folder);
    auto const uids = folder ? (*folder)->uids({}) : Result<UidSet>(folder.error());
    if (!uids)
        return uids.error();
    take_untaken_messages(m_session, seen.folder, **folder);
    auto arrived = *uids;
    arrived.remove(1, seen.uid_next - 1);
    auto newest = arrived.newest(most);
    std::ranges::reverse(newest);
    for (Uid const uid : newest)
        if (auto const message = (*folder)->message(uid))
            take_arrived_message(m_session, seen.folder, **message, with_requests);
    return {};
}

Result<void> Arrivals::take()
{
    auto const before = seen();
    auto const id = before ? inbox() : Result<FolderId>(before.error());
    auto const status = id ? m_session.ports.mail.status(*id) : Result<MailFolderStatus>(id.error());
    if (!status &&
        status.error().kind == ErrorKind::not_found) // hidden from phones, or to be looked for again
        return *before ? m_session.ports.state.remove(m_key) : Result<void>();
    if (!status)
        return status.error();
    SeenInbox const now{*id, status->uid_validity, status->uid_next};
    if (*before == now && !has_untaken_messages(m_session, *id))
        return {};
    auto const synchronized = is_inbox_synchronized(*id);
    if (!synchronized)
        return synchronized.error();
    bool const is_known = *before && (*before)->uid_validity == now.uid_validity;
    auto const taken = is_known ? take_since(**before, most_arrived, !*synchronized)
                                : take_since({*id, now.uid_validity, 1}, most_at_first, false);
    if (!taken)
        return taken;
    return *before == now ? Result<void>() : m_session.ports.state.set(m_key, now.text());
}

} // namespace

void take_arrived_meetings(Session &session)
{
    if (!session.ports.calendars)
        return;
    if (auto const taken = Arrivals(session).take(); !taken) {
        session.log_note += " meetings in the Inbox are not seen: " + taken.error().message + ';';
        session.log_as_warning = true;
    }
}

void watch_arriving_meetings(Session &session, Wait &wait)
{
    auto const inbox = Arrivals(session).inbox();
    if (inbox && std::ranges::find(wait.folders, *inbox) == wait.folders.end())
        wait.folders.push_back(*inbox);
}

} // namespace eas
