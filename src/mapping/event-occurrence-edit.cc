// The occurrences of a series that differ from it, as a client names and changes them. See event-editor.h;
// what concerns the whole is in event-editor.cc.
#include "mapping/event-editor.h"
#include "mapping/event-property-edit.h"
#include "mapping/event-time-edit.h"
#include "mapping/ical-people.h"
#include "mapping/meeting-document.h"
#include "mapping/series-edit.h"
#include <algorithm>
#include <map>
#include <numeric>

namespace eas {
namespace {

using namespace std::chrono;

Error bad(char const *what)
{
    return {ErrorKind::bad_request, what};
}

/// What an exception of before 16.0 was told to differ in and now does not say any more, it inherits. The
/// other properties stay as they are, since not every client tells all of them.
void inherit_absent(EventProperties &wanted, EventProperties const &told, EventProperties const &series)
{
    auto const inherit = [](auto &member, auto const &was_told, auto const &inherited) {
        if (!member && was_told)
            member = inherited;
    };
    inherit(wanted.subject, told.subject, series.subject);
    inherit(wanted.location, told.location, series.location);
    inherit(wanted.reminder, told.reminder, std::optional(series.reminder.value_or(Reminder{})));
    inherit(wanted.busy_status, told.busy_status, series.busy_status);
}

} // namespace

LocalTime EventEditor::told_original(Instant instance) const
{
    auto const &form = m_shown.form;
    auto const zone = m_client_structure ? zone_of(*m_client_structure) : form.client_zone;
    if (!m_series->times().is_all_day)
        return zone.to_local(instance);
    return meant_day(instance, m_view.version >= v16_0 ? nullptr : &zone, m_context);
}

std::vector<std::optional<Occurrence>> EventEditor::find_told(std::vector<Instant> const &instances) const
{
    auto const &form = m_shown.form;
    std::vector<LocalTime> originals;
    std::vector<size_t> moved; // those that stand for an occurrence of another day
    for (auto const instance : instances) {
        originals.push_back(told_original(instance));
        auto const told = std::ranges::find(form.exceptions, originals.back(), &FormException::original);
        if (told == form.exceptions.end() || !told->moved_from)
            continue;
        originals.back() = *told->moved_from;
        moved.push_back(originals.size() - 1);
    }
    auto found = m_series->find_all(originals, form.is_window);
    auto const exact = moved.empty() ? found : m_series->find_all(originals, false);
    for (auto const i : moved)
        found[i] = exact[i];
    return found;
}

/// Instances that were deleted and now are exceptions, which a client of before 16.0 may say of its own
/// instances only.
void EventEditor::bring_back(std::vector<EventException> const &exceptions)
{
    if (m_view.version >= v16_0 || m_shown.form.is_window || !m_series->has_master())
        return;
    auto excluded = m_series->excluded();
    for (auto const &each : exceptions)
        if (each.exception_start_time && !each.deleted.value_or(false))
            std::erase(excluded, told_original(*each.exception_start_time));
    if (excluded.size() == m_series->excluded().size())
        return;
    auto &master = writable(m_series->master());
    auto const before = master;
    master.remove("EXDATE");
    add_excluded(master, m_series->times().start, excluded);
    stamp_if_changed(master, before);
}

/// An exception that only the form of the series needs, which the client says as it was told.
bool EventEditor::is_told_again(Instant instance, EventException const &exception) const
{
    auto const &form = m_shown.form;
    auto const told = std::ranges::find(form.exceptions, told_original(instance), &FormException::original);
    return told != form.exceptions.end() && !told->is_deleted && !told->component && exception.start_time &&
           Instant(*exception.start_time) == form.instant(told->times, told->times.start) &&
           (!exception.end_time ||
            Instant(*exception.end_time) == form.instant(told->times, told->times.end));
}

Result<void> EventEditor::change_exceptions(EventRequest const &request)
{
    if (!request.event.exceptions)
        return {};
    auto const &exceptions = *request.event.exceptions;
    if (exceptions.size() > most_requested_exceptions)
        return bad("Calendar:Exceptions: too many");
    if (auto loaded = load(); !loaded)
        return loaded;
    bring_back(exceptions);
    if (auto loaded = load(); !loaded)
        return loaded;
    std::vector<Instant> instances;
    for (auto const &each : exceptions) {
        auto const &original = each.exception_start_time ? each.exception_start_time : each.instance_id;
        if (!original)
            return bad("Calendar:Exception without ExceptionStartTime");
        instances.push_back(*original);
    }
    auto const found = find_told(instances);
    std::map<LocalTime, size_t> last; // what the client says last of an instance counts
    for (size_t i = 0; i < found.size(); i++)
        if (found[i])
            last[found[i]->original] = i;
    std::vector<size_t> order(found.size());
    std::iota(order.begin(), order.end(), size_t{0});
    // Later occurrences are like one with RANGE=THISANDFUTURE was before.
    std::stable_partition(order.begin(), order.end(),
                          [&](size_t i) { return !found[i] || !m_series->is_range(found[i]->original); });
    auto const files_of = [&files = request.changes.exceptions](size_t i) {
        return i < files.size() ? files[i].attachments : std::nullopt;
    };
    std::vector<Occurrence> deleted;
    for (auto const i : order) {
        m_differs |= !found[i] && !exceptions[i].deleted.value_or(false);
        if (found[i] && last[found[i]->original] != i)
            continue;
        auto exception = exceptions[i];
        if (m_is_rescheduled && is_told_again(instances[i], exception)) {
            exception.start_time.reset(); // it moves with its series
            exception.end_time.reset();
        }
        bool const is_deleted = exception.deleted.value_or(false);
        if (!found[i] && (is_deleted || m_is_rescheduled)) // perhaps one that the series had before
            continue;
        if (!found[i])
            return bad("Calendar:ExceptionStartTime: no such instance");
        if (is_deleted)
            deleted.push_back(*found[i]);
        else if (auto changed = change_occurrence(*found[i], exception, files_of(i), m_view.version < v16_0);
                 !changed)
            return changed;
    }
    delete_occurrences(deleted);
    return {};
}

Result<void> EventEditor::change_instance(Instant instance_id, EventRequest const &request)
{
    auto const found = find_told({instance_id})[0];
    if (!found || !m_series->is_recurring())
        return Error{ErrorKind::not_found, "AirSyncBase:InstanceId: no such instance"};
    return change_occurrence(*found, request.event, request.changes.attachments, false);
}

Result<void> EventEditor::delete_instance(Instant instance_id)
{
    auto const found = find_told({instance_id})[0];
    bool const is_gone = !found && m_series->gives(told_original(instance_id)); // by an EXDATE
    if ((!found && !is_gone) || !m_series->is_recurring())
        return Error{ErrorKind::not_found, "AirSyncBase:InstanceId: no such instance"};
    if (found)
        delete_occurrences({*found});
    return {};
}

/// A component for an occurrence that has none of its own yet.
IcalComponent EventEditor::new_override(Occurrence const &occurrence)
{
    auto const &like = occurrence.component ? *occurrence.component : m_series->master();
    auto component = like;
    for (auto const *name : {"RRULE", "RDATE", "EXDATE", "EXRULE"})
        component.remove(name);
    auto id = m_series->times().start;
    id.local = occurrence.original;
    component.set(ical_time_property("RECURRENCE-ID", id));
    auto const present = event_times(like, *m_zones);
    auto times = occurrence.times;
    if (present && !times.is_all_day && !present->is_all_day) { // in the zones that the file has already
        times.start = ical_time_like(present->start, times.start.instant());
        times.end = ical_time_like(present->end, times.end.instant());
    }
    if (present)
        set_times(m_document, component, *present, times);
    return component;
}

Result<void> EventEditor::change_occurrence(Occurrence const &occurrence, EventProperties wanted,
                                            std::optional<AttachmentChanges> const &attachments,
                                            bool inherits)
{
    auto const *own = m_series->own_component(occurrence.original);
    auto component = own ? *own : new_override(occurrence);
    auto const before = component;
    if (inherits && wanted.end_time && !wanted.start_time)
        wanted.start_time = m_shown.form.instant(occurrence.times, occurrence.times.start);
    if (inherits && own) {
        auto const series = event_properties(m_series->master(), m_series->times(), m_shown.form, *m_zones,
                                             m_view, m_context);
        auto told = event_properties(*own, occurrence.times, m_shown.form, *m_zones, m_view, m_context);
        keep_differences(told, series, m_view.version);
        inherit_absent(wanted, told, series);
    }
    auto const times = wanted_times(wanted, occurrence.times, std::nullopt);
    if (!times)
        return times.error();
    set_times(m_document, component, occurrence.times, *times);
    if (auto set = set_properties(component, wanted, *m_zones, m_view, m_context); !set)
        return set;
    settle_organizer(component, before);
    if (auto changed = change_files(component, attachments); !changed)
        return changed;
    bool const is_own_meeting =
        !(meeting_status_of(component, m_context.addresses) & meeting_status::is_received);
    if (*times != occurrence.times && is_own_meeting) {
        count_revision(component);
        forget_proposals(component);
    }
    if (!stamp_if_changed(component, before))
        return {};
    if (!own) {
        add_exception(m_document, std::move(component));
        return {};
    }
    if (m_series->is_range(occurrence.original))
        leave_later_ones(occurrence, *own, component);
    writable(*own) = std::move(component);
    return {};
}

/// `own`, the component of `occurrence`, counts for later ones too, and `changed` takes its place: a client
/// means a single instance. The later ones stay as they are.
void EventEditor::leave_later_ones(Occurrence const &occurrence, IcalComponent const &own,
                                   IcalComponent &changed)
{
    auto single = own.property("RECURRENCE-ID");
    std::erase_if(single->parameters, [](auto const &each) { return each.name == "RANGE"; });
    changed.set(*single);
    auto const begin = occurrence.original + seconds(1);
    auto const later = m_series->occurrences({begin, begin + days(8 * 366)});
    std::vector<Instant> taken; // by what the client said of later ones before
    for (auto const *component : m_document.items())
        if (auto const id = ical_time_of(*component, "RECURRENCE-ID", *m_zones); id && component != &own)
            taken.push_back(id->instant());
    auto const next = std::ranges::find_if(later, [&](Occurrence const &each) {
        auto id = m_series->times().start;
        id.local = each.original;
        return each.component == &own && std::ranges::find(taken, id.instant()) == taken.end();
    });
    if (next == later.end())
        return;
    auto rest = own;
    auto id = m_series->times().start;
    id.local = next->original;
    if (auto const present = ical_time_of(own, "RECURRENCE-ID", *m_zones); present && !present->is_date())
        id = ical_time_like(*present, id.instant());
    rest.set(ical_time_property("RECURRENCE-ID", id, own.property("RECURRENCE-ID")));
    set_times(m_document, rest, occurrence.times, next->times);
    add_exception(m_document, std::move(rest));
}

/// The series keeps its SEQUENCE: attendees are told of the instance alone, and go on to answer what they
/// have.
void EventEditor::delete_occurrences(std::vector<Occurrence> const &occurrences)
{
    if (occurrences.empty())
        return;
    std::vector<LocalTime> excluded;
    std::vector<IcalComponent const *> removed;
    for (auto const &each : occurrences) {
        auto const *own = m_series->own_component(each.original);
        bool const is_range = own && m_series->is_range(each.original);
        if (own && !is_range)
            removed.push_back(own);
        if (m_series->has_master() && (is_range || m_series->gives(each.original)))
            excluded.push_back(each.original);
    }
    for (auto const *component : removed)
        remove_component(m_document, *component);
    if (excluded.empty())
        return;
    auto &master = writable(m_series->master());
    auto const before = master;
    add_excluded(master, m_series->times().start, excluded);
    stamp_if_changed(master, before);
}

} // namespace eas
