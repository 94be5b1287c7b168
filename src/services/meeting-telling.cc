// See meeting-telling.h. The value: fields collection, before, edited (what announce() was given) and after
// (what the file becomes).
#include "services/meeting-telling.h"
#include "base/fields.h"
#include "mapping/ical-document.h"
#include "mapping/itip.h"
#include "services/meeting-mail.h"
#include "sync/operation-name.h"
#include <algorithm>

namespace eas {

namespace {

/// Of each collection: a change to one must not take the place of what is not told yet of another.
std::string key_of(Session const &session, std::string_view collection)
{
    return device_key(session.device, "untold-meeting-" + operation_name(collection));
}

struct Untold {
    std::string collection, before, edited, after;
};

std::string serialize(Untold const &untold)
{
    FieldWriter writer;
    writer.add("collection", untold.collection);
    writer.add("before", untold.before);
    writer.add("edited", untold.edited);
    writer.add("after", untold.after);
    return std::move(writer.text);
}

Untold parse(std::string_view text)
{
    Untold untold;
    for (auto &field : parse_fields(text))
        for (auto const &[name, member] :
             {std::pair("collection", &Untold::collection), std::pair("before", &Untold::before),
              std::pair("edited", &Untold::edited), std::pair("after", &Untold::after)})
            if (field.name == name)
                untold.*member = std::move(field.value);
    return untold;
}

std::string uid_of(std::string_view text)
{
    auto const document = IcalDocument::parse(text);
    if (!document)
        return {};
    auto const items = document->items();
    auto const uid = items.empty() ? std::nullopt : items.front()->property("UID");
    return uid ? std::string(trim(uid->text())) : std::string();
}

/// Whether the folder has what the change made.
Result<bool> was_written(CalendarFolder &folder, Untold const &untold)
{
    auto const listing = folder.items();
    if (!listing)
        return listing.error();
    auto const uid = uid_of(untold.after.empty() ? untold.before : untold.after);
    for (auto const &item : listing->items) {
        if (item.uid != uid)
            continue;
        auto const text = folder.read(item.id);
        return text && !untold.after.empty() && text->text == untold.after;
    }
    return untold.after.empty();
}

} // namespace

MeetingTelling::MeetingTelling(Session &session, std::string before)
    : m_session(&session), m_before(std::move(before))
{}

MeetingTelling::~MeetingTelling() = default;
MeetingTelling::MeetingTelling(MeetingTelling &&) noexcept = default;

Result<MeetingTelling> MeetingTelling::prepare(Session &session, std::string const &collection,
                                               std::string const &before, std::string &after,
                                               CalendarContext const &context)
{
    MeetingTelling telling(session, before);
    auto announcement = announce(before, after, context);
    if (!announcement)
        return telling; // the broken text is the store's to refuse
    auto const edited = std::exchange(after, std::move(announcement->text));
    telling.m_mails = std::move(announcement->mails);
    telling.m_forgets_answers = announcement->forgets_answers;
    if (telling.m_mails.empty())
        return telling;
    telling.m_key = key_of(session, collection);
    auto const kept = session.ports.state.set(telling.m_key, serialize({collection, before, edited, after}));
    if (!kept)
        return kept.error();
    return telling;
}

Result<void> MeetingTelling::send()
{
    auto const sent = send_meeting_mails(*m_session, m_mails, m_before);
    if (sent)
        forget();
    return sent;
}

void MeetingTelling::forget()
{
    if (!m_mails.empty())
        (void)m_session->ports.state.remove(m_key);
    m_mails.clear();
}

void finish_telling(Session &session, std::string_view collection, CalendarFolder &folder,
                    CalendarContext const &context)
{
    if (!server_sends_meeting_mails(session))
        return;
    auto const key = key_of(session, collection);
    auto const kept = session.ports.state.get(key);
    if (!kept || !*kept)
        return;
    auto const untold = parse(**kept);
    if (untold.collection != collection)
        return;
    auto const written = was_written(folder, untold);
    if (!written)
        return; // the next request tries again
    if (*written)
        if (auto const announcement = announce(untold.before, untold.edited, context))
            if (auto const sent = send_meeting_mails(session, announcement->mails, untold.before); !sent) {
                session.log_note += " attendees are not told yet: " + sent.error().message + ';';
                session.log_as_warning = true;
                return;
            }
    (void)session.ports.state.remove(key);
}

} // namespace eas
