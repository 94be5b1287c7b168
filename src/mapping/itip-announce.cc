// See itip.h: what an organizer's change means to the attendees. RFC 5546 3.2.2 (REQUEST), 3.2.5 (CANCEL),
// 2.1.4 (SEQUENCE).
//
// A series and its exceptions are compared one by one. If the series itself changed, all of it is sent; else
// only the instances that changed, so that answers to the others stay.
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/ical-properties.h"
#include "mapping/ical-time.h"
#include "mapping/invitation.h"
#include "mapping/itip-parts.h"
#include "mapping/itip.h"
#include "mapping/recurrence-expansion.h"
#include <algorithm>
#include <array>
#include <map>
#include <openssl/sha.h>
#include <set>

namespace eas {

namespace {

/// A change of these wants new answers. EXDATE is looked at by itself.
constexpr std::array time_properties{"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE"};
constexpr std::array shown_properties{"SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "X-ALT-DESC", "URL"};
/// What concerns the owner of a file alone.
constexpr std::array own_properties{"CATEGORIES", "LAST-MODIFIED", "X-MICROSOFT-CDO-BUSYSTATUS"};
constexpr std::array own_prefixes{std::string_view("X-EAS-"), std::string_view("X-MOZ-"),
                                  std::string_view("X-RADICALE-")};

bool is_own(std::string_view name)
{
    return std::ranges::any_of(own_prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

using Addresses = std::set<std::string>; ///< in lower case

template <size_t count>
bool differ(IcalComponent const &a, IcalComponent const &b, std::array<char const *, count> const &names)
{
    return std::ranges::any_of(names,
                               [&](char const *name) { return a.properties(name) != b.properties(name); });
}

bool is_cancelled(IcalComponent const &event)
{
    auto const status = event.property("STATUS");
    return status && equals_ignoring_case(trim(status->value), "CANCELLED");
}

Addresses attendees_but(IcalComponent const &event, std::vector<std::string> const &own)
{
    Addresses found;
    for (auto const &line : event.properties("ATTENDEE")) {
        auto const address = to_lower(calendar_address(line));
        if (address.find('@') != std::string::npos && !is_one_of(address, own))
            found.insert(address);
    }
    return found;
}

Addresses without(Addresses const &all, Addresses const &left_out)
{
    Addresses rest;
    std::ranges::set_difference(all, left_out, std::inserter(rest, rest.end()));
    return rest;
}

Addresses both(Addresses const &a, Addresses const &b)
{
    Addresses common;
    std::ranges::set_intersection(a, b, std::inserter(common, common.end()));
    return common;
}

/// A file by its series (or only event) and the exceptions to it.
struct Series {
    IcalDocument document;
    IcalComponent *main = nullptr;                 ///< null: instances only, or nothing at all
    std::map<int64_t, IcalComponent *> exceptions; ///< by their original start, in seconds
    std::set<int64_t> deleted;                     ///< EXDATE

    static Result<Series> read(std::string_view text, CalendarContext const &context);
    /// Of all instances.
    Addresses attendees(std::vector<std::string> const &own) const;
    /// Of the series, not of an instance alone.
    Addresses main_attendees(std::vector<std::string> const &own) const;
    bool is_empty() const { return !main && exceptions.empty(); }
    IcalComponent *any() const { return main ? main : exceptions.begin()->second; }
};

Result<Series> Series::read(std::string_view text, CalendarContext const &context)
{
    Series series;
    if (text.empty())
        return series;
    auto document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    series.document = *std::move(document);
    IcalZones zones(series.document, context);
    for (auto *item : series.document.items()) {
        if (item->name() != "VEVENT")
            continue;
        if (auto const id = ical_time_of(*item, "RECURRENCE-ID", zones))
            series.exceptions.emplace(id->instant().seconds(), item);
        else if (!series.main)
            series.main = item;
    }
    if (series.main)
        for (auto const &property : series.main->properties("EXDATE"))
            for (auto const value : split(property.value, ','))
                if (auto const time = parse_ical_time(property, value, zones))
                    series.deleted.insert(time->instant().seconds());
    return series;
}

Addresses Series::attendees(std::vector<std::string> const &own) const
{
    Addresses all = main_attendees(own);
    for (auto const &[at, event] : exceptions)
        all.merge(attendees_but(*event, own));
    return all;
}

Addresses Series::main_attendees(std::vector<std::string> const &own) const
{
    return main ? attendees_but(*main, own) : Addresses();
}

class Announcing {
public:
    Announcing(Series before, Series after, CalendarContext const &context)
        : m_before(std::move(before)), m_after(std::move(after)), m_context(context)
    {}

    Announcement run(std::string_view after_text);

private:
    bool is_organizer(Series const &series) const;
    bool is_over(Series const &series) const;
    void announce_new();
    void announce_end(Series const &series);
    void announce_change();
    void announce_deleted();
    struct SeriesChange {
        Addresses joined, left;
    };
    void announce_instance(int64_t at, IcalComponent &event, SeriesChange const &changed);
    void tell(void (Announcing::*how)(Addresses const &, std::vector<IcalComponent>), Addresses const &to,
              Series const &series);
    void raise_sequence(IcalComponent &event, int64_t above);
    std::vector<IcalComponent> events_of(Series const &series) const;
    void invite(Addresses const &to, std::vector<IcalComponent> events);
    void cancel(Addresses const &to, std::vector<IcalComponent> events);
    void add_mail(Addresses const &to, std::vector<IcalComponent> events, std::string_view method,
                  std::string const &prefix);

    Series m_before, m_after;
    CalendarContext const &m_context;
    bool m_is_edited = false;
    std::vector<ItipMail> m_mails;
};

bool Announcing::is_organizer(Series const &series) const
{
    if (series.is_empty())
        return false;
    auto const organizer = organizer_of(*series.any());
    return !organizer || is_one_of(organizer->email, m_context.addresses);
}

/// Deleting what has passed is tidying up.
bool Announcing::is_over(Series const &series) const
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

std::vector<IcalComponent> Announcing::events_of(Series const &series) const
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

void Announcing::invite(Addresses const &to, std::vector<IcalComponent> events)
{
    bool const is_new = std::ranges::all_of(events, [](auto &event) { return sequence_of(event) == 0; });
    add_mail(to, std::move(events), "REQUEST", is_new ? "" : "Updated: ");
}

/// Of the attendees only those who are told stand in it.
void Announcing::cancel(Addresses const &to, std::vector<IcalComponent> events)
{
    for (auto &event : events) {
        std::vector<IcalProperty> lines;
        for (auto &line : event.properties("ATTENDEE"))
            if (to.contains(to_lower(calendar_address(line))))
                lines.push_back(line);
        event.replace("ATTENDEE", lines);
        event.set({"STATUS", {}, "CANCELLED"});
    }
    add_mail(to, std::move(events), "CANCEL", "Canceled: ");
}

/// The whole to who attends the series, and to others the instances that they attend.
void Announcing::tell(void (Announcing::*how)(Addresses const &, std::vector<IcalComponent>),
                      Addresses const &to, Series const &series)
{
    auto const of_series = both(to, series.main_attendees(m_context.addresses));
    (this->*how)(of_series, events_of(series));
    auto const others = without(to, of_series);
    for (auto const &[at, event] : series.exceptions)
        (this->*how)(both(others, attendees_but(*event, m_context.addresses)), {*event});
}

/// To more than `above`, unless whoever changed the event did so already.
void Announcing::raise_sequence(IcalComponent &event, int64_t above)
{
    auto lines = event.properties("ATTENDEE");
    for (auto &line : lines) {
        if (is_one_of(calendar_address(line), m_context.addresses))
            continue;
        std::erase_if(line.parameters, [](IcalParameter const &parameter) {
            return parameter.name == "PARTSTAT" || parameter.name == "RSVP";
        });
        line.parameters.push_back({"PARTSTAT", {"NEEDS-ACTION"}});
        line.parameters.push_back({"RSVP", {"TRUE"}});
    }
    event.replace("ATTENDEE", lines);
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

void Announcing::announce_end(Series const &series)
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
        auto const instance = event_instance(m_before.document, Instant::from_seconds(at), m_context);
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
    auto const instance = event_instance(m_before.document, Instant::from_seconds(at), m_context);
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
    bool const is_other = is_moved || differ(*instance, event, shown_properties);
    invite(without(is_other ? is : without(is, was), changed.joined), {event});
}

void Announcing::announce_change()
{
    auto const &own = m_context.addresses;
    bool const has_both = m_before.main && m_after.main;
    bool const is_moved = !has_both || differ(*m_before.main, *m_after.main, time_properties);
    bool const is_other = is_moved || differ(*m_before.main, *m_after.main, shown_properties);
    if (is_moved && !m_after.attendees(own).empty())
        for (auto *item : m_after.document.items())
            if (item->name() == "VEVENT")
                raise_sequence(*item, sequence_of(*m_before.any()));
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
        return {std::string(after_text), {}};
    bool const was_on = !m_before.is_empty() && !is_cancelled(*m_before.any());
    bool const is_on = !m_after.is_empty() && !is_cancelled(*m_after.any());
    if (!was_on && is_on)
        announce_new();
    else if (was_on && !is_on)
        announce_end(m_after.is_empty() ? m_before : m_after);
    else if (was_on)
        announce_change();
    return {m_is_edited ? m_after.document.print() : std::string(after_text), std::move(m_mails)};
}

} // namespace

IcalDocument itip_document(IcalDocument const &source, std::vector<IcalComponent> events,
                           std::string_view method, Instant now)
{
    IcalDocument whole;
    for (auto const *calendar : source.root().components("VCALENDAR"))
        for (auto const *zone : calendar->components("VTIMEZONE"))
            whole.calendar()->add(*zone);
    for (auto &event : events) {
        for (auto const *name : own_properties)
            event.remove(name);
        for (auto const &property : event.properties())
            if (is_own(property.name))
                event.remove(property.name);
        auto people = event.properties("ATTENDEE");
        for (auto &person : people)
            std::erase_if(person.parameters, [](auto const &each) { return is_own(each.name); });
        event.replace("ATTENDEE", people);
        event.set({"DTSTAMP", {}, format_compact_datetime(now)});
        if (!event.property("SEQUENCE"))
            event.set({"SEQUENCE", {}, "0"});
        whole.calendar()->add(std::move(event));
    }
    return itip_message(whole, method);
}

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
    auto was = Series::read(before, context), is = Series::read(after, context);
    if (!was)
        return was.error();
    if (!is)
        return is.error();
    // The components are found again: moving a document may move them.
    return Announcing(*std::move(was), *std::move(is), context).run(after);
}

} // namespace eas
