// An event with what its client is told of it, which an edit compares with what the client says.
#pragma once
#include "mapping/event-properties.h"

namespace eas {

struct ShownEvent {
    Event event;
    SeriesForm form;
};

/// bad_request: the series has no occurrence.
Result<ShownEvent> show_event(EventSeries const &series, IcalZones &zones, ItemView const &view,
                              CalendarContext const &context);

/// An exception with all its properties, not only those that differ from the series.
EventProperties shown_exception(FormException const &exception, SeriesForm const &form, IcalZones &zones,
                                ItemView const &view, CalendarContext const &context);

} // namespace eas
