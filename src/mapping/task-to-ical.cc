// See task-to-ical.h.
#include "mapping/task-to-ical.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include "mapping/task-from-ical.h"
#include "mapping/task-reminder.h"
#include "mapping/task-shown.h"
#include "mapping/task-state.h"
#include "mapping/vtimezone.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

using TaskDateMember = std::optional<TaskDate> Task::*;

/// A client's Change, with what it means by what it left out.
Task with_removals(Task request, Task const &told, SupportedProperties const &supported)
{
    auto const is_managed = [&](Tag tag) {
        return std::ranges::find(supported.managed, tag) != supported.managed.end();
    };
    auto const clear = [](std::optional<TaskDate> &date) {
        if (!date)
            date.emplace();
    };
    bool const is_whole = !supported.is_sent && request.subject && request.complete;
    bool const has_dates =
        request.start_date || request.utc_start_date || request.due_date || request.utc_due_date;
    if (is_managed(Tag::Tasks_DueDate) || is_managed(Tag::Tasks_UtcDueDate) ||
        (is_whole && !request.due_date && !request.utc_due_date)) {
        clear(request.due_date);
        clear(request.utc_due_date);
    }
    if (is_managed(Tag::Tasks_StartDate) || is_managed(Tag::Tasks_UtcStartDate) ||
        (is_whole && !has_dates && told.due_date)) {
        clear(request.start_date);
        clear(request.utc_start_date);
    }
    if (is_managed(Tag::Tasks_Recurrence) && !request.recurrence)
        request.recurrence.emplace();
    if (is_managed(Tag::Tasks_Categories) && !request.categories)
        request.categories.emplace();
    if (is_managed(Tag::Tasks_Subject) && !request.subject)
        request.subject.emplace();
    return request;
}

class TaskEdit {
public:
    TaskEdit(IcalDocument &document, Task const &told, ItemView const &view, CalendarContext const &context)
        : m_document(document), m_zones(document, context), m_told(told), m_view(view), m_context(context)
    {}

    Result<void> apply(Task const &request);
    bool moved_on() const { return m_moved_on; }
    IcalComponent &todo() { return *m_shown.todo; }
    TaskTimes times() { return task_times_of(todo(), m_zones); }

private:
    Result<void> set_texts(Task const &request);
    Result<void> set_recurrence(Task const &request);
    void set_dates(Task const &request);
    void set_completion(Task const &request);
    void set_reminder_of(Task const &request);
    Result<void> look();
    Result<void> remove_exceptions();

    IcalDocument &m_document;
    IcalZones m_zones;
    Task const &m_told;
    ItemView const &m_view;
    CalendarContext const &m_context;
    ShownTask m_shown{};
    bool m_has_new_dates = false;
    bool m_moved_on = false;
};

Result<void> TaskEdit::look()
{
    auto shown = shown_task(m_document, m_zones);
    if (!shown)
        return shown.error();
    m_shown = *std::move(shown);
    return {};
}

Result<void> TaskEdit::set_texts(Task const &request)
{
    if (request.subject)
        set_ical_text(todo(), "SUMMARY", *request.subject);
    if (request.importance)
        set_importance(todo(), *request.importance);
    if (request.categories)
        set_categories(todo(), *request.categories);
    if (request.sensitivity)
        set_sensitivity(todo(), *request.sensitivity);
    if (!request.body || is_same_text(*request.body, ical_text_body(todo()), m_view.body, m_view.version))
        return {};
    auto const text = item_text_of(*request.body);
    if (!text)
        return text.error();
    set_ical_text_body(todo(), *text);
    return {};
}

void TaskEdit::set_dates(Task const &request)
{
    auto wanted = m_shown.times;
    bool is_changed = false;
    auto const set = [&](TaskDateMember local, TaskDateMember utc, std::optional<IcalTime> &time) {
        auto const differs = [&](TaskDateMember member) {
            return request.*member && *(request.*member) != (m_told.*member).value_or(TaskDate{});
        };
        if (!differs(local) && !differs(utc))
            return;
        time = time_of_pair({request.*local, request.*utc}, time, m_zones);
        is_changed = true;
    };
    set(&Task::start_date, &Task::utc_start_date, wanted.start);
    set(&Task::due_date, &Task::utc_due_date, wanted.due);
    m_has_new_dates = is_changed;
    if (!is_changed)
        return;
    if (m_shown.series && m_shown.instance)
        move_to_instance(todo(), *m_shown.series, *m_shown.instance, m_zones);
    set_task_times(todo(), wanted, m_zones);
}

/// Instances that other programs completed, of a series that is none any more.
Result<void> TaskEdit::remove_exceptions()
{
    for (auto *calendar : m_document.root().components("VCALENDAR"))
        calendar->remove_components([&](IcalComponent const &each) {
            return each.name() == "VTODO" && each.property("RECURRENCE-ID") && &each != m_shown.todo;
        });
    return look();
}

