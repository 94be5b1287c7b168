// See itip.h: the mail, and the answers of attendees.
#include "base/text.h"
#include "mapping/addresses.h"
#include "mapping/event-instance.h"
#include "mapping/header-encoding.h"
#include "mapping/ical-properties.h"
#include "mapping/ical-time.h"
#include "mapping/itip-parts.h"
#include "mapping/itip.h"
#include "mapping/meeting-document.h"
#include "mapping/mime-entity.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

using Status = Attendee::Status;

/// What an answer says of the event: RFC 5546 3.2.3, and what Outlook needs to find and show it.
constexpr std::array answered_properties{"UID",      "RECURRENCE-ID", "SEQUENCE", "DTSTART",
                                         "DTEND",    "DURATION",      "RRULE",    "SUMMARY",
                                         "LOCATION", "ORGANIZER",     "PRIORITY", "CLASS"};

struct AnswerWord {
    Status status;
    std::string_view word;
};
constexpr std::array answer_words{
    AnswerWord{Status::accepted, "Accepted: "},
    AnswerWord{Status::tentative, "Tentative: "},
    AnswerWord{Status::declined, "Declined: "},
};

std::string subject_of_answer(MeetingAnswer const &answer, std::string const &summary)
{
    if (answer.proposed_start)
        return "New Time Proposed: " + summary;
    for (auto const &row : answer_words)
        if (row.status == answer.status)
            return std::string(row.word) + summary;
    return summary;
}

/// `proposed` in the form of `present`: days where these are days and the client proposes such (midnights in
/// UTC: proposals are of 16.1).
IcalProperty proposed_time(std::string const &name, std::optional<IcalTime> const &present, bool are_days,
                           Instant proposed)
{
    if (!present || !are_days)
        return {name, {}, format_compact_datetime(proposed)};
    auto day = *present;
    day.local = LocalTime{std::chrono::seconds(proposed.seconds())};
    return ical_time_property(name, day);
}

void propose(IcalComponent &event, MeetingAnswer const &answer, IcalZones &zones)
{
    auto const is_midnight = [](Instant time) { return time.seconds() % 86400 == 0; };
    auto const start = ical_time_of(event, "DTSTART", zones), end = ical_time_of(event, "DTEND", zones);
    if (start)
        event.set({"X-MS-OLK-ORIGINALSTART", {}, format_compact_datetime(start->instant())});
    if (end)
        event.set({"X-MS-OLK-ORIGINALEND", {}, format_compact_datetime(end->instant())});
    event.remove("DURATION");
    event.remove("RRULE");
    bool const are_days = start && start->is_date() && is_midnight(*answer.proposed_start) &&
                          is_midnight(*answer.proposed_end) && *answer.proposed_start < *answer.proposed_end;
    event.set(proposed_time("DTSTART", start, are_days, *answer.proposed_start));
    event.set(proposed_time("DTEND", start, are_days, *answer.proposed_end));
}

IcalProperty own_line(IcalComponent const &event, MeetingAnswer const &answer, CalendarContext const &context)
{
    auto line = own_attendee_line(event, context.addresses)
                    .value_or(IcalProperty{"ATTENDEE", {}, "mailto:" + context.addresses.front()});
    std::erase_if(line.parameters, [](IcalParameter const &parameter) { return parameter.name == "RSVP"; });
    Attendee attendee = attendee_of(line);
    attendee.status = answer.status;
    attendee.type.reset();
    return attendee_line(attendee, line);
}

/// What concerns the owner of a file alone: who forwards a meeting has answered it, and put it in order.
constexpr std::array own_properties{"CATEGORIES", "COLOR", "LAST-MODIFIED", busy_status_property,
                                    reply_time_property};
constexpr std::array own_prefixes{std::string_view("X-EAS-"), std::string_view("X-MOZ-"),
                                  std::string_view("X-RADICALE-")};

