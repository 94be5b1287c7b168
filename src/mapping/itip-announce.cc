// See itip.h: what an organizer's change means to the attendees. RFC 5546 3.2.2 (REQUEST), 3.2.5 (CANCEL),
// 2.1.4 (SEQUENCE).
//
// A series and its exceptions are compared one by one. If the series itself changed, all of it is sent; else
// only the instances that changed, so that answers to the others stay.
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/event-properties.h"
#include "mapping/ical-properties.h"
#include "mapping/ical-time.h"
#include "mapping/invitation.h"
#include "mapping/itip-parts.h"
#include "mapping/itip-series.h"
#include "mapping/itip.h"
#include "mapping/meeting-document.h"
#include "mapping/recurrence-expansion.h"
#include <algorithm>
#include <array>
#include <map>
#include <openssl/sha.h>

namespace eas {

namespace {

/// A change of these wants new answers. EXDATE is looked at by itself.
constexpr std::array time_properties{"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE"};
constexpr std::array shown_properties{"SUMMARY",    "DESCRIPTION", "LOCATION", "STATUS",
                                      "X-ALT-DESC", "URL",         "ATTACH"};

template <size_t count>
bool differ(IcalComponent const &a, IcalComponent const &b, std::array<char const *, count> const &names)
{
    return std::ranges::any_of(names,
                               [&](char const *name) { return a.properties(name) != b.properties(name); });
}

/// Attendees are to be what the organizer is.
void set_intended_status(IcalComponent &event)
{
    if (auto const status = event.property(busy_status_property))
        event.set({intended_status_property, {}, status->value});
}

/// Whether attendees see another event. That it is private must reach them: others may read their calendars.
bool look_different(IcalComponent const &a, IcalComponent const &b)
{
    return differ(a, b, shown_properties) || sensitivity_of(a) != sensitivity_of(b);
}

/// What attendees are told now is no older than what another client of the organizer told them. Whether it
/// did.
bool count_as_invited(AnnouncedSeries &series)
{
    bool is_counted = false;
    for (auto *event : series.document.items()) {
        if (!event->property(answered_sequence_property))
            continue;
        event->set({"SEQUENCE", {}, std::to_string(invited_sequence(*event))});
        event->remove(answered_sequence_property);
        is_counted = true;
    }
    return is_counted;
}

class Announcing {
public:
    /// `is_counted`: that was done to `after`.
    Announcing(AnnouncedSeries before, AnnouncedSeries after, bool is_counted, CalendarContext const &context)
        : m_before(std::move(before)), m_after(std::move(after)), m_context(context),
          m_instances_before(m_before.document, m_context), m_is_counted(is_counted)
    {}

    Announcement run(std::string_view after_text);

private:
    bool is_organizer(AnnouncedSeries const &series) const;
    bool is_over(AnnouncedSeries const &series) const;
    void announce_new();
    void announce_end(AnnouncedSeries const &series);
    void announce_change();
    void announce_deleted();
    struct SeriesChange {
        Addresses joined, left;
    };
    void announce_instance(int64_t at, IcalComponent &event, SeriesChange const &changed);
    void tell(void (Announcing::*how)(Addresses const &, std::vector<IcalComponent> const &),
              Addresses const &to, AnnouncedSeries const &series);
    void ask_again(IcalComponent &event);
    void raise_sequence(IcalComponent &event, int64_t above);
    std::vector<IcalComponent> events_of(AnnouncedSeries const &series) const;
    void invite(Addresses const &to, std::vector<IcalComponent> const &events);
    void cancel(Addresses const &to, std::vector<IcalComponent> const &events);
    void add_mail(Addresses const &to, std::vector<IcalComponent> events, std::string_view method,
                  std::string const &prefix);

