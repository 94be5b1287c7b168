// See ical-people.h.
#include "mapping/ical-people.h"
#include "base/text.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

using Status = Attendee::Status;
using Type = Attendee::Type;

constexpr size_t most_attendees = 2000;

struct StatusName {
    Status status;
    std::string_view partstat;
};
constexpr std::array status_names{
    StatusName{Status::not_responded, "NEEDS-ACTION"}, StatusName{Status::accepted, "ACCEPTED"},
    StatusName{Status::declined, "DECLINED"},          StatusName{Status::tentative, "TENTATIVE"},
    StatusName{Status::unknown, "DELEGATED"},
};

Type type_of(IcalProperty const &line)
{
    auto const kind = line.parameter("CUTYPE");
    if (equals_ignoring_case(kind, "RESOURCE") || equals_ignoring_case(kind, "ROOM"))
        return Type::resource;
    auto const role = line.parameter("ROLE");
    bool const is_optional =
        equals_ignoring_case(role, "OPT-PARTICIPANT") || equals_ignoring_case(role, "NON-PARTICIPANT");
    return is_optional ? Type::optional : Type::required;
}

/// An empty value removes the parameter.
constexpr auto proposed_parameter = "X-EAS-PROPOSED";

void set_parameter(IcalProperty &line, std::string_view name, std::string_view value)
{
    auto const found = std::ranges::find(line.parameters, name, &IcalParameter::name);
    if (value.empty()) {
        if (found != line.parameters.end())
            line.parameters.erase(found);
    } else if (found == line.parameters.end()) {
        line.parameters.push_back({std::string(name), {std::string(value)}});
    } else if (line.parameter(name) != value) {
        found->values = {std::string(value)};
    }
}

void set_type(IcalProperty &line, Type type)
{
    if (type_of(line) == type)
        return;
    bool const was_resource = type_of(line) == Type::resource;
    if (type == Type::resource)
        set_parameter(line, "CUTYPE", "RESOURCE");
    else if (was_resource)
        set_parameter(line, "CUTYPE", "");
    if (type != type_of(line))
        set_parameter(line, "ROLE", type == Type::optional ? "OPT-PARTICIPANT" : "REQ-PARTICIPANT");
}

std::string name_of(IcalProperty const &person)
{
    auto name = sanitize_utf8(trim(person.parameter("CN")));
    return name.empty() ? calendar_address(person) : name;
}

/// Of an address, as the file's ATTENDEE lines are compared.
std::string key_of(std::string_view address)
{
    return to_lower(trim(without_controls(address)));
}

} // namespace

std::string calendar_address(IcalProperty const &person)
{
    constexpr std::string_view scheme = "mailto:";
    auto const value = trim(person.value);
    if (value.size() >= scheme.size() && equals_ignoring_case(value.substr(0, scheme.size()), scheme))
        return sanitize_utf8(trim(value.substr(scheme.size())));
    auto const email = person.parameter("EMAIL");
    return sanitize_utf8(email.empty() ? value : std::string_view(email));
}

bool is_one_of(std::string_view address, std::vector<std::string> const &addresses)
{
    return std::ranges::any_of(addresses,
                               [&](auto const &own) { return equals_ignoring_case(own, address); });
}

bool is_person(IcalProperty const &person, std::vector<std::string> const &addresses)
{
    auto const email = person.parameter("EMAIL");
    return is_one_of(calendar_address(person), addresses) || (!email.empty() && is_one_of(email, addresses));
}

bool speaks_for(IcalProperty const &person, std::string_view address)
{
    IcalProperty const agent{person.name, {}, std::string(person.parameter("SENT-BY"))};
    return is_person(person, {std::string(address)}) ||
           equals_ignoring_case(calendar_address(agent), address);
}

std::optional<CalendarPerson> organizer_of(IcalComponent const &component)
{
    auto const line = component.property("ORGANIZER");
    if (!line || calendar_address(*line).empty())
        return std::nullopt;
    return CalendarPerson{calendar_address(*line), name_of(*line)};
}

void set_organizer(IcalComponent &component, CalendarPerson const &organizer)
{
    if (organizer.email.empty())
        return component.remove("ORGANIZER");
    auto line = component.property("ORGANIZER");
    if (!line || !equals_ignoring_case(calendar_address(*line), organizer.email))
        line = IcalProperty{"ORGANIZER", {}, "mailto:" + organizer.email};
    if (!organizer.name.empty() && organizer.name != organizer.email && name_of(*line) != organizer.name)
        set_parameter(*line, "CN", organizer.name);
    component.set(*line);
}

Attendee::Status attendee_status(std::string_view partstat)
{
    for (auto const &each : status_names)
        if (equals_ignoring_case(each.partstat, partstat))
            return each.status;
    return partstat.empty() ? Status::not_responded : Status::unknown; // RFC 5545 3.2.12: the default
}

std::string_view partstat_of(Attendee::Status status)
{
    for (auto const &each : status_names)
        if (each.status == status && status != Status::unknown)
            return each.partstat;
    return "NEEDS-ACTION";
}

Attendee attendee_of(IcalProperty const &line)
{
    Attendee attendee;
    attendee.email = calendar_address(line);
    attendee.name = name_of(line);
    attendee.status = attendee_status(line.parameter("PARTSTAT"));
    attendee.type = type_of(line);
    auto const proposal = line.parameter(proposed_parameter);
    if (auto const slash = proposal.find('/'); slash != proposal.npos) {
        auto const start = parse_datetime(proposal.substr(0, slash));
        auto const end = parse_datetime(proposal.substr(slash + 1));
        if (start && end) {
            attendee.proposed_start = *start;
            attendee.proposed_end = *end;
        }
    }
    return attendee;
}

