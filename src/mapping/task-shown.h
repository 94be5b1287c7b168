// The VTODO of a file that a client sees, and which instance of it. Shared by task-from-ical.cc and
// task-to-ical.cc.
#pragma once
#include "mapping/ical-document.h"
#include "mapping/task-dates.h"
#include "mapping/task-series.h"
#include "mapping/task-state.h"
#include <optional>

namespace eas {

struct ShownTask {
    IcalComponent *todo;               ///< part of the document
    std::optional<TaskSeries> series;  ///< nothing if it does not recur
    std::optional<LocalTime> instance; ///< of a series: which; nothing if none is left to be done
    TaskTimes times;                   ///< of that instance
    bool is_done() const { return is_complete(*todo) || (series && !instance); }
};

/// bad_request: there is no VTODO. A file with RECURRENCE-IDs only (the master is missing) shows its first.
Result<ShownTask> shown_task(IcalDocument &document, IcalZones &zones);

} // namespace eas