    AnnouncedSeries m_before, m_after;
    CalendarContext const &m_context;
    EventInstances m_instances_before;
    bool m_is_edited = false, m_is_counted, m_forgets_answers = false;
    std::vector<ItipMail> m_mails;
};

bool Announcing::is_organizer(AnnouncedSeries const &series) const
{
    if (series.is_empty())
        return false;
    auto const organizer = organizer_of(*series.any());
    return !organizer || is_one_of(organizer->email, m_context.addresses);
}

/// Deleting what has passed is tidying up.
bool Announcing::is_over(AnnouncedSeries const &series) const
{
    if (!series.main)
        return false;
    IcalZones zones(series.document, m_context);
    auto const start = ical_time_of(*series.main, "DTSTART", zones);
    if (!start)
        return false;
    auto last = start->local;
    if (auto const text = series.main->property("RRULE")) {
        auto const rule = RecurrenceRule::parse(text->value);
        auto const found =
            rule ? last_instance(*rule, {start->local, start->is_date(), *start->zone}) : std::nullopt;
        if (!found)
            return false;
        last = std::max(last, *found);
    }
    auto const end = ical_time_of(*series.main, "DTEND", zones);
    auto const length = end ? end->instant().seconds() - start->instant().seconds() : 86400;
    return start->zone->to_instant(last).seconds() + std::max<int64_t>(length, 0) < m_context.now.seconds();
}

std::vector<IcalComponent> Announcing::events_of(AnnouncedSeries const &series) const
{
    std::vector<IcalComponent> events;
    if (series.main)
        events.push_back(*series.main);
    for (auto const &[at, event] : series.exceptions)
        events.push_back(*event);
    return events;
}

void Announcing::add_mail(Addresses const &to, std::vector<IcalComponent> events, std::string_view method,
                          std::string const &prefix)
{
    if (to.empty() || events.empty())
        return;
    ItipMail mail;
    Addresses missing = to;
    for (auto const &event : events)
        for (auto const &line : event.properties("ATTENDEE"))
            if (missing.erase(to_lower(calendar_address(line))) != 0)
                mail.to.push_back({calendar_address(line), line.parameter("CN")});
    for (auto const &address : missing)
        mail.to.push_back({address, ""});
    mail.method = std::string(method);
    mail.subject = prefix + ical_text_of(events.front(), "SUMMARY");
    mail.text = ical_text_of(events.front(), "DESCRIPTION");
    mail.calendar = itip_document(m_after.is_empty() ? m_before.document : m_after.document,
                                  std::move(events), method, m_context.now);
    m_mails.push_back(std::move(mail));
}

/// Who is not invited to some instances of a series gets it without them; who is new is told of no update.
void Announcing::invite(Addresses const &to, std::vector<IcalComponent> const &events)
{
    bool const is_first = std::ranges::all_of(events, [](auto &event) { return sequence_of(event) == 0; });
    auto const known = m_before.attendees(m_context.addresses);
    std::map<std::pair<bool, std::vector<bool>>, Addresses> groups; // by the instances that are not theirs
    for (auto const &address : to) {
        std::vector<bool> left_out;
        for (auto const &event : events)
            left_out.push_back(&event != &events.front() &&
                               !attendees_but(event, m_context.addresses).contains(address));
        groups[{is_first || !known.contains(address), left_out}].insert(address);
    }
    for (auto const &[group, addresses] : groups) {
        auto const &[is_new, left_out] = group;
        std::vector<IcalComponent> theirs;
        for (size_t i = 0; i < events.size(); ++i)
            if (!left_out[i])
                theirs.push_back(events[i]);
            else
                exclude_instance(theirs.front(), events[i]);
        std::ranges::for_each(theirs, set_intended_status);
        add_mail(addresses, std::move(theirs), "REQUEST", is_new ? "" : "Updated: ");
    }
}

/// Of the attendees only those who are told stand in it.
void Announcing::cancel(Addresses const &to, std::vector<IcalComponent> const &called_off)
{
    auto events = called_off;
    for (auto &event : events) {
        std::vector<IcalProperty> lines;
        for (auto &line : event.properties("ATTENDEE"))
            if (to.contains(to_lower(calendar_address(line))))
                lines.push_back(line);
        event.replace("ATTENDEE", lines);
        event.set({"STATUS", {}, "CANCELLED"});
        stamp(event, m_context.now); // later than the invitation, whose SEQUENCE it may have
    }
    add_mail(to, std::move(events), "CANCEL", "Canceled: ");
}

/// The whole to who attends the series, and to others the instances that they attend.
void Announcing::tell(void (Announcing::*how)(Addresses const &, std::vector<IcalComponent> const &),
                      Addresses const &to, AnnouncedSeries const &series)
{
    auto const of_series = both(to, series.main_attendees(m_context.addresses));
    (this->*how)(of_series, events_of(series));
    auto const others = without(to, of_series);
    for (auto const &[at, event] : series.exceptions)
        (this->*how)(both(others, attendees_but(*event, m_context.addresses)), {*event});
}

/// Answers count no more, and new ones are asked for where they were wanted before. MS-ASCAL 2.2.2.39.
void Announcing::ask_again(IcalComponent &event)
{
    auto lines = event.properties("ATTENDEE");
    auto const is_other = [&](IcalProperty const &line) {
        return !is_one_of(calendar_address(line), m_context.addresses);
    };
    auto const asks = [](IcalProperty const &line) {
        return equals_ignoring_case(line.parameter("RSVP"), "TRUE");
    };
    auto const waits = [](IcalProperty const &line) {
        auto const status = line.parameter("PARTSTAT");
        return status.empty() || equals_ignoring_case(status, "NEEDS-ACTION");
    };
    // An answer takes RSVP away, so the lines of those who have not answered say what is wanted of all.
    bool const is_wanted = std::ranges::any_of(lines, asks) || std::ranges::none_of(lines, [&](auto &line) {
                               return is_other(line) && waits(line);
                           });
    for (auto &line : lines) {
        if (!is_other(line) || equals_ignoring_case(line.parameter("PARTSTAT"), "DELEGATED"))
            continue;
        bool const asks_again = asks(line) || (is_wanted && !waits(line));
        m_forgets_answers |= !waits(line);
        std::erase_if(line.parameters, [](IcalParameter const &parameter) {
            return parameter.name == "PARTSTAT" || parameter.name == "RSVP";
        });
        line.parameters.push_back({"PARTSTAT", {"NEEDS-ACTION"}});
        if (asks_again)
            line.parameters.push_back({"RSVP", {"TRUE"}});
    }
    event.replace("ATTENDEE", lines);
}

/// To more than `above`, unless whoever changed the event did so already.
void Announcing::raise_sequence(IcalComponent &event, int64_t above)
{
    ask_again(event);
    event.set({"SEQUENCE", {}, std::to_string(std::max(above + 1, sequence_of(event)))});
    m_is_edited = true;
}

void Announcing::announce_new()
{
    auto const attendees = m_after.attendees(m_context.addresses);
    if (attendees.empty())
        return;
    for (auto *item : m_after.document.items())
        if (item->name() == "VEVENT" && !organizer_of(*item) && !m_context.addresses.empty()) {
            set_organizer(*item, {m_context.addresses.front(), m_context.user_name()});
            m_is_edited = true;
        }
    tell(&Announcing::invite, attendees, m_after);
}

void Announcing::announce_end(AnnouncedSeries const &series)
{
    if (is_over(series))
        return;
    auto events = events_of(series);
    if (series.main)
        events.erase(events.begin() + 1, events.end()); // the series as a whole
    for (auto &event : events)
        event.set({"SEQUENCE", {}, std::to_string(sequence_of(event) + 1)});
    cancel(m_before.attendees(m_context.addresses), std::move(events));
}

void Announcing::announce_deleted()
{
    for (auto const at : m_after.deleted) {
        if (m_before.deleted.contains(at))
            continue;
        auto const instance = m_instances_before.at(Instant::from_seconds(at));
        if (!instance)
            continue;
        auto cancelled = *instance;
        cancelled.set({"SEQUENCE", {}, std::to_string(sequence_of(cancelled) + 1)});
        cancel(attendees_but(*instance, m_context.addresses), {std::move(cancelled)});
    }
}

/// Of `changed` who joined or left the series is told by itself. Who leaves the instance is told by its
/// present SEQUENCE, so that an invitation that follows is no old one.
void Announcing::announce_instance(int64_t at, IcalComponent &event, SeriesChange const &changed)
{
    auto const instance = m_instances_before.at(Instant::from_seconds(at));
    auto const is = attendees_but(event, m_context.addresses);
    auto const was =
        instance ? without(attendees_but(*instance, m_context.addresses), changed.left) : Addresses();
    if (is_cancelled(event)) {
        if (!instance || !is_cancelled(*instance))
            cancel(is.empty() ? was : is, {event});
        return;
    }
    if (instance)
        cancel(without(was, is), {*instance});
    bool const is_moved = !instance || differ(*instance, event, time_properties);
    if (is_moved)
        raise_sequence(event, instance ? sequence_of(*instance) : 0);
    bool const is_other = is_moved || look_different(*instance, event);
    invite(without(is_other ? is : without(is, was), changed.joined), {event});
}

void Announcing::announce_change()
{
    auto const &own = m_context.addresses;
    bool const has_both = m_before.main && m_after.main;
    bool const is_moved = !has_both || differ(*m_before.main, *m_after.main, time_properties);
    bool const is_other = is_moved || look_different(*m_before.main, *m_after.main);
    int64_t highest = 0; // instances that moved before counted for themselves, and are gone now
    for (auto const &event : events_of(m_before))
        highest = std::max(highest, sequence_of(event));
    if (is_moved && !m_after.attendees(own).empty())
        for (auto *item : m_after.document.items())
            if (item->name() == "VEVENT")
                raise_sequence(*item, highest);
    if (is_other) {
        tell(&Announcing::cancel, without(m_before.attendees(own), m_after.attendees(own)), m_before);
        tell(&Announcing::invite, m_after.attendees(own), m_after);
        return;
    }
    auto const was = m_before.main_attendees(own), is = m_after.main_attendees(own);
    SeriesChange const changed{without(is, was), without(was, is)};
    cancel(changed.left, events_of(m_before));
    announce_deleted();
    for (auto const &[at, event] : m_after.exceptions)
        announce_instance(at, *event, changed);
    invite(changed.joined, events_of(m_after));
}

Announcement Announcing::run(std::string_view after_text)
{
    if (!is_organizer(m_before.is_empty() ? m_after : m_before))
        return {std::string(after_text), {}, false};
    bool const was_on = !m_before.is_empty() && !is_cancelled(*m_before.any());
    bool const is_on = !m_after.is_empty() && !is_cancelled(*m_after.any());
    if (!was_on && is_on)
        announce_new();
    else if (was_on && !is_on)
        announce_end(m_after.is_empty() ? m_before : m_after);
    else if (was_on)
        announce_change();
    m_is_edited |= m_is_counted && !m_mails.empty();
    return {m_is_edited ? m_after.document.print() : std::string(after_text), std::move(m_mails),
            m_forgets_answers};
}

} // namespace

std::string itip_mail_name(ItipMail const &mail, std::string_view state)
{
    auto undated = mail.calendar;
    std::string text = mail.method + '\n' + mail.subject + '\n' + mail.text + '\n';
    for (auto const &person : mail.to)
        text += to_lower(person.email) + '\n';
    for (auto *item : undated.items())
        item->remove("DTSTAMP");
    text.append(undated.print()).append(state);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<unsigned char const *>(text.data()), text.size(), hash.data());
    return "itip-" + base64url_encode({reinterpret_cast<char const *>(hash.data()), 16});
}

Result<Announcement> announce(std::string_view before, std::string_view after, CalendarContext const &context)
{
    auto was = AnnouncedSeries::read(before, context), is = AnnouncedSeries::read(after, context);
    if (!was)
        return was.error();
    if (!is)
        return is.error();
    count_as_invited(*was);
    bool const is_counted = count_as_invited(*is);
    return Announcing(*std::move(was), *std::move(is), is_counted, context).run(after);
}

} // namespace eas
