// See meeting-intake.h. What a message may change is decided in mapping/meeting-update.h. Mail in Junk,
// Trash, Drafts and Sent changes nothing, nor does mail that is so old that the calendar knows better.
#include "services/meeting-intake.h"
#include "base/text.h"
#include "device/device.h"
#include "mapping/addresses.h"
#include "mapping/ical-people.h"
#include "mapping/invitation.h"
#include "mapping/meeting-document.h"
#include "mapping/meeting-update.h"
#include "mapping/message-class.h"
#include "services/calendar-owner.h"
#include "services/kept-list.h"
#include "services/meeting-calendar.h"
#include "sync/operation-name.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int64_t oldest_seconds = 60 * 86400;
constexpr int most_attempts = 3; ///< another program may write the file at the same time

/// Whether mail arrives in that folder.
Result<bool> takes_mail(Session &session, FolderId const &id)
{
    auto const folders = session.ports.mail.folders();
    if (!folders)
        return folders.error();
    auto const found = std::ranges::find(*folders, id, &MailFolder::id);
    return found != folders->end() && found->is_own &&
           (found->special_use == SpecialUse::none || found->special_use == SpecialUse::inbox);
}

/// A name for an invitation that became an event, so that an event that the user deleted does not come back
/// when another client, or this one anew, is told of the mail.
struct TakenInvitation {
    std::string name;
    bool operator==(TakenInvitation const &) const = default;

    static std::optional<TakenInvitation> parse(std::string_view line)
    {
        return line.empty() ? std::nullopt : std::optional(TakenInvitation{std::string(line)});
    }
    std::string const &line() const { return name; }
};
constexpr size_t most_taken = 1000; ///< more than in two months, after which mails are too old

KeptList<TakenInvitation> taken_invitations(Session &session)
{
    return {session.ports.state, "calendar/invitations", most_taken};
}

/// Another name for each invitation that may be taken.
std::string name_of(Invitation const &invitation)
{
    OperationName name;
    name.add(invitation.uid());
    name.add(std::to_string(invitation.sequence()));
    for (auto const *event : invitation.events())
        if (auto const id = event->property("RECURRENCE-ID"))
            name.add(id->value);
    return name.text();
}

Result<bool> was_taken(Session &session, Invitation const &invitation)
{
    auto const taken = taken_invitations(session).read();
    if (!taken)
        return taken.error();
    return std::ranges::find(*taken, TakenInvitation{name_of(invitation)}) != taken->end();
}

Result<void> remember_taken(Session &session, Invitation const &invitation)
{
    return taken_invitations(session).change(
        [&](std::vector<TakenInvitation> &taken) { taken.push_back({name_of(invitation)}); });
}

MeetingUpdate update_by(Invitation const &invitation, StoredEvent const &stored, std::string const &sender,
                        bool enters_by_itself, CalendarContext const &context)
{
    switch (invitation.method()) {
    case ItipMethod::request:
        return enters_by_itself ? take_invitation(invitation, stored.text, sender, context)
                                : take_news(invitation, stored.text, sender, context);
    case ItipMethod::cancel:
        return take_cancel(invitation, stored.text, sender, context);
    case ItipMethod::reply:
    case ItipMethod::counter:
        return take_reply(invitation, stored.text, sender, context);
    }
    return {};
}

/// A message of which the calendar may learn later.
struct KeptMessage {
    std::string folder;
    Uid uid;
    std::string meeting{}; ///< a name for its UID; "": any
    bool operator==(KeptMessage const &) const = default;

    static std::optional<KeptMessage> parse(std::string_view line);
    std::string line() const
    {
        return folder + ' ' + std::to_string(uid) + (meeting.empty() ? "" : " ") + meeting;
    }
};

std::optional<KeptMessage> KeptMessage::parse(std::string_view line)
{
    auto const words = split(line, ' ');
    auto const uid = words.size() < 2 ? std::nullopt : parse_unsigned(words[1]);
    if (!uid || *uid > UINT32_MAX)
        return std::nullopt;
    return KeptMessage{std::string(words[0]), static_cast<Uid>(*uid),
                       std::string(words.size() > 2 ? words[2] : "")};
}

