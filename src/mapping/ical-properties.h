// What events and tasks have in common in their components: subject, categories, sensitivity, reminder.
// Setting a value that the component has already changes no byte.
#pragma once
#include "items/calendar.h"
#include "mapping/ical-time.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// A TEXT property, "" if it is absent; characters of XML only, lines end with LF.
std::string ical_text_of(IcalComponent const &component, std::string_view name);
/// An empty text removes the property.
void set_ical_text(IcalComponent &component, std::string_view name, std::string_view text);

/// All CATEGORIES, each once, 300 at most (MS-ASCAL 2.2.2.12).
std::vector<std::string> categories_of(IcalComponent const &component);
void set_categories(IcalComponent &component, std::vector<std::string> const &wanted);

/// CLASS and Microsoft's X-MICROSOFT-CDO-... know no "personal": it is kept as X-EAS-SENSITIVITY beside
/// CLASS:PRIVATE.
Sensitivity sensitivity_of(IcalComponent const &component);
void set_sensitivity(IcalComponent &component, Sensitivity wanted);

/// The alarm that EAS shows: the first that a person sees or hears (not an e-mail, a snoozed one or Apple's
/// ACTION:NONE) and that comes at `start` or before. Null if there is none. `end` is for those that are
/// relative to it.
IcalComponent *shown_alarm(IcalComponent &component, Instant start, Instant end, IcalZones &zones);
IcalComponent const *shown_alarm(IcalComponent const &component, Instant start, Instant end,
                                 IcalZones &zones);
/// How many seconds before `start` an alarm comes; negative: after. Nothing if it has no TRIGGER that can be
/// read.
std::optional<int64_t> alarm_seconds_before(IcalComponent const &alarm, Instant start, Instant end,
                                            IcalZones &zones);

/// Minutes before `start`, rounded up.
std::optional<uint32_t> reminder_minutes(IcalComponent const &component, Instant start, Instant end,
                                         IcalZones &zones);
/// Changes the alarm that is shown, or adds one. Nothing: removes all that a person would see or hear.
void set_reminder_minutes(IcalComponent &component, std::optional<uint32_t> minutes, Instant start,
                          Instant end, IcalZones &zones);
/// A VALARM of ours: ACTION:DISPLAY, with the subject as its text; `trigger` as its TRIGGER.
IcalComponent make_alarm(IcalProperty trigger, std::string_view subject);
/// Of an event that is moved, those at a moment of their own: the client knows them as minutes before it
/// begins. Others follow by themselves.
void move_alarms(IcalComponent &component, int64_t by_seconds);
/// Removes every alarm that a person would see or hear.
void remove_alarms(IcalComponent &component);

/// DTSTAMP and LAST-MODIFIED, after a change. Who is told of two changes within a second puts them in order
/// by DTSTAMP, so it is later than it was.
void stamp(IcalComponent &component, Instant now);

} // namespace eas
