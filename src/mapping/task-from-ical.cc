// See task-from-ical.h.
#include "mapping/task-from-ical.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include "mapping/task-reminder.h"
#include "mapping/task-shown.h"
#include "mapping/task-state.h"

namespace eas {
namespace {

void tell_dates(TaskTimes const &times, IcalZones &zones, Task &task)
{
    if (times.start) {
        auto const pair = date_pair_of(*times.start, zones);
        task.start_date = pair.local;
        task.utc_start_date = pair.utc;
    }
    if (times.due) {
        auto const pair = date_pair_of(*times.due, zones);
        task.due_date = pair.local;
        task.utc_due_date = pair.utc;
    }
}

} // namespace

Result<ShownTask> shown_task(IcalDocument &document, IcalZones &zones)
{
    std::vector<IcalComponent *> masters;
    std::vector<IcalComponent const *> exceptions;
    for (auto *calendar : document.root().components("VCALENDAR"))
        for (auto *todo : calendar->components("VTODO"))
            todo->property("RECURRENCE-ID") ? exceptions.push_back(todo) : masters.push_back(todo);
    if (masters.empty() && !exceptions.empty())
        masters.push_back(const_cast<IcalComponent *>(exceptions.front()));
    if (masters.empty())
        return Error{ErrorKind::bad_request, "no VTODO"};
    ShownTask shown{masters.front(), {}, {}, task_times_of(*masters.front(), zones)};
    shown.series = series_of(*shown.todo, exceptions, zones);
    if (!shown.series)
        return shown;
    auto const &anchor = shown.series->anchor.local;
    shown.instance = is_complete(*shown.todo) ? std::optional(anchor) : shown.series->open_from(anchor);
    for (auto *time : {&shown.times.start, &shown.times.due})
        if (*time && shown.instance)
            *time = moved(**time, *shown.instance - anchor);
    return shown;
}

Result<Task> task_from_ical(std::string_view text, ItemView const &view, CalendarContext const &context)
{
    auto document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    IcalZones zones(*document, context);
    auto const shown = shown_task(*document, zones);
    if (!shown)
        return shown.error();
    auto const &todo = *shown->todo;
    Task task;
    task.subject = ical_text_of(todo, "SUMMARY");
    task.body = choose_item_body(ical_text_body(todo), view.body, view.version);
    task.importance = importance_of(todo);
    tell_dates(shown->times, zones, task);
    task.categories = categories_of(todo);
    if (auto const &anchor = shown->times.anchor()) {
        auto instance = shown->series ? shown->series->anchor : *anchor;
        instance.local = shown->instance.value_or(instance.local);
        task.recurrence = task_recurrence_of(todo, shown->series, instance, view.version);
    }
    task.complete = shown->is_done();
    if (*task.complete)
        task.date_completed = completed_at(todo, zones);
    task.sensitivity = sensitivity_of(todo);
    if (auto const reminder = reminder_of(todo, shown->times, zones))
        task.reminder_time = *reminder;
    task.reminder_set = task.reminder_time || has_timeless_reminder(todo);
    return task;
}

} // namespace eas