/// Those that failed when they were told: a lock was busy, the quota exceeded. The device's next Sync of the
/// folder takes them.
constexpr size_t most_untaken = 100;
KeptList<KeptMessage> untaken_messages(Session &session)
{
    return {session.ports.state, device_key(session.device, "untaken-meetings"), most_untaken};
}

/// The user may accept later what was called off, and a new client is told the newest mail first.
constexpr size_t most_cancellations = 100;
KeptList<KeptMessage> kept_cancellations(Session &session)
{
    return {session.ports.state, "calendar/cancellations", most_cancellations};
}

Result<void> keep_cancellation(Session &session, KeptMessage const &message)
{
    return kept_cancellations(session).change([&](std::vector<KeptMessage> &all) {
        if (std::ranges::find(all, message) == all.end())
            all.push_back(message);
    });
}

/// `with_requests`: also invitations to what the calendar has, for what is new of it.
Result<bool> take(Session &session, FolderId const &folder, MailMessage &message, bool with_requests = true)
{
    auto const structure = message.structure();
    auto const found = structure ? read_invitation(message, *structure)
                                 : Result<std::optional<FoundInvitation>>(structure.error());
    auto const headers = message.headers();
    if (!found || !headers)
        return found ? headers.error() : found.error();
    auto const from = parse_addresses(headers->from);
    if (!*found || from.size() != 1)
        return false;
    auto const &invitation = (*found)->invitation;
    bool const is_request = invitation.method() == ItipMethod::request;
    auto const context = calendar_context(session);
    bool const enters_by_itself = session.ports.settings.tentative_invitations;
    if (is_request && !enters_by_itself && !with_requests)
        return false;
    if (invitation.method() == ItipMethod::cancel &&
        is_organizer(invitation.event(), from[0].address)) // else it takes the place of one that may count
        if (auto kept = keep_cancellation(session, {folder, message.uid(), operation_name(invitation.uid())});
            !kept)
            return kept.error();
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        auto stored = find_stored_event(*session.ports.calendars, invitation.uid());
        if (!stored)
            return stored.error();
        auto event = stored->value_or(StoredEvent{});
        auto const update = update_by(invitation, event, from[0].address, enters_by_itself, context);
        bool const waits = is_request && !with_requests && !update.is_new;
        if (!update.changes_anything() || waits)
            return false;
        if (update.is_new)
            if (auto const before = was_taken(session, invitation); !before || *before)
                return before ? Result<bool>(false) : before.error();
        auto const done = apply_update(*session.ports.calendars, update, event);
        if (done && is_request && enters_by_itself)
            if (auto const remembered = remember_taken(session, invitation); !remembered)
                return remembered.error();
        if (done && is_request)
            take_cancellations(session, invitation.uid());
        if (done)
            return true;
        if (done.error().kind != ErrorKind::conflict && done.error().kind != ErrorKind::exists)
            return done.error();
    }
    return Error{ErrorKind::conflict, "the event is written by others all the time"};
}

/// Whether it is worth taking, by what is read without its text.
bool may_be_meeting_message(Session &session, MailMessage &message)
{
    auto const received = message.received();
    if (!received || session.ports.clock.now().seconds() - received->seconds() > oldest_seconds)
        return false;
    auto const structure = message.structure(); // may read all of it
    return structure && find_calendar_part(*structure) && !is_smime(*structure);
}

bool may_succeed_later(Error const &error)
{
    return error.kind != ErrorKind::not_found && error.kind != ErrorKind::bad_request;
}

void keep_for_later(Session &session, FolderId const &folder, Uid uid)
{
    auto all = untaken_messages(session).read();
    if (!all)
        return; // noted already: what is kept is out of reach, too
    KeptMessage const message{folder, uid};
    if (all->size() >= most_untaken || std::ranges::find(*all, message) != all->end())
        return;
    all->push_back(message);
    if (auto const kept = untaken_messages(session).write(*all); !kept)
        session.log_note += " nor kept for later: " + kept.error().message;
}

