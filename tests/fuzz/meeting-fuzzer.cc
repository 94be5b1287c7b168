// Any file as a stored event, and any text as a scheduling message about it: the file, a NUL, the message.
// What a message makes of an event can be read, and the same message once more changes nothing.
#include "fuzz.h"
#include "mapping/event-from-ical.h"
#include "mapping/ical-people.h"
#include "mapping/meeting-request.h"
#include "mapping/meeting-update.h"
#include <algorithm>

using namespace eas;
using fuzz::demand;
using Status = Attendee::Status;

static CalendarContext const &context()
{
    static CalendarContext const value{ZoneNames::of_process(),
                                       *ZoneNames::of_process().find("Europe/Berlin"),
                                       Instant{1'795'348'800'000},
                                       {"me@example.org"},
                                       {}};
    return value;
}

/// As the calendar finds it: nothing, or events of that UID.
static bool can_be_stored(std::string_view text, std::string_view uid)
{
    if (text.empty())
        return true;
    auto const document = IcalDocument::parse(text);
    return document && std::ranges::all_of(document->items(), [&](IcalComponent const *item) {
               auto const property = item->property("UID");
               return property && property->text() == uid;
           });
}

/// What `change` makes of `stored`, and of that.
template <class Change> static void check_twice(std::string_view stored, Change const &change)
{
    MeetingUpdate const once = change(stored);
    if (!once.text)
        return;
    demand(static_cast<bool>(IcalDocument::parse(*once.text)), "an updated event can be read");
    MeetingUpdate const again = change(*once.text);
    demand(!again.changes_anything(), "a message is taken once",
           {stored, *once.text, again.text.value_or("removed")});
}

static void check_told(Invitation const &message, std::string_view stored)
{
    for (ProtocolVersion const version : {v12_1, v16_1})
        if (auto request = meeting_request_from(message, context().now, version, context()))
            compare_with_stored(*request, stored, version, context());
}

static void check_updates(Invitation const &message, std::string_view stored)
{
    auto const organizer = organizer_of(message.event()).value_or(CalendarPerson{}).email;
    auto const attendee = message.event().property("ATTENDEE");
    for (auto const &sender : {organizer, attendee ? calendar_address(*attendee) : std::string()}) {
        check_twice(stored, [&](auto text) { return take_invitation(message, text, sender, context()); });
        check_twice(stored, [&](auto text) { return take_cancel(message, text, sender, context()); });
        check_twice(stored, [&](auto text) { return take_reply(message, text, sender, context()); });
    }
    check_twice(stored,
                [&](auto text) { return accept_invitation(message, text, Status::accepted, context()); });
    check_twice(stored, [&](auto text) { return decline_invitation(message, text, context()); });
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const input = fuzz::text_of(data, size);
    auto const end = input.find('\0');
    auto const message = end == input.npos ? std::nullopt : Invitation::parse(input.substr(end + 1));
    auto const stored = input.substr(0, end);
    if (!message || !can_be_stored(stored, message->uid()))
        return 0;
    check_told(*message, stored);
    check_updates(*message, stored);
    return 0;
}
