// See event-properties.h.
#include "mapping/event-properties.h"
#include "base/text.h"
#include "mapping/ical-attachments.h"
#include "mapping/ical-location.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

constexpr char const *busy_property = "X-MICROSOFT-CDO-BUSYSTATUS";
constexpr char const *reply_time_property = "X-MICROSOFT-CDO-REPLYTIME";
constexpr char const *no_counter_property = "X-MICROSOFT-DISALLOW-COUNTER";
constexpr char const *calendar_property = "X-EAS-CALENDAR-TYPE";

struct BusyName {
    BusyStatus status;
    char const *value;
};
constexpr std::array busy_names{
    BusyName{BusyStatus::free, "FREE"},
    BusyName{BusyStatus::tentative, "TENTATIVE"},
    BusyName{BusyStatus::busy, "BUSY"},
    BusyName{BusyStatus::out_of_office, "OOF"},
    BusyName{BusyStatus::working_elsewhere, "WORKINGELSEWHERE"},
};

bool is_value(IcalComponent const &component, std::string_view name, std::string_view value)
{
    auto const property = component.property(name);
    return property && equals_ignoring_case(trim(property->value), value);
}

void set_value(IcalComponent &component, char const *name, std::string_view value)
{
    if (!is_value(component, name, value))
        component.set({name, {}, std::string(value)});
}

std::optional<BusyStatus> written_busy_status(IcalComponent const &component)
{
    for (auto const &each : busy_names)
        if (is_value(component, busy_property, each.value))
            return each.status;
    return std::nullopt;
}

/// Who was invited and has not agreed is not busy for certain.
BusyStatus expected_busy_status(IcalComponent const &component, std::vector<std::string> const &addresses)
{
    if (is_value(component, "STATUS", "TENTATIVE"))
        return BusyStatus::tentative;
    if (!(meeting_status_of(component, addresses) & meeting_status::is_received))
        return BusyStatus::busy;
    switch (response_type_of(component, addresses)) {
    case ResponseType::tentative:
    case ResponseType::not_responded:
        return BusyStatus::tentative;
    case ResponseType::declined:
        return BusyStatus::free;
    default:
        return BusyStatus::busy;
    }
}

bool is_link(std::string_view text)
{
    auto const lower = to_lower(text.substr(0, 8));
    return (lower.starts_with("https://") || lower.starts_with("http://")) &&
           text.find_first_of(" \t\r\n<>\"") == text.npos;
}

/// Where programs put the address of a video conference.
std::optional<std::string> conference_link(IcalComponent const &component)
{
    for (auto const *name : {"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
                             "X-GOOGLE-CONFERENCE", "CONFERENCE"})
        for (auto const &line : component.properties(name))
            if (auto text = sanitize_utf8(trim(line.value)); is_link(text))
                return text;
    return std::nullopt;
}

std::optional<std::string> conference_gruu(IcalComponent const &component)
{
    auto text = ical_text_of(component, "X-MICROSOFT-ONLINEMEETINGCONFLINK");
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<Compact<Instant>> utc_of(IcalComponent const &component, char const *name, IcalZones &zones)
{
    auto const time = ical_time_of(component, name, zones);
    return time ? std::optional<Compact<Instant>>(time->instant()) : std::nullopt;
}

template <class T> std::optional<std::vector<T>> unless_empty(std::vector<T> list)
{
    return list.empty() ? std::nullopt : std::optional(std::move(list));
}

void read_people(IcalComponent const &component, IcalZones &zones, CalendarContext const &context,
                 EventProperties &out)
{
    out.meeting_status = meeting_status_of(component, context.addresses);
    out.response_type = response_type_of(component, context.addresses);
    out.attendees = unless_empty(attendees_of(component));
    bool const has_answered = *out.response_type == ResponseType::accepted ||
                              *out.response_type == ResponseType::tentative ||
                              *out.response_type == ResponseType::declined;
    if (has_answered)
        out.appointment_reply_time = utc_of(component, reply_time_property, zones);
}

bool is_same_attendee(Attendee const &a, Attendee const &b)
{
    return a.email == b.email && a.name == b.name && a.status == b.status && a.type == b.type &&
           a.proposed_start == b.proposed_start && a.proposed_end == b.proposed_end;
}

bool is_same_body(Body const &a, Body const &b)
{
    return a.type == b.type && a.data == b.data && a.estimated_data_size == b.estimated_data_size;
}

/// Drops `own` if it says what `series` says; if it is absent and the series has it, `empty` takes it away.
template <class T, class Same> void keep_difference(std::optional<T> &own, std::optional<T> const &series,
                                                    std::optional<T> empty, Same is_same)
{
    if (own && series && is_same(*own, *series))
        own.reset();
    else if (!own && series)
        own = std::move(empty);
}

template <class T>
void keep_difference(std::optional<T> &own, std::optional<T> const &series, std::optional<T> empty = {})
{
    keep_difference(own, series, std::move(empty), [](T const &a, T const &b) { return a == b; });
}

} // namespace