bool is_own(std::string_view name)
{
    return std::ranges::any_of(own_prefixes, [&](auto prefix) { return name.starts_with(prefix); });
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
        auto const known = event.property("DTSTAMP");
        auto const stamp = known ? parse_datetime(trim(known->value)) : std::nullopt;
        if (!stamp || *stamp < now)
            event.set({"DTSTAMP", {}, format_compact_datetime(now)});
        if (!event.property("SEQUENCE"))
            event.set({"SEQUENCE", {}, "0"});
        whole.calendar()->add(std::move(event));
    }
    return itip_message(whole, method);
}

std::string itip_mime(ItipMail const &mail, CalendarPerson const &from, std::string const &boundary)
{
    bool const is_named = !from.name.empty() && !from.email.empty();
    std::vector<Address> to;
    for (auto const &person : mail.to)
        to.push_back({person.name == person.email ? "" : person.name, person.email});
    auto const entity =
        multipart_entity("alternative", boundary,
                         {as_part(text_entity("plain", mail.text)),
                          as_part(text_entity("calendar; method=" + mail.method, mail.calendar.print()))});
    StringSink body;
    (void)entity.body.copy_to(body); // it is in memory
    return (is_named ? address_field("From", format_addresses({{from.name, from.email}}, ", ")) : "") +
           address_field("To", format_addresses(to, ", ")) + text_field("Subject", mail.subject) +
           "Content-Class: urn:content-classes:calendarmessage\r\nMIME-Version: 1.0\r\n" + entity.fields +
           "\r\n" + body.text;
}

std::optional<ItipMail> itip_answer(IcalDocument const &document, IcalComponent const &event,
                                    MeetingAnswer const &answer, CalendarContext const &context)
{
    auto const organizer = organizer_of(event);
    if (!organizer || organizer->email.find('@') == std::string::npos || context.addresses.empty())
        return std::nullopt;
    IcalComponent said("VEVENT");
    for (auto const *name : answered_properties)
        said.replace(name, event.properties(name));
    said.set({"DTSTAMP", {}, format_compact_datetime(context.now)});
    said.set(own_line(event, answer, context));
    if (!answer.text.empty())
        said.set(ical_text_property("COMMENT", answer.text));
    auto const summary = ical_text_of(event, "SUMMARY");
    if (answer.proposed_start) {
        IcalZones zones(document, context);
        propose(said, answer, zones);
    }
    std::string const method = answer.proposed_start ? "COUNTER" : "REPLY";
    auto calendar = itip_document(document, {std::move(said)}, method, context.now);
    return ItipMail{
        {*organizer}, method, subject_of_answer(answer, summary), answer.text, std::move(calendar)};
}

std::optional<ItipMail> itip_forward(IcalDocument const &document, std::optional<Instant> instance,
                                     std::vector<CalendarPerson> to, std::string text,
                                     CalendarContext const &context)
{
    std::vector<IcalComponent> events;
    if (instance) {
        if (auto only = event_instance(document, instance, context))
            events.push_back(*std::move(only));
    } else {
        for (auto const *item : document.items())
            if (item->name() == "VEVENT")
                events.push_back(*item);
    }
    if (events.empty())
        return std::nullopt;
    for (auto &event : events) {
        auto attendees = attendees_of(event);
        for (auto const &person : to)
            if (std::ranges::none_of(attendees, [&](Attendee const &attendee) {
                    return equals_ignoring_case(attendee.email, person.email);
                }))
                attendees.push_back(
                    {person.email, person.name, Status::not_responded, Attendee::Type::optional, {}, {}});
        set_attendees(event, attendees);
        if (!organizer_of(event) && !context.addresses.empty())
            set_organizer(event, {context.addresses.front(), context.user_name()});
    }
    auto const subject = ical_text_of(events.front(), "SUMMARY");
    auto calendar = itip_document(document, std::move(events), "REQUEST", context.now);
    return ItipMail{std::move(to), "REQUEST", "FW: " + subject, std::move(text), std::move(calendar)};
}

} // namespace eas
