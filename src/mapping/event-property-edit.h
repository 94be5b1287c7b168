// What a client writes of the properties of an event or exception, but its times, into a component. Setting
// what is there already changes no byte.
#pragma once
#include "items/event-request.h"
#include "mapping/shown-event.h"

namespace eas {

/// Members that are absent stay. bad_request: a body that cannot be kept, or something without sense.
Result<void> set_properties(IcalComponent &component, EventProperties const &wanted, IcalZones &zones,
                            ItemView const &view, CalendarContext const &context);

/// ORGANIZER of a meeting that the user calls (or, until 14.1, that the client names), none of an
/// appointment.
void set_meeting_organizer(IcalComponent &component, Event const &wanted, ItemView const &view,
                           CalendarContext const &context);

/// `wanted` without what `own` (an exception) has of its own against `series`: what the exception inherits.
EventProperties inherited(EventProperties wanted, EventProperties own, EventProperties const &series,
                          ProtocolVersion version);

/// SEQUENCE, after a change that attendees must know of. RFC 5545 3.8.7.4.
void increase_sequence(IcalComponent &component);

} // namespace eas