EventProperties event_properties(IcalComponent const &component, EventTimes const &times,
                                 SeriesForm const &form, IcalZones &zones, ItemView const &view,
                                 CalendarContext const &context)
{
    EventProperties out;
    out.all_day_event = times.is_all_day;
    out.start_time = form.instant(times, times.start);
    out.end_time = form.instant(times, times.end);
    out.body = choose_item_body(ical_text_body(component), view.body, view.version);
    out.busy_status = told_busy_status(busy_status_of(component, context.addresses), view.version);
    out.dt_stamp = utc_of(component, "DTSTAMP", zones);
    if (!out.dt_stamp)
        out.dt_stamp = times.start.instant();
    if (view.version >= v16_0) {
        out.structured_location = location_of(component);
        out.attachments = unless_empty(attachments_of(component, view.file_reference_prefix));
    } else {
        out.location = ical_text_of(component, "LOCATION");
    }
    // Alarms are of the component's own times, which these need not be: those of an instance, say.
    auto const own = event_times(component, zones).value_or(times);
    if (auto const minutes = reminder_minutes(component, own.start.instant(), own.end.instant(), zones))
        out.reminder = Reminder{minutes};
    out.sensitivity = sensitivity_of(component);
    out.subject = ical_text_of(component, "SUMMARY");
    out.categories = unless_empty(categories_of(component));
    read_people(component, zones, context, out);
    out.online_meeting_external_link = conference_link(component);
    out.online_meeting_conf_link = conference_gruu(component);
    return out;
}

void keep_differences(EventProperties &own, EventProperties const &series, ProtocolVersion version)
{
    auto const is_same_list = [](auto const &same) {
        return [=](auto const &a, auto const &b) { return std::ranges::equal(a, b, same); };
    };
    auto const no_reminder = version >= v14_1 ? std::optional(Reminder{}) : std::nullopt; // MS-ASCAL 2.2.2.38
    keep_difference(own.all_day_event, series.all_day_event);
    keep_difference(own.body, series.body, {}, is_same_body);
    keep_difference(own.busy_status, series.busy_status);
    keep_difference(own.dt_stamp, series.dt_stamp);
    keep_difference(own.location, series.location);
    keep_difference(own.structured_location, series.structured_location);
    keep_difference(own.attachments, series.attachments, {},
                    is_same_list([](Attachment const &a, Attachment const &b) {
                        return a.file_reference == b.file_reference && a.display_name == b.display_name;
                    }));
    keep_difference(own.reminder, series.reminder, no_reminder);
    keep_difference(own.sensitivity, series.sensitivity);
    keep_difference(own.subject, series.subject);
    keep_difference(own.meeting_status, series.meeting_status);
    keep_difference(own.attendees, series.attendees, std::optional(std::vector<Attendee>{}),
                    is_same_list(is_same_attendee));
    keep_difference(own.categories, series.categories, std::optional(std::vector<std::string>{}));
    keep_difference(own.appointment_reply_time, series.appointment_reply_time);
    keep_difference(own.response_type, series.response_type);
    keep_difference(own.online_meeting_conf_link, series.online_meeting_conf_link,
                    std::optional(std::string()));
    keep_difference(own.online_meeting_external_link, series.online_meeting_external_link,
                    std::optional(std::string()));
}

