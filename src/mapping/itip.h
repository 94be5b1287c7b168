// What the organizer and the attendees of a meeting tell each other: iTIP (RFC 5546), in mails (iMIP, RFC
// 6047). From 16.0 on the server sends these; up to 14.1 the client does. MS-ASCMD 2.2.1.11, 3.1.5.8.
#pragma once
#include "base/result.h"
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include "mapping/ical-people.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct ItipMail {
    std::vector<CalendarPerson> to;
    std::string method; ///< "REQUEST"
    std::string subject;
    std::string text; ///< plain; "" for a mail without text
    IcalDocument calendar;
};

/// The message but for Date and Message-ID (outgoing-message.h), and for From if `from` has no name: text and
/// calendar as alternatives. `boundary` is random and begins with "=_".
std::string itip_mime(ItipMail const &mail, CalendarPerson const &from, std::string const &boundary);

/// The same for the same mail that comes from the same `state` of things, whenever it is made.
std::string itip_mail_name(ItipMail const &mail, std::string_view state);

struct MeetingAnswer {
    Attendee::Status status = Attendee::Status::accepted;
    std::string text;                                    ///< what the user says
    std::optional<Instant> proposed_start, proposed_end; ///< both or none
};

/// The user's answer to `event` of `document`: REPLY, or COUNTER with another time. Nothing if there is no
/// organizer to send it to.
std::optional<ItipMail> itip_answer(IcalDocument const &document, IcalComponent const &event,
                                    MeetingAnswer const &answer, CalendarContext const &context);

/// The invitation of `document`, or of one instance of its series, for `to` who become attendees: a meeting
/// that is forwarded. Its organizer stays (MS-ASCMD 3.1.5.7); who forwards an appointment is that of the
/// invitation, since a REQUEST has one (RFC 5546 3.2.2). Nothing if there is no such instance.
std::optional<ItipMail> itip_forward(IcalDocument const &document, std::optional<Instant> instance,
                                     std::vector<CalendarPerson> to, std::string text,
                                     CalendarContext const &context);

struct Announcement {
    std::string text;            ///< `after` with the SEQUENCE that it has now
    std::vector<ItipMail> mails; ///< none: nobody need know
    bool forgets_answers;        ///< those that attendees gave count no more
};

/// What attendees must be told of an event that the user, its organizer, made (`before` is ""), changed or
/// deleted (`after` is ""). Nothing is told of what concerns the user alone, or lies in the past.
/// bad_request: one of the texts is broken.
Result<Announcement> announce(std::string_view before, std::string_view after,
                              CalendarContext const &context);

} // namespace eas