Result<void> TaskEdit::set_recurrence(Task const &request)
{
    if (!request.recurrence)
        return {};
    if (is_cleared(*request.recurrence)) {
        bool const begins_now = !m_shown.series && series_of(todo(), {}, m_zones); // by its first dates
        if (!m_told.recurrence && !begins_now)
            return {}; // a rule that EAS has no words for: the client does not know of it
        if (auto done = remove_exceptions(); !done)
            return done;
    }
    // What the client was told, which new dates may have changed since: a rule need not name its days.
    auto told = m_told.recurrence;
    if (told && m_shown.series && m_has_new_dates)
        if (auto const series = series_of(todo(), {}, m_zones))
            told = task_recurrence_of(todo(), series, series->anchor, m_view.version);
    return set_task_recurrence(todo(), *request.recurrence, told, m_zones);
}

void TaskEdit::set_completion(Task const &request)
{
    bool const was_complete = m_told.complete.value_or(false);
    std::optional<Instant> given;
    if (request.date_completed)
        given = request.date_completed->instant;
    if (!request.complete.value_or(was_complete)) {
        if (was_complete)
            set_open(todo());
        return;
    }
    bool const is_told = !given || (m_told.date_completed && m_told.date_completed->instant == given);
    bool const is_open_now = request.complete && !m_shown.is_done(); // its series had none left to be done
    if (was_complete && is_told && !is_open_now)
        return;
    auto const when = given.value_or(m_context.now);
    auto const next = m_shown.series && m_shown.instance && !was_complete
                          ? m_shown.series->next(*m_shown.instance, when)
                          : std::nullopt;
    if (!next)
        return set_complete(todo(), when);
    move_to_instance(todo(), *m_shown.series, *next, m_zones);
    set_open(todo());
    m_moved_on = true;
}

void TaskEdit::set_reminder_of(Task const &request)
{
    bool const was_set = m_told.reminder_set.value_or(false);
    bool const is_cleared_time = request.reminder_time && !request.reminder_time->instant;
    if (!request.reminder_set.value_or(was_set) || (is_cleared_time && was_set)) {
        set_timeless_reminder(todo(), false);
        if (was_set)
            remove_alarms(todo());
        return;
    }
    auto const &anchor = m_shown.times.due ? m_shown.times.due : m_shown.times.start;
    bool const has_time = m_told.reminder_time.has_value();
    auto wanted = request.reminder_time ? request.reminder_time->instant : std::nullopt;
    if (!wanted && !has_time && anchor)
        wanted = anchor->instant();
    set_timeless_reminder(todo(), !wanted && !has_time);
    if (wanted)
        set_reminder(todo(), *wanted, m_shown.times, m_shown.series.has_value(), m_zones);
}

Result<void> TaskEdit::apply(Task const &request)
{
    if (auto found = look(); !found)
        return found;
    if (auto done = set_texts(request); !done)
        return done;
    set_dates(request);
    if (auto done = set_recurrence(request); !done)
        return done;
    if (auto found = look(); !found) // the series is another one now
        return found;
    set_completion(request);
    if (!m_moved_on)
        set_reminder_of(request);
    return {};
}

/// VTIMEZONEs that are right for all times of the task.
void define_time_zones(IcalDocument &document, TaskTimes const &times, CalendarContext const &context)
{
    auto from = context.now;
    for (auto const *time : {&times.start, &times.due})
        if (*time)
            from = std::min(from, (*time)->instant());
    for (auto const &tzid : document.undefined_time_zones())
        if (auto const named = context.zone_names.resolve(tzid))
            document.calendar()->add(vtimezone_of(*named->zone, tzid, from));
}

Result<WrittenTask> edit(IcalDocument document, std::string_view before, Task const &request,
                         Task const &told, ItemView const &view, CalendarContext const &context)
{
    TaskEdit task(document, told, view, context);
    if (auto done = task.apply(request); !done)
        return done.error();
    auto const uid = ical_text_of(task.todo(), "UID");
    if (document.print() == before)
        return WrittenTask{std::string(before), uid, task.moved_on()};
    auto const &told_completion = told.date_completed;
    if (told_completion && told_completion->instant && is_complete(task.todo()) &&
        !task.todo().property("COMPLETED")) // it was told by the stamps, which change now
        task.todo().set({"COMPLETED", {}, format_compact_datetime(*told_completion->instant)});
    stamp(task.todo(), context.now);
    define_time_zones(document, task.times(), context);
    return WrittenTask{document.print(), uid, task.moved_on()};
}

} // namespace

Result<WrittenTask> new_task(Task const &request, std::string_view new_uid, ItemView const &view,
                             CalendarContext const &context)
{
    IcalDocument document;
    IcalComponent todo("VTODO");
    todo.set(ical_text_property("UID", new_uid));
    todo.set({"CREATED", {}, format_compact_datetime(context.now)});
    document.calendar()->add(std::move(todo));
    return edit(std::move(document), "", request, Task{}, view, context);
}

Result<WrittenTask> change_task(std::string_view text, Task const &request,
                                SupportedProperties const &supported, ItemView const &view,
                                CalendarContext const &context)
{
    auto document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    auto const told = task_from_ical(text, view, context);
    if (!told)
        return told.error();
    return edit(*std::move(document), text, with_removals(request, *told, supported), *told, view, context);
}

} // namespace eas
