// Time zones and recurrences of any kind: the 172-byte structure, POSIX rules and zone files, RRULEs,
// VTIMEZONEs and EAS's Recurrence. What is accepted must survive, and nothing may take long.
#include "base/text.h"
#include "fuzz.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/recurrence.h"
#include "mapping/time-zone.h"
#include "mapping/vtimezone.h"
#include "mapping/zone-file.h"
#include <cstring>

using namespace eas;
using namespace std::chrono;
using fuzz::demand;

static constexpr int64_t noon_of_today = 1'795'348'800; // 2026-11-22T12:00:00Z
static constexpr int64_t ten_years = 3653LL * 86400;

static void check_zone(Zone const &zone)
{
    auto const now = Instant::from_seconds(noon_of_today);
    auto const later = Instant::from_seconds(noon_of_today + ten_years);
    int64_t last = now.seconds();
    for (auto const &each : zone.transitions(now, later)) {
        demand(each.at > last && each.at < later.seconds(), "changes come in order");
        demand(zone.offset_seconds(Instant::from_seconds(each.at)) == each.offset_seconds,
               "a change takes effect");
        last = each.at;
    }
    demand(first_difference(zone, zone, now, later) == later, "a zone is like itself");
    auto const structure = structure_of(zone, now, "Name");
    demand(parse_time_zone(format_time_zone(structure)) == structure, "what we send can be read");
    (void)zone.to_instant(zone.to_local(now));
}

static void check_structure(std::string_view bytes)
{
    auto const structure = parse_time_zone(base64_encode(bytes));
    if (!structure)
        return;
    auto const again = parse_time_zone(format_time_zone(*structure));
    demand(again && again->bias == structure->bias && again->standard_date == structure->standard_date &&
               again->daylight_date == structure->daylight_date &&
               again->daylight_bias == structure->daylight_bias,
           "a structure survives");
    check_zone(zone_of(*structure));
}

static void check_zone_files(std::string_view bytes)
{
    if (auto const zone = parse_zone_file(bytes))
        check_zone(*zone);
    if (auto const rule = parse_posix_rule(bytes))
        check_zone(Zone(rule->standard_offset_seconds, {}, *rule));
}

static void check_vtimezone(std::string_view text)
{
    auto const document = IcalDocument::parse(text);
    if (!document)
        return;
    for (auto const *calendar : document->root().components())
        for (auto const *component : calendar->components("VTIMEZONE"))
            if (auto const zone = zone_of(*component)) {
                check_zone(*zone);
                demand(zone_of(vtimezone_of(*zone, "X", Instant::from_seconds(noon_of_today))).has_value(),
                       "our VTIMEZONE can be read");
            }
}

static void check_rule(RecurrenceRule const &rule, SeriesStart const &start)
{
    constexpr size_t most = 200;
    auto const end = start.time + days(1000);
    auto const all = expand(rule, start, start.time, end, most);
    demand(all.instances.size() <= most, "a limit is kept");
    for (size_t i = 0; i < all.instances.size(); i++) {
        demand(all.instances[i] >= start.time && all.instances[i] < end, "instances are in the window");
        demand(i == 0 || all.instances[i - 1] < all.instances[i], "instances are in order, each once");
    }
    auto const expressed = express(rule, start, v16_1);
    if (!expressed)
        return;
    auto const again = rule_of(expressed->recurrence, expressed->until, start);
    demand(static_cast<bool>(again), "what we send can be read");
    demand(expand(*again, start, start.time, end, most).instances == all.instances, "the instances survive");
}

static void check_rrule(std::string_view text, SeriesStart const &start)
{
    auto const rule = RecurrenceRule::parse(text);
    if (!rule)
        return;
    auto const again = RecurrenceRule::parse(rule->to_string());
    demand(again && *again == *rule, "a rule survives");
    check_rule(*rule, start);
}

/// The bytes as the members of a Recurrence, in the ranges that the schema lets through.
static void check_recurrence(std::string_view bytes, SeriesStart const &start)
{
    unsigned char in[12] = {};
    std::memcpy(in, bytes.data(), std::min(sizeof(in), bytes.size()));
    auto const present = [&](unsigned bit) { return (in[10] | in[11] << 8) >> bit & 1; };
    Recurrence recurrence;
    recurrence.type = static_cast<Recurrence::Type>(in[0] % 7);
    if (present(0))
        recurrence.occurrences = static_cast<uint16_t>(in[1] * 4 % 999 + 1);
    if (present(1))
        recurrence.interval = static_cast<uint16_t>(in[2] * 4 % 1000);
    if (present(2))
        recurrence.week_of_month = static_cast<uint8_t>(in[3] % 5 + 1);
    if (present(3))
        recurrence.day_of_week = static_cast<uint8_t>(in[4] % 127 + 1);
    if (present(4))
        recurrence.month_of_year = static_cast<uint8_t>(in[5] % 12 + 1);
    if (present(5))
        recurrence.day_of_month = static_cast<uint8_t>(in[6] % 31 + 1);
    if (present(6))
        recurrence.calendar_type = static_cast<uint8_t>(in[7] % 24);
    if (present(7))
        recurrence.is_leap_month = in[8] % 2;
    if (present(8))
        recurrence.first_day_of_week = static_cast<uint8_t>(in[9] % 7);
    auto const until = Instant::from_seconds(noon_of_today + in[8] * 86'400LL + in[9] * 3600LL);
    auto const rule = rule_of(recurrence, present(9) ? std::optional(until) : std::nullopt, start);
    if (!rule)
        return;
    demand(RecurrenceRule::parse(rule->to_string()).operator bool(), "our RRULE can be read");
    check_rule(*rule, start);
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    if (size < 2)
        return 0;
    static Zone const zone(3600, {}, parse_posix_rule("CET-1CEST,M3.5.0,M10.5.0/3"));
    bool const is_date = data[0] & 1;
    auto const day = floor<days>(LocalTime{seconds(noon_of_today)}) + days(data[1]);
    SeriesStart const start{day + (is_date ? hours(0) : hours(9)), is_date, zone};
    auto const text = fuzz::text_of(data + 2, size - 2);
    check_structure(text);
    check_zone_files(text);
    check_vtimezone(text);
    check_rrule(text, start);
    check_recurrence(text, start);
    return 0;
}
