// See meeting-intake.h. What a message may change is decided in mapping/meeting-update.h. Mail in Junk,
// Trash, Drafts and Sent changes nothing, nor does mail that is so old that the calendar knows better.
#include "services/meeting-intake.h"
#include "base/text.h"
#include "device/device.h"
#include "mapping/addresses.h"
#include "mapping/ical-people.h"
#include "mapping/invitation.h"
#include "mapping/meeting-update.h"
#include "services/calendar-owner.h"
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

/// Which invitations became events, a line each, so that an event that the user deleted does not come back
/// when another client, or this one anew, is told of the mail. May be lost.
constexpr std::string_view taken_key = "calendar/invitations";
constexpr size_t most_taken = 1000; ///< more than in two months, after which mails are too old

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

Result<std::vector<std::string>> taken_invitations(Session &session)
{
    auto const text = session.ports.state.get(taken_key);
    if (!text)
        return text.error();
    auto const lines = text->value_or(std::string());
    std::vector<std::string> names;
    for (auto const name : split(lines, '\n'))
        if (!name.empty())
            names.emplace_back(name);
    return names;
}

Result<bool> was_taken(Session &session, Invitation const &invitation)
{
    auto const names = taken_invitations(session);
    if (!names)
        return names.error();
    return std::ranges::find(*names, name_of(invitation)) != names->end();
}

Result<void> remember_taken(Session &session, Invitation const &invitation)
{
    auto const lock = session.ports.state.lock("calendar"); // other devices of the user write it, too
    auto names = lock ? taken_invitations(session) : lock.error();
    if (!names)
        return names.error();
    names->push_back(name_of(invitation));
    auto const too_many = names->size() - std::min(names->size(), most_taken);
    std::string text;
    for (auto each = names->begin() + static_cast<ptrdiff_t>(too_many); each != names->end(); each++)
        text += *each + '\n';
    return session.ports.state.set(taken_key, text);
}

MeetingUpdate update_by(Invitation const &invitation, StoredEvent const &stored, std::string const &sender,
                        CalendarContext const &context)
{
    switch (invitation.method()) {
    case ItipMethod::request:
        return take_invitation(invitation, stored.text, sender, context);
    case ItipMethod::cancel:
        return take_cancel(invitation, stored.text, sender, context);
    case ItipMethod::reply:
    case ItipMethod::counter:
        return take_reply(invitation, stored.text, sender, context);
    }
    return {};
}

Result<bool> take(Session &session, MailMessage &message)
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
    if (is_request && !session.ports.settings.tentative_invitations)
        return false; // it waits for the user: MeetingResponse
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        auto stored = find_stored_event(*session.ports.calendars, invitation.uid());
        if (!stored)
            return stored.error();
        auto event = stored->value_or(StoredEvent{});
        auto const update = update_by(invitation, event, from[0].address, context);
        if (!update.changes_anything())
            return false;
        if (update.is_new)
            if (auto const before = was_taken(session, invitation); !before || *before)
                return before ? Result<bool>(false) : before.error();
        auto const done = apply_update(*session.ports.calendars, update, event);
        if (done && is_request)
            if (auto const remembered = remember_taken(session, invitation); !remembered)
                return remembered.error();
        if (done)
            return true;
        if (done.error().kind != ErrorKind::conflict && done.error().kind != ErrorKind::exists)
            return done.error();
    }
    return Error{ErrorKind::conflict, "the event is written by others all the time"};
}

/// Messages that could not be taken when they were told, "folder uid" a line: a lock was busy, the quota
/// exceeded. The device's next Sync of the folder takes them.
std::string untaken_key(Session const &session)
{
    return device_key(session.device, "untaken-meetings");
}
constexpr size_t most_untaken = 100;

struct Untaken {
    std::string folder;
    Uid uid;
    bool operator==(Untaken const &) const = default;
};

Result<std::vector<Untaken>> untaken_messages(Session &session)
{
    auto const text = session.ports.state.get(untaken_key(session));
    if (!text)
        return text.error();
    std::vector<Untaken> all;
    if (*text)
        for (auto const line : split(**text, '\n')) {
            auto const space = line.find(' ');
            auto const uid = space == line.npos ? std::nullopt : parse_unsigned(line.substr(space + 1));
            if (uid && *uid <= UINT32_MAX)
                all.push_back({std::string(line.substr(0, space)), static_cast<Uid>(*uid)});
        }
    return all;
}

Result<void> set_untaken_messages(Session &session, std::vector<Untaken> const &all)
{
    if (all.empty())
        return session.ports.state.remove(untaken_key(session));
    std::string text;
    for (auto const &each : all)
        text += each.folder + ' ' + std::to_string(each.uid) + '\n';
    return session.ports.state.set(untaken_key(session), text);
}

bool may_succeed_later(Error const &error)
{
    return error.kind != ErrorKind::not_found && error.kind != ErrorKind::bad_request;
}

void keep_for_later(Session &session, FolderId const &folder, Uid uid)
{
    auto all = untaken_messages(session);
    if (!all)
        return; // noted already: what is kept is out of reach, too
    Untaken const message{folder, uid};
    if (all->size() >= most_untaken || std::ranges::find(*all, message) != all->end())
        return;
    all->push_back(message);
    if (auto const kept = set_untaken_messages(session, *all); !kept)
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
    auto const taken = takes ? (*takes ? take(session, message) : Result<bool>(false)) : takes.error();
    note(session, taken);
    if (!taken && may_succeed_later(taken.error()))
        keep_for_later(session, folder, message.uid());
}

bool has_untaken_messages(Session &session, FolderId const &id)
{
    auto const kept = untaken_messages(session);
    return kept && std::ranges::find(*kept, id, &Untaken::folder) != kept->end();
}

void take_untaken_messages(Session &session, FolderId const &id, MailFolderHandle &folder)
{
    if (!session.ports.calendars)
        return;
    auto const kept = untaken_messages(session);
    if (!kept || kept->empty())
        return;
    std::vector<Untaken> left, failed;
    for (auto const &each : *kept) {
        if (each.folder != id || !failed.empty()) { // one failure is waited for, not a hundred
            left.push_back(each);
            continue;
        }
        auto const message = folder.message(each.uid);
        auto const taken = message ? take(session, **message) : Result<bool>(message.error());
        if (taken || taken.error().kind != ErrorKind::not_found)
            note(session, taken);
        if (!taken && may_succeed_later(taken.error()))
            failed.push_back(each);
    }
    left.insert(left.end(), failed.begin(), failed.end()); // another's turn is first
    if (left != *kept)
        if (auto const written = set_untaken_messages(session, left); !written)
            session.log_note += " not forgotten: " + written.error().message;
}

} // namespace eas
