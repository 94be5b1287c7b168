// What the tests of the mapping of events need: whose calendar it is, texts of files, and their views.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/event-from-ical.h"
#include "mapping/event-to-ical.h"
#include "support.h"

namespace eas::test {

inline ZoneNames const &zone_names()
{
    static ZoneNames const names;
    return names;
}

inline CalendarContext calendar_context(std::string_view zone = "Europe/Vienna",
                                        std::string_view now = "20261129T100000Z")
{
    return {zone_names(),
            *zone_names().find(zone),
            *parse_datetime(now),
            {"me@example.org", "me@home.example"},
            [] { return std::string("Me Myself"); }};
}

inline ItemView view_of(ProtocolVersion version)
{
    return {version, {{{BodyType::plain, {}, {}, {}}, {BodyType::html, {}, {}, {}}}, {}, 0, {}}, "files:"};
}

/// A file with these lines ('\n' ends one) as its only VCALENDAR.
inline std::string calendar_text(std::string_view lines)
{
    std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n";
    for (char const c : lines)
        text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return text + "END:VCALENDAR\r\n";
}

/// One VEVENT with a UID and these lines.
inline std::string event_text(std::string_view lines)
{
    return calendar_text("BEGIN:VEVENT\nUID:uid-1\nDTSTAMP:20260101T000000Z\n" + std::string(lines) +
                         "END:VEVENT\n");
}

inline Event event_of(std::string_view text, ProtocolVersion version,
                      CalendarContext const &context = calendar_context())
{
    auto event = event_from_ical(text, view_of(version), context);
    BOOST_REQUIRE_EQUAL(error_of(event), "");
    return *event;
}

inline std::string time_text(std::optional<Compact<Instant>> const &time)
{
    return time ? format_compact_datetime(*time) : "-";
}

inline constexpr std::array all_versions{v12_1, v14_0, v14_1, v16_0, v16_1};

} // namespace eas::test
