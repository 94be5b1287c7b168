// What a scheduling message does to the calendar of the user who got it. RFC 5546 3.2; who may change what is
// checked here: mails can be forged and come late.
#pragma once
#include "base/protocol-version.h"
#include "items/meeting-request.h"
#include "mapping/calendar-context.h"
#include "mapping/invitation.h"
#include "mapping/itip.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// What is to be done with the stored item; nothing is to be done if neither is set.
struct MeetingUpdate {
    std::optional<std::string> text{}; ///< what the item becomes; a new item if there is none
    bool is_removed = false;           ///< the item is to be deleted
    bool is_new = false; ///< of an invitation that was taken: the calendar had nothing of that meeting
    bool changes_anything() const { return text || is_removed; }
};

/// Whether `organizer` may change the stored item: all of it is that organizer's, or there is none ("").
bool is_stored_meeting_of(std::string_view stored, std::string_view organizer);

/// Whether the times of an invitation can be read: else no calendar can show it.
bool has_times(Invitation const &invitation, CalendarContext const &context);

/// An instance of a series that the user declined, and the SEQUENCE of what was declined.
struct DeclinedInstance {
    Instant original;
    int64_t sequence = 0;
    bool operator==(DeclinedInstance const &) const = default;
};

/// An invitation (REQUEST) becomes a calendar item, or changes the `stored` one ("" if there is none), with
/// the user's answer; not_responded: a tentative entry that waits for one. An older SEQUENCE than that of
/// what is stored changes no more than the answer. Instances of a series that were `declined`, or that the
/// invitation has as such, stay out if it does not ask for them again (a higher SEQUENCE).
MeetingUpdate accept_invitation(Invitation const &invitation, std::string_view stored,
                                Attendee::Status answer, CalendarContext const &context,
                                std::vector<DeclinedInstance> const &declined = {});

/// An invitation that has just arrived, where such ones enter the calendar by themselves, as tentative.
/// Nothing is changed by one that has no times, is not from its organizer (`sender` is the address that the
/// mail is from), is the user's own, is over, or is not newer (SEQUENCE, else DTSTAMP) than what is stored.
/// One with a higher SEQUENCE, or to what was called off, asks for an answer again.
MeetingUpdate take_invitation(Invitation const &invitation, std::string_view stored, std::string_view sender,
                              CalendarContext const &context);

/// An invitation that has just arrived, where they wait for the user's answer: what its organizer says anew
/// of a meeting of the calendar without moving it, which clients offer no answer to (MeetingMessageType
/// informational).
MeetingUpdate take_news(Invitation const &invitation, std::string_view stored, std::string_view sender,
                        CalendarContext const &context);

/// What a declined invitation leaves: the item goes, or the instances that the invitation was to. An
/// invitation of an older SEQUENCE was to a meeting that is another by now, and takes nothing away.
MeetingUpdate decline_invitation(Invitation const &invitation, std::string_view stored,
                                 CalendarContext const &context);

/// What an answer to a stored item depends on.
struct StoredMeeting {
    bool is_meeting = false;   ///< it has an organizer
    bool is_organizer = false; ///< who is the user
    bool is_recurring = false; ///< a series, or instances of one
    std::string organizer;     ///< the address
    int64_t sequence = 0;
    Attendee::Status answer = Attendee::Status::unknown; ///< the user's to the series or event
    std::optional<Instant> answered;                     ///< when
};
StoredMeeting describe_meeting(std::string_view stored, CalendarContext const &context);

/// What the user's calendar makes of a request (REQUEST) whose UID `stored` has ("" if there is none):
/// MeetingMessageType informational or outdated, InstanceType orphan. MS-ASEMAIL 2.2.2.47, 2.2.2.39.
void compare_with_stored(MeetingRequest &request, std::string_view stored, ProtocolVersion version,
                         CalendarContext const &context);

/// When the meeting is that an answer (REPLY, COUNTER) is to, where the answer does not say so: few programs
/// tell the present time beside the one that they propose. `stored` is what the user, its organizer, has.
void complete_with_stored(MeetingRequest &request, std::string_view stored, ProtocolVersion version,
                          CalendarContext const &context);

/// The user's answer to the stored item itself, to one `instance` or to all. Declined items go. Nothing if
/// there is no such instance.
std::optional<MeetingUpdate> answer_item(std::string_view stored, std::optional<Instant> instance,
                                         Attendee::Status answer, CalendarContext const &context);

/// An answer (REPLY, COUNTER) of an attendee to a meeting that the user organizes; to a series it is one to
/// its exceptions, too. `sender` is the address that the mail is from. Nothing is changed for one who is no
/// attendee, by an answer that is for an older SEQUENCE, or if the answer is known already.
MeetingUpdate take_reply(Invitation const &reply, std::string_view stored, std::string_view sender,
                         CalendarContext const &context);

/// A CANCEL of the meeting's organizer: marks the whole item or its instance as cancelled, so that the user
/// sees why it is off; an older SEQUENCE changes nothing.
MeetingUpdate take_cancel(Invitation const &cancel, std::string_view stored, std::string_view sender,
                          CalendarContext const &context);

} // namespace eas
