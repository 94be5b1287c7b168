// An invitation and the item that the calendar has of that meeting already become one. Messages are read in
// any order, and organizers tell of a series and of its instances apart, so each component is compared with
// what is known of it (SEQUENCE, then DTSTAMP: RFC 5546 2.1.5), and what the user added and answered stays.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include "mapping/ical-time.h"
#include "mapping/invitation.h"

namespace eas {

/// Whether the organizer knows that the user does not come.
bool is_declined(IcalComponent const &event, CalendarContext const &context);

/// Whether both are the same series of times, so that its exceptions still are some of it.
bool have_same_pattern(IcalComponent const &a, IcalZones &zones_of_a, IcalComponent const &b,
                       IcalZones &zones_of_b);

/// False, and nothing is done, if `document` says something newer. `keeps_answers`: what the user answered
/// holds for what is told anew; else it is for the caller to enter.
bool merge_invitation(Invitation const &invitation, IcalDocument &document, bool keeps_answers,
                      CalendarContext const &context);

} // namespace eas
