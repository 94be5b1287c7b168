// See event-from-ical.h.
#include "mapping/event-from-ical.h"
#include "base/text.h"
#include "mapping/ical-attachments.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include "mapping/shown-event.h"

namespace eas {
namespace {

constexpr size_t longest_uid = 300; ///< characters. MS-ASCAL 2.2.2.46.

void add_people(IcalComponent const &component, CalendarContext const &context, Event &event)
{
    if (!(*event.meeting_status & meeting_status::is_meeting))
        return;
    auto organizer = organizer_of(component);
    if (!organizer && !context.addresses.empty()) // a meeting that names none is the user's own
        organizer = CalendarPerson{context.addresses[0], context.user_name()};
    if (organizer) {
        event.organizer_email = organizer->email;
        event.organizer_name = organizer->name;
    }
    event.response_requested = is_response_requested(component, context.addresses);
}

/// How the client computes the last instance from it.
CalendarRecurrence recurrence_of(SeriesForm const &form)
{
    CalendarRecurrence recurrence;
    static_cast<Recurrence &>(recurrence) = form.recurrence->recurrence;
    auto const named = named_calendar(*form.component);
    if (named && recurrence.calendar_type && is_same_calendar(*named, *recurrence.calendar_type))
        recurrence.calendar_type = named;
    if (form.recurrence->until)
        recurrence.until =
            form.client_zone.to_instant(form.first.start.zone->to_local(*form.recurrence->until));
    return recurrence;
}

EventException exception_of(FormException const &each, EventProperties const &series, SeriesForm const &form,
                            IcalZones &zones, ItemView const &view, CalendarContext const &context)
{
    EventException exception;
    if (each.is_deleted)
        exception.deleted = true;
    else {
        static_cast<EventProperties &>(exception) = shown_exception(each, form, zones, view, context);
        keep_differences(exception, series, view.version);
    }
    Compact<Instant> const original = form.client_zone.to_instant(each.original);
    (view.version >= v16_0 ? exception.instance_id : exception.exception_start_time) = original;
    return exception;
}

} // namespace

EventProperties shown_exception(FormException const &exception, SeriesForm const &form, IcalZones &zones,
                                ItemView const &view, CalendarContext const &context)
{
    auto const &component = exception.component ? *exception.component : *form.component;
    return event_properties(component, exception.times, form, zones, view, context);
}

Result<ShownEvent> show_event(EventSeries const &series, IcalZones &zones, ItemView const &view,
                              CalendarContext const &context)
{
    auto form = form_of(series, view.version, zones, context);
    if (!form)
        return form.error();
    ShownEvent shown{{}, *std::move(form)};
    auto &event = shown.event;
    auto const &component = *shown.form.component;
    static_cast<EventProperties &>(event) =
        event_properties(component, shown.form.first, shown.form, zones, view, context);
    if (view.version < v16_0 || !shown.form.first.is_all_day)
        event.timezone = format_time_zone(shown.form.structure);
    add_people(component, context, event);
    if (auto uid = ical_text_of(component, "UID"); !uid.empty())
        event.uid = utf8_prefix_characters(uid, longest_uid);
    event.disallow_new_time_proposal = is_new_time_disallowed(component);
    event.native_body_type = native_body_type(ical_text_body(component));
    if (!shown.form.recurrence) {
        if (auto const id = ical_time_of(component, "RECURRENCE-ID", zones); id && !series.has_master())
            event.instance_id = id->is_date() ? shown.form.day_zone.to_instant(id->local) : id->instant();
        return shown;
    }
    event.recurrence = recurrence_of(shown.form);
    std::vector<EventException> exceptions;
    for (auto const &each : shown.form.exceptions)
        exceptions.push_back(exception_of(each, event, shown.form, zones, view, context));
    if (!exceptions.empty())
        event.exceptions = std::move(exceptions);
    return shown;
}

Result<Event> event_from_ical(std::string_view text, ItemView const &view, CalendarContext const &context,
                              std::optional<Instant> *again)
{
    auto const document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    IcalZones zones(*document, context);
    auto const series = EventSeries::read(*document, zones);
    if (!series)
        return series.error();
    auto shown = show_event(*series, zones, view, context);
    if (!shown)
        return shown.error();
    if (again)
        *again = shown->form.tell_again;
    return std::move(shown->event);
}

Result<EventAttachment> event_attachment(std::string_view text, std::string_view reference)
{
    auto const document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    for (auto const *item : document->items())
        if (auto found = find_attachment(*item, reference))
            return EventAttachment{std::move(found->content_type), std::move(found->display_name),
                                   Content(std::move(found->bytes))};
    return Error{ErrorKind::not_found, "no such attachment"};
}

} // namespace eas