void set_proposal(IcalProperty &line, std::optional<Instant> start, std::optional<Instant> end)
{
    set_parameter(line, proposed_parameter,
                  start && end ? format_compact_datetime(*start) + '/' + format_compact_datetime(*end) : "");
}

void forget_proposals(IcalComponent &component)
{
    auto lines = component.properties("ATTENDEE");
    for (auto &line : lines)
        set_proposal(line, {}, {});
    component.replace("ATTENDEE", lines);
}

std::vector<Attendee> attendees_of(IcalComponent const &component)
{
    std::vector<Attendee> attendees;
    for (auto const &line : component.properties("ATTENDEE")) {
        auto attendee = attendee_of(line);
        if (!attendee.email.empty() && attendees.size() < most_attendees)
            attendees.push_back(std::move(attendee));
    }
    return attendees;
}

IcalProperty attendee_line(Attendee const &attendee, std::optional<IcalProperty> const &present)
{
    auto line = present.value_or(IcalProperty{"ATTENDEE", {}, "mailto:" + std::string(trim(attendee.email))});
    if (!attendee.name.empty() && attendee.name != attendee.email && name_of(line) != attendee.name)
        set_parameter(line, "CN", attendee.name);
    if (attendee.type)
        set_type(line, *attendee.type);
    bool const says_new_status =
        attendee.status && attendee_status(line.parameter("PARTSTAT")) != *attendee.status;
    if (says_new_status)
        set_parameter(line, "PARTSTAT", partstat_of(*attendee.status));
    if (!present && line.parameter("PARTSTAT").empty())
        set_parameter(line, "PARTSTAT", "NEEDS-ACTION");
    if (!present && line.parameter("PARTSTAT") == "NEEDS-ACTION")
        set_parameter(line, "RSVP", "TRUE");
    return line;
}

void set_attendees(IcalComponent &component, std::vector<Attendee> const &wanted)
{
    auto const present = component.properties("ATTENDEE");
    std::vector<bool> used(present.size());
    std::vector<IcalProperty> lines;
    for (auto const &attendee : wanted) {
        if (trim(attendee.email).empty())
            continue;
        size_t i = 0;
        while (i < present.size() &&
               (used[i] || key_of(calendar_address(present[i])) != key_of(attendee.email)))
            i++;
        if (i < present.size())
            used[i] = true;
        lines.push_back(
            attendee_line(attendee, i < present.size() ? std::optional(present[i]) : std::nullopt));
    }
    component.replace("ATTENDEE", lines);
}

std::optional<IcalProperty> own_attendee_line(IcalComponent const &component,
                                              std::vector<std::string> const &addresses)
{
    for (auto &line : component.properties("ATTENDEE"))
        if (is_person(line, addresses))
            return line;
    return std::nullopt;
}

bool set_participation(IcalComponent &component, std::vector<std::string> const &addresses,
                       Attendee::Status status)
{
    auto lines = component.properties("ATTENDEE");
    bool is_found = false;
    for (auto &line : lines) {
        if (!is_person(line, addresses))
            continue;
        is_found = true;
        if (attendee_status(line.parameter("PARTSTAT")) != status)
            set_parameter(line, "PARTSTAT", partstat_of(status));
        if (status != Status::not_responded && status != Status::unknown)
            set_parameter(line, "RSVP", "");
    }
    if (is_found)
        component.replace("ATTENDEE", lines);
    return is_found;
}

uint8_t meeting_status_of(IcalComponent const &component, std::vector<std::string> const &addresses)
{
    auto const organizer = organizer_of(component);
    if (!organizer && !component.property("ATTENDEE"))
        return 0;
    auto const status = component.property("STATUS");
    uint8_t bits = meeting_status::is_meeting;
    // Without an organizer the file is the user's own.
    if (organizer && !is_one_of(organizer->email, addresses))
        bits |= meeting_status::is_received;
    if (status && equals_ignoring_case(trim(status->value), "CANCELLED"))
        bits |= meeting_status::is_cancelled;
    return bits;
}

ResponseType response_type_of(IcalComponent const &component, std::vector<std::string> const &addresses)
{
    auto const meeting = meeting_status_of(component, addresses);
    if (!(meeting & meeting_status::is_meeting))
        return ResponseType::none;
    if (!(meeting & meeting_status::is_received))
        return ResponseType::organizer;
    auto const own = own_attendee_line(component, addresses);
    if (!own)
        return ResponseType::none;
    switch (attendee_status(own->parameter("PARTSTAT"))) {
    case Status::accepted:
        return ResponseType::accepted;
    case Status::tentative:
        return ResponseType::tentative;
    case Status::declined:
        return ResponseType::declined;
    case Status::not_responded:
        return ResponseType::not_responded;
    case Status::unknown:
        break;
    }
    return ResponseType::none;
}

IcalDocument itip_message(IcalDocument const &document, std::string_view method)
{
    IcalDocument message;
    auto &calendar = *message.calendar();
    calendar.set({"METHOD", {}, std::string(method)});
    for (auto const *item : document.items()) {
        auto copy = item->without_components();
        for (auto const *nested : item->components())
            if (nested->name() != "VALARM")
                copy.add(*nested);
        calendar.add(std::move(copy));
    }
    auto const used = time_zones_used(calendar);
    std::set<std::string> added;
    for (auto const *source : document.root().components())
        for (auto const *vtimezone : source->components("VTIMEZONE")) {
            auto const tzid = vtimezone->property("TZID");
            if (tzid && used.contains(tzid->value) && added.insert(tzid->value).second)
                calendar.add(*vtimezone);
        }
    return message;
}

} // namespace eas
