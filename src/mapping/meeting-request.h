// A scheduling message as the MeetingRequest of an e-mail. MS-ASEMAIL 2.2.2.48.
#pragma once
#include "base/protocol-version.h"
#include "items/meeting-request.h"
#include "mapping/calendar-context.h"
#include "mapping/ical-time.h"
#include "mapping/invitation.h"
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// `received` stands in for a DTSTAMP that is missing. Nothing where the user has sent the request or the
/// cancellation, or where the times of a request cannot be read: the client would offer to answer it.
std::optional<MeetingRequest> meeting_request_from(Invitation const &invitation, Instant received,
                                                   ProtocolVersion version, CalendarContext const &context);

/// A time as a request is told it: from 16.0 on a day is the midnight that begins it in UTC, as in calendar
/// items. MS-ASCAL 2.2.2.1.
Instant told_instant(IcalTime const &time, ProtocolVersion version, IcalZones const &zones);

/// Whom a request was forwarded to: who stands in To of a mail that comes from an attendee, and neither from
/// the organizer nor from who acts for that one. RFC 5546 3.2.2.6, MS-ASCMD 2.2.3.79. Nothing if it was not
/// forwarded.
std::optional<std::vector<Forwardee>> forwardees_of(Invitation const &invitation, std::string_view from,
                                                    std::string_view to);

/// GlobalObjId: of the UIDs that Outlook makes these themselves, of others the form for iCalendar. Names an
/// instance if `instance` is given. MS-ASEMAIL 2.2.2.37, in base64.
std::string global_object_id(std::string_view uid, std::optional<std::chrono::year_month_day> instance);

} // namespace eas
