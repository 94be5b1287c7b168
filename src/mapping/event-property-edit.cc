// See event-property-edit.h.
#include "mapping/event-property-edit.h"
#include "base/text.h"
#include "mapping/ical-location.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include <algorithm>

namespace eas {
namespace {

Result<void> set_body(IcalComponent &component, Body const &body, ItemView const &view)
{
    auto const stored = ical_text_body(component);
    if (is_same_text(body, stored, view.body, view.version))
        return {};
    auto const text = item_text_of(body);
    if (!text)
        return text.error();
    set_ical_text_body(component, *text);
    return {};
}

bool is_cancelled(uint8_t status)
{
    return status & meeting_status::is_meeting && status & meeting_status::is_cancelled;
}

template <class T> void drop_own(std::optional<T> &wanted, std::optional<T> const &difference)
{
    if (difference)
        wanted.reset();
}

bool is_among(Attendee const &person, std::vector<Attendee> const &people)
{
    return std::ranges::any_of(
        people, [&](Attendee const &each) { return equals_ignoring_case(each.email, person.email); });
}

/// `own` people of an exception (an answer to it alone is enough to make them its own) without those who left
/// the series and with those who joined it.
std::vector<Attendee> with_change(std::vector<Attendee> own, std::vector<Attendee> const &before,
                                  std::vector<Attendee> const &after)
{
    std::erase_if(own,
                  [&](Attendee const &each) { return is_among(each, before) && !is_among(each, after); });
    for (auto const &each : after)
        if (!is_among(each, before) && !is_among(each, own))
            own.push_back(each);
    return own;
}

} // namespace

Result<void> set_properties(IcalComponent &component, EventProperties const &wanted, IcalZones &zones,
                            ItemView const &view, CalendarContext const &context)
{
    if (wanted.subject)
        set_ical_text(component, "SUMMARY", *wanted.subject);
    if (wanted.location && view.version < v16_0)
        set_location_text(component, *wanted.location);
    if (wanted.structured_location && view.version >= v16_0)
        set_location(component, *wanted.structured_location);
    if (wanted.attendees)
        set_attendees(component, *wanted.attendees);
    // Of a cancelled appointment, which is no meeting, the client was not told that it is cancelled.
    if (wanted.meeting_status &&
        is_cancelled(*wanted.meeting_status) != is_cancelled(meeting_status_of(component, context.addresses)))
        set_cancelled(component, is_cancelled(*wanted.meeting_status));
    if (wanted.busy_status)
        set_busy_status(component, *wanted.busy_status, view.version, context.addresses);
    if (wanted.sensitivity)
        set_sensitivity(component, *wanted.sensitivity);
    if (wanted.categories)
        set_categories(component, *wanted.categories);
    auto const times = wanted.reminder ? event_times(component, zones) : std::nullopt;
    if (times)
        set_reminder_minutes(component, wanted.reminder->minutes, times->start.instant(),
                             times->end.instant(), zones);
    return wanted.body ? set_body(component, *wanted.body, view) : Result<void>{};
}

void set_meeting_organizer(IcalComponent &component, Event const &wanted, ItemView const &view,
                           CalendarContext const &context)
{
    auto const present = organizer_of(component);
    bool const is_own = present && is_one_of(present->email, context.addresses);
    if (!component.property("ATTENDEE")) {
        if (is_own)
            component.remove("ORGANIZER");
        return;
    }
    if (present)
        return;
    CalendarPerson organizer{context.addresses.empty() ? std::string() : context.addresses[0],
                             context.user_name()};
    if (view.version < v16_0 && wanted.organizer_email && !trim(*wanted.organizer_email).empty())
        organizer = {std::string(trim(*wanted.organizer_email)), wanted.organizer_name.value_or("")};
    set_organizer(component, organizer);
}

EventProperties inherited(EventProperties wanted, EventProperties own, EventProperties const &series,
                          ProtocolVersion version)
{
    if (own.reminder != series.reminder) // until 14.0 no empty one says that there is none
        wanted.reminder.reset();
    auto const people = own.attendees;
    keep_differences(own, series, version);
    drop_own(wanted.subject, own.subject);
    drop_own(wanted.location, own.location);
    drop_own(wanted.structured_location, own.structured_location);
    drop_own(wanted.body, own.body);
    if (wanted.attendees && own.attendees && people)
        wanted.attendees =
            with_change(*people, series.attendees.value_or(std::vector<Attendee>()), *wanted.attendees);
    else
        drop_own(wanted.attendees, own.attendees);
    drop_own(wanted.meeting_status, own.meeting_status);
    drop_own(wanted.busy_status, own.busy_status);
    drop_own(wanted.sensitivity, own.sensitivity);
    drop_own(wanted.categories, own.categories);
    return wanted;
}

void increase_sequence(IcalComponent &component)
{
    auto const present = component.property("SEQUENCE");
    auto const number = present ? parse_unsigned(trim(present->value)) : std::nullopt;
    component.set({"SEQUENCE", {}, std::to_string(number && *number < INT32_MAX ? *number + 1 : 1)});
}

} // namespace eas
