// Birthdays and anniversaries: days, that EAS writes as instants. MS-ASCNTC 2.2.2.3, 2.2.2.6: the time of day
// is to be ignored, so that the day is the same in all time zones. Yet clients write midnight in UTC, the
// middle of the day, or their own midnight, so the day is the one whose UTC midnight or midday is next:
// "1980-05-16T22:00Z", midnight of Berlin's summer, is the 17th, and so is New York's "1980-05-17T04:00Z".
// The own midnight of zones 12 hours and more east of UTC is another matter (services/contact-items.cc).
#pragma once
#include "wbxml/tag.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// Whether the property is one.
constexpr bool is_contact_day(Tag property)
{
    return property == Tag::Contacts_Birthday || property == Tag::Contacts_Anniversary;
}

/// "1980-05-17" of what a client wrote; nothing if that is no date.
std::optional<std::string> contact_day(std::string_view written);

/// "1980-05-17T11:59:00.000Z", which is that day from 11 hours west to 12 hours east, of "1980-05-17",
/// "19800517", "19800517000000Z" or "--05-17" (no year: 1604, as Apple's clients have it). Nothing if
/// `stored` is none of these.
std::optional<std::string> contact_day_on_wire(std::string_view stored);

} // namespace eas
