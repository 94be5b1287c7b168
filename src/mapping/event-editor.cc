// The event or series as a whole. See event-editor.h; its single occurrences are in event-occurrence-edit.cc.
#include "mapping/event-editor.h"
#include "base/text.h"
#include "mapping/event-property-edit.h"
#include "mapping/event-time-edit.h"
#include "mapping/ical-attachments.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/series-edit.h"
#include <algorithm>

namespace eas {
namespace {

using namespace std::chrono;

Error bad(char const *what)
{
    return {ErrorKind::bad_request, what};
}

/// The days of an event that becomes all-day without a word on its times.
WrittenTimes days_of(Instant start, Instant end, Zone const &zone)
{
    auto const day = [&](Instant at) { return floor<days>(zone.to_local(at)); };
    auto const midnight_utc = [](local_days at) {
        return Instant::from_seconds(seconds(at.time_since_epoch()).count());
    };
    auto const first = day(start);
    auto const last = std::max(first, day(Instant::from_seconds(end.seconds() - 1)));
    return {true, midnight_utc(first), midnight_utc(last + days(1)), {}};
}

} // namespace

Result<std::unique_ptr<EventEditor>>
EventEditor::open(std::string_view text, ItemView const &view, CalendarContext const &context,
                  std::optional<TimeZoneStructure> const &client_structure)
{
    auto document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    std::unique_ptr<EventEditor> editor(new EventEditor(*std::move(document), view, context));
    if (auto loaded = editor->load(); !loaded)
        return loaded.error();
    auto shown = show_event(*editor->m_series, *editor->m_zones, view, context);
    if (!shown)
        return shown.error();
    editor->m_shown = *std::move(shown);
    editor->m_client_structure = client_structure;
    return editor;
}

/// Reads the occurrences of the document as it is now.
Result<void> EventEditor::load()
{
    m_zones = std::make_unique<IcalZones>(m_document, m_context);
    auto series = EventSeries::read(m_document, *m_zones);
    if (!series)
        return series.error();
    m_series = *std::move(series);
    return {};
}

Result<std::optional<TimeZoneStructure>> EventEditor::changed_structure(Event const &wanted) const
{
    constexpr int64_t year_seconds = 366 * 86400LL;
    if (!wanted.timezone || wanted.timezone->empty())
        return std::optional<TimeZoneStructure>();
    auto structure = parse_time_zone(*wanted.timezone);
    if (!structure)
        return bad("Calendar:Timezone: not a TimeZone structure");
    auto const start = m_shown.form.first.start.instant();
    auto const end = Instant::from_seconds(start.seconds() + year_seconds);
    // What becomes timed is so in the zone that the client names.
    bool const becomes_timed = m_shown.form.first.is_all_day && !wanted.all_day_event.value_or(true);
    if (!becomes_timed &&
        seconds_apart(zone_of(*structure), zone_of(m_shown.form.structure), start, end) == 0)
        structure.reset();
    return structure;
}

/// Where the client's days begin.
Zone EventEditor::client_zone() const
{
    if (m_view.version >= v16_0)
        return Zone(0);
    return m_client_structure ? zone_of(*m_client_structure) : m_shown.form.client_zone;
}

Result<EventTimes> EventEditor::wanted_times(EventProperties const &wanted, EventTimes const &told,
                                             std::optional<TimeZoneStructure> const &structure) const
{
    auto const &form = m_shown.form;
    if (wanted.end_time && !wanted.start_time)
        return bad("Calendar:EndTime without StartTime"); // MS-ASCAL 3.2.5.3
    WrittenTimes written;
    written.is_all_day = wanted.all_day_event.value_or(told.is_all_day);
    // Days that become hours are those of the user's clock: from 16.0 on the client was told days in UTC.
    bool const gets_clock = told.is_all_day && !written.is_all_day;
    auto const told_as = [&](IcalTime const &time) {
        return gets_clock ? time.instant() : form.instant(told, time);
    };
    Instant const told_start = told_as(told.start), told_end = told_as(told.end);
    if (written.is_all_day && !told.is_all_day && !wanted.start_time)
        return meant_times(days_of(told_start, told_end, form.client_zone), &told, m_context);
    written.start = wanted.start_time.value_or(told_start);
    written.end = wanted.end_time.value_or(
        Instant{Instant(written.start).milliseconds + told_end.milliseconds - told_start.milliseconds});
    if (written.end < written.start)
        return bad("Calendar:EndTime before StartTime");
    if (written.is_all_day == told.is_all_day && written.start == told_start && written.end == told_end &&
        !structure)
        return told;
    written.structure = structure;
    if (written.is_all_day && told.is_all_day && !wanted.end_time)
        written.length = floor<days>(told.end.local) - floor<days>(told.start.local);
    if (written.is_all_day && !structure && m_view.version < v16_0)
        written.structure = m_client_structure.value_or(form.structure); // the days are days there
    return meant_times(written, &told, m_context);
}

Result<void> EventEditor::change_master(EventRequest const &request, bool removes_recurrence)
{
    auto const &wanted = request.event;
    auto &master = writable(*m_shown.form.component);
    auto const before = master;
    auto const structure = changed_structure(wanted);
    if (!structure)
        return structure.error();
    if (*structure)
        m_client_structure = *structure;
    auto const told = m_shown.form.first;
    auto times = wanted_times(wanted, told, *structure);
    if (!times)
        return times.error();
    auto recurrence = wanted.recurrence;
    settle_last_day(recurrence, times->is_all_day, client_zone(), m_context);
    auto rule = changed_rule(recurrence, m_shown, m_series->only_rule(), *times, m_view.version);
    if (!rule)
        return rule.error();
    bool const is_in_zone = !told.is_all_day || !times->is_all_day; // days are the same in every zone
    if (auto changed =
            change_schedule(master, told, *times, *structure && is_in_zone, *rule, removes_recurrence);
        !changed)
        return changed.error();
    auto const calendar = wanted.recurrence ? wanted.recurrence->calendar_type : std::nullopt;
    auto const &told_recurrence = m_shown.event.recurrence;
    if (calendar && (!told_recurrence || calendar != told_recurrence->calendar_type))
        set_named_calendar(master, *calendar);
    auto const people_before = master.properties("ATTENDEE");
    if (auto set = set_properties(master, wanted, *m_zones, m_view, m_context); !set)
        return set.error();
    if (master.properties("ATTENDEE") != people_before)
        set_meeting_organizer(master, wanted, m_view, m_context);
    bool const is_own = !(meeting_status_of(master, m_context.addresses) & meeting_status::is_received);
    if (wanted.response_requested && is_own &&
        *wanted.response_requested != is_response_requested(master, m_context.addresses))
        set_response_requested(master, *wanted.response_requested);
    if (wanted.disallow_new_time_proposal && is_own)
        set_new_time_disallowed(master, *wanted.disallow_new_time_proposal);
    if (auto changed = change_files(master, request.changes.attachments); !changed)
        return changed.error();
    if (m_is_rescheduled && is_own) {
        count_revision(master);
        forget_proposals(master);
    }
    if (!stamp_if_changed(master, before))
        return {};
    return pass_on(wanted);
}

/// Times and rule of the whole. What that means for exceptions: MS-ASCAL 2.2.2.22, 3.2.5.3.1.
Result<void> EventEditor::change_schedule(IcalComponent &master, EventTimes const &told,
                                          EventTimes const &wanted, bool has_new_zone,
                                          std::optional<RecurrenceRule> const &rule, bool removes_recurrence)
{
    auto const before = *m_series;
    bool const is_series = m_shown.form.recurrence.has_value();
    removes_recurrence = removes_recurrence && is_series;
    bool const is_moved = wanted != told || has_new_zone;
    if (!is_moved && !rule && !removes_recurrence)
        return {};
    m_is_rescheduled = true;
    m_differs |= is_series && m_shown.event.exceptions;
    bool const is_part = &master != &before.master() || !before.has_master();
    if (is_part && (is_series || rule))
        return bad("a series without its master cannot be changed as a whole");
    auto target = wanted;
    auto const shift = wanted.start.local - told.start.local;
    if (is_series && !rule && !removes_recurrence && m_shown.form.is_window) {
        // What the client was told is a part of the series, of a rule that EAS has no word for.
        if (floor<days>(wanted.start.local) != floor<days>(told.start.local) ||
            wanted.is_all_day != told.is_all_day)
            return bad("a series that EAS cannot express cannot be moved to other days");
        if (shift != shift.zero() && before.has_own_hours())
            return bad("a series whose rule names its hours cannot be moved as a whole");
        target.start.local = before.times().start.local + shift;
        target.end.local = before.times().end.local + (wanted.end.local - told.end.local);
    }
    auto const file_times = is_part ? told : before.times();
    set_times(m_document, master, file_times, target);
    if (!is_series && !rule) {
        if (is_part || !before.is_recurring() || m_shown.form.is_cut)
            return {};
        // One occurrence is all that there is: elsewhere the rule would give others again.
        remove_exceptions(m_document, master, false);
        master.remove("RRULE");
        return load();
    }
    if (removes_recurrence || rule || m_view.version >= v16_0)
        remove_exceptions(m_document, master, m_view.version < v16_0 && !removes_recurrence);
    if (removes_recurrence) {
        master.remove("RRULE");
        return load();
    }
    bool const stays_on_days = begins_elsewhere(before, target, rule ? &*rule : before.only_rule());
    if (rule)
        master.replace("RRULE", {{"RRULE", {}, rule_text(*rule, target)}});
    else
        move_until(master, before.start(), target, stays_on_days);
    if (m_view.version < v16_0)
        move_exceptions(m_document, master, before, target, stays_on_days);
    if (auto loaded = load(); !loaded)
        return loaded;
    if (m_view.version < v16_0)
        drop_stray_exceptions(m_document, master, *m_series);
    return load();
}

Result<void> EventEditor::change_files(IcalComponent &component,
                                       std::optional<AttachmentChanges> const &changes)
{
    if (!changes || (changes->adds.empty() && changes->deletes.empty()))
        return {};
    auto added = change_attachments(component, *changes, m_view.file_reference_prefix);
    if (!added)
        return added.error();
    m_added.insert(m_added.end(), added->begin(), added->end());
    return {};
}

/// Exceptions that had the series' value of a property inherit its new one.
Result<void> EventEditor::pass_on(EventProperties const &wanted)
{
    for (auto const &each : m_series->overrides()) {
        auto &component = writable(*each.component);
        if (&component == m_shown.form.component)
            continue;
        auto const before = component;
        auto own = event_properties(component, each.times, m_shown.form, *m_zones, m_view, m_context);
        auto const passed = inherited(wanted, std::move(own), m_shown.event, m_view.version);
        if (auto set = set_properties(component, passed, *m_zones, m_view, m_context); !set)
            return set;
        settle_organizer(component, before);
        m_differs |= component.properties("ATTENDEE") != before.properties("ATTENDEE"); // it has them whole
        stamp_if_changed(component, before);
    }
    return {};
}

/// An instance that has attendees has an organizer, that of its series if there is one. RFC 5545 3.8.4.3.
void EventEditor::settle_organizer(IcalComponent &component, IcalComponent const &before)
{
    if (component.properties("ATTENDEE") == before.properties("ATTENDEE"))
        return;
    auto const line = m_series->master().property("ORGANIZER");
    if (line && component.property("ATTENDEE") && !component.property("ORGANIZER"))
        component.set(*line);
    set_meeting_organizer(component, {}, m_view, m_context);
}

/// Up to 14.1 the phone invites by mail and counts for itself: answers to a lower SEQUENCE than ours would be
/// taken for old ones. RFC 5546 2.1.4.
void EventEditor::count_revision(IcalComponent &component)
{
    if (m_view.version >= v16_0 && (component.property("ATTENDEE") || component.property("SEQUENCE")))
        increase_sequence(component);
}

bool EventEditor::stamp_if_changed(IcalComponent &component, IcalComponent const &before)
{
    if (component == before)
        return false;
    if (meeting_status_of(component, m_context.addresses) & meeting_status::is_received)
        component.set(
            {"LAST-MODIFIED", {}, format_compact_datetime(m_context.now)}); // DTSTAMP is the organizer's
    else
        stamp(component, m_context.now);
    return true;
}

WrittenEvent EventEditor::finish()
{
    bool const is_left =
        std::ranges::any_of(m_document.items(), [](auto *item) { return item->name() == "VEVENT"; });
    return {is_left ? m_document.print() : std::string(), m_shown.event.uid.value_or(""), m_added, m_differs};
}

} // namespace eas
