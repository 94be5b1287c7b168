// Scheduling messages in mails: iTIP (RFC 5546) in a part text/calendar, or attached as a file, as iMIP
// (RFC 6047) and mail programs have it. Whether a message has such a part is seen in its structure; only then
// it is read.
#pragma once
#include "mapping/ical-document.h"
#include "mapping/ical-people.h"
#include "ports/mail-store.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

enum class ItipMethod { request, cancel, reply, counter };

class Invitation {
public:
    /// Nothing if `text` cannot be parsed, has another METHOD, or no VEVENT with a UID, or if a REQUEST does
    /// not say when the meeting is. RFC 5546 3.2.2. `method_of_part` stands in for a METHOD that is missing:
    /// the mail must say it in both places (RFC 6047 2.4), and some senders don't.
    static std::optional<Invitation> parse(std::string_view text, std::string_view method_of_part = {});

    ItipMethod method() const { return m_method; }
    IcalDocument const &document() const { return m_document; }
    /// All VEVENTs, those with the UID of the first: a series and its exceptions, or instances of one.
    std::vector<IcalComponent const *> events() const;
    /// The one without RECURRENCE-ID, else the first.
    IcalComponent const &event() const;
    std::string uid() const;
    /// ORGANIZER for the events that have none, though RFC 5546 3.2.2 demands it: the one of another event,
    /// else `sender`. Whoever accepts a meeting of nobody would be its organizer to everybody.
    void complete_organizer(CalendarPerson const &sender);
    bool lacks_organizer() const;
    /// SEQUENCE of event(); 0 if it is absent.
    int64_t sequence() const;

private:
    Invitation(ItipMethod method, IcalDocument document) : m_method(method), m_document(std::move(document))
    {}
    ItipMethod m_method;
    IcalDocument m_document;
};

int64_t sequence_of(IcalComponent const &event);

/// The part that may be a scheduling message: text/calendar, else a file of that kind. Not one within an
/// attached message. Null if there is none.
MimePart const *find_calendar_part(MimePart const &root);

/// A scheduling message and the part that it was in.
struct FoundInvitation {
    Invitation invitation;
    std::string part_id;
};

/// Reads the part that find_calendar_part() finds; what comes from an organizer has one. Errors are those of
/// `message`.
Result<std::optional<FoundInvitation>> read_invitation(MailMessage &message, MimePart const &root);

/// "IPM.Schedule.Meeting.Request" and its like. MS-ASEMAIL 2.2.2.49; the names below IPM.Schedule.Meeting
/// are those of MS-OXOCAL 2.2.
std::string_view meeting_class(Invitation const &invitation);

} // namespace eas