void note(Session &session, Result<bool> const &taken)
{
    if (!taken) {
        session.log_note += " meeting not updated: " + taken.error().message;
        session.log_as_warning = true;
    } else if (*taken) {
        session.log_note += " meeting updated by mail";
    }
}

} // namespace

bool is_meeting_message(Email const &email)
{
    return email.message_class && email.message_class->starts_with("IPM.Schedule.Meeting");
}

void take_meeting_message(Session &session, FolderId const &folder, MailMessage &message, Email const &email)
{
    if (!session.ports.calendars || !is_meeting_message(email) || !email.date_received ||
        session.ports.clock.now().seconds() - email.date_received->seconds() > oldest_seconds)
        return;
    auto const takes = takes_mail(session, folder);
    auto const taken =
        takes ? (*takes ? take(session, folder, message) : Result<bool>(false)) : takes.error();
    note(session, taken);
    if (!taken && may_succeed_later(taken.error()))
        keep_for_later(session, folder, message.uid());
}

void take_arrived_message(Session &session, FolderId const &folder, MailMessage &message, bool with_requests)
{
    if (!may_be_meeting_message(session, message))
        return;
    auto const taken = take(session, folder, message, with_requests);
    note(session, taken);
    if (!taken && may_succeed_later(taken.error()))
        keep_for_later(session, folder, message.uid());
}

bool has_untaken_messages(Session &session, FolderId const &id)
{
    auto const kept = untaken_messages(session).read();
    return kept && std::ranges::find(*kept, id, &KeptMessage::folder) != kept->end();
}

void take_untaken_messages(Session &session, FolderId const &id, MailFolderHandle &folder)
{
    if (!session.ports.calendars)
        return;
    auto const kept = untaken_messages(session).read();
    if (!kept || kept->empty())
        return;
    std::vector<KeptMessage> left, failed;
    for (auto const &each : *kept) {
        if (each.folder != id || !failed.empty()) { // one failure is waited for, not a hundred
            left.push_back(each);
            continue;
        }
        auto const message = folder.message(each.uid);
        auto const taken = message ? take(session, id, **message) : Result<bool>(message.error());
        if (taken || taken.error().kind != ErrorKind::not_found)
            note(session, taken);
        if (!taken && may_succeed_later(taken.error()))
            failed.push_back(each);
    }
    left.insert(left.end(), failed.begin(), failed.end()); // another's turn is first
    if (left != *kept)
        if (auto const written = untaken_messages(session).write(left); !written)
            session.log_note += " not forgotten: " + written.error().message;
}

void take_cancellations(Session &session, std::string_view event_uid)
{
    if (!session.ports.calendars)
        return;
    auto const name = operation_name(event_uid);
    auto const kept = kept_cancellations(session).read();
    std::vector<KeptMessage> gone;
    for (auto const &each : kept ? *kept : std::vector<KeptMessage>()) {
        if (each.meeting != name)
            continue;
        auto const folder = session.ports.mail.open(each.folder);
        auto const message =
            folder ? (*folder)->message(each.uid) : Result<std::unique_ptr<MailMessage>>(folder.error());
        auto const taken = message ? take(session, each.folder, **message) : Result<bool>(message.error());
        if (taken || taken.error().kind != ErrorKind::not_found)
            note(session, taken);
        if (!taken && !may_succeed_later(taken.error()))
            gone.push_back(each);
    }
    if (gone.empty())
        return;
    auto const forgotten = kept_cancellations(session).change([&](std::vector<KeptMessage> &all) {
        std::erase_if(all, [&](auto const &each) { return std::ranges::find(gone, each) != gone.end(); });
    });
    if (!forgotten)
        session.log_note += " not forgotten: " + forgotten.error().message;
}

} // namespace eas