BusyStatus busy_status_of(IcalComponent const &component, std::vector<std::string> const &addresses)
{
    auto const written = written_busy_status(component);
    if (written == BusyStatus::working_elsewhere)
        return *written;
    if (is_value(component, "TRANSP", "TRANSPARENT"))
        return BusyStatus::free;
    // A program that changes TRANSP alone leaves Microsoft's property behind.
    bool const contradicts = written == BusyStatus::free && component.property("TRANSP");
    if (written && !contradicts)
        return *written;
    return expected_busy_status(component, addresses);
}

BusyStatus told_busy_status(BusyStatus status, ProtocolVersion version)
{
    return status == BusyStatus::working_elsewhere && version < v16_0 ? BusyStatus::free : status;
}

void set_busy_status(IcalComponent &component, BusyStatus wanted, ProtocolVersion version,
                     std::vector<std::string> const &addresses)
{
    if (told_busy_status(busy_status_of(component, addresses), version) == wanted)
        return;
    bool const is_own = !(meeting_status_of(component, addresses) & meeting_status::is_received);
    if (wanted == BusyStatus::free || wanted == BusyStatus::working_elsewhere)
        set_value(component, "TRANSP", "TRANSPARENT");
    else if (component.property("TRANSP"))
        set_value(component, "TRANSP", "OPAQUE");
    if (is_own && wanted == BusyStatus::tentative && !is_cancelled(component))
        set_value(component, "STATUS", "TENTATIVE");
    else if (is_own && wanted != BusyStatus::tentative && is_value(component, "STATUS", "TENTATIVE"))
        set_value(component, "STATUS", "CONFIRMED");
    auto const present = component.property(busy_property);
    for (auto const &each : busy_names)
        if (each.status == wanted && (present || busy_status_of(component, addresses) != wanted))
            set_value(component, busy_property, each.value);
}

bool is_response_requested(IcalComponent const &component, std::vector<std::string> const &addresses)
{
    auto const asks = [](IcalProperty const &line) {
        return equals_ignoring_case(line.parameter("RSVP"), "TRUE");
    };
    if (meeting_status_of(component, addresses) & meeting_status::is_received) {
        auto const own = own_attendee_line(component, addresses);
        return own && asks(*own);
    }
    return std::ranges::any_of(component.properties("ATTENDEE"), asks);
}

void set_response_requested(IcalComponent &component, bool wanted)
{
    auto lines = component.properties("ATTENDEE");
    for (auto &line : lines) {
        if (equals_ignoring_case(line.parameter("RSVP"), "TRUE") == wanted)
            continue;
        std::erase_if(line.parameters, [](auto const &each) { return each.name == "RSVP"; });
        if (wanted)
            line.parameters.push_back({"RSVP", {"TRUE"}});
    }
    component.replace("ATTENDEE", lines);
}

std::optional<uint8_t> named_calendar(IcalComponent const &component)
{
    auto const property = component.property(calendar_property);
    auto const number = property ? parse_unsigned(trim(property->value)) : std::nullopt;
    return number && *number <= UINT8_MAX ? std::optional(static_cast<uint8_t>(*number)) : std::nullopt;
}

void set_named_calendar(IcalComponent &component, uint8_t calendar_type)
{
    if (calendar_type > 1) // 0 and 1 may be told as 0: MS-ASCAL 2.2.2.10
        component.set({calendar_property, {}, std::to_string(calendar_type)});
    else
        component.remove(calendar_property);
}

bool is_new_time_disallowed(IcalComponent const &component)
{
    return is_value(component, no_counter_property, "TRUE");
}

void set_new_time_disallowed(IcalComponent &component, bool wanted)
{
    if (is_new_time_disallowed(component) == wanted)
        return;
    if (wanted)
        component.set({no_counter_property, {}, "TRUE"});
    else
        component.remove(no_counter_property);
}

bool is_cancelled(IcalComponent const &component)
{
    return is_value(component, "STATUS", "CANCELLED");
}

void set_cancelled(IcalComponent &component, bool wanted)
{
    if (is_cancelled(component) == wanted)
        return;
    if (wanted)
        component.set({"STATUS", {}, "CANCELLED"});
    else
        component.set({"STATUS", {}, "CONFIRMED"});
}

} // namespace eas
