// Which zone a client means. Its structure has rules and perhaps a name: Outlook writes Windows' names, iOS
// an Olson name or none, Android none, and the rules are sometimes a week off where a zone's law is no "nth
// weekday". So rules decide, names and what the user has already choose among the zones that have the same
// ones.
#include "mapping/time-zone.h"
#include <array>
#include <cstdio>

namespace eas {
namespace {

constexpr int64_t day_seconds = 86400;
constexpr int64_t compared_seconds = 366 * day_seconds;
/// Two changes, each at most a week off.
constexpr int64_t nearly_seconds = 14 * day_seconds;

enum class Fit : uint8_t {
    exact,
    as_sent, ///< what we send for that zone, which cannot say all its changes (Morocco): a phone gives it
             ///< back
    exact_now,
    nearly,
};
constexpr std::array fits_from_best{Fit::exact, Fit::as_sent, Fit::exact_now, Fit::nearly};

bool same_rules(TimeZoneStructure a, TimeZoneStructure const &b)
{
    a.standard_name = b.standard_name;
    a.daylight_name = b.daylight_name;
    return a == b;
}

/// A structure and the moments for which it is compared.
struct Wanted {
    TimeZoneStructure const &structure;
    Zone zone;
    Instant start, now;

    bool is_met_by(Zone const &other, Fit fit) const
    {
        auto const apart = [&](Instant from) {
            return seconds_apart(zone, other, from, Instant::from_seconds(from.seconds() + compared_seconds));
        };
        switch (fit) {
        case Fit::exact:
            return apart(start) == 0;
        case Fit::as_sent:
            return same_rules(structure_of(other, start, ""), structure);
        case Fit::exact_now:
            return apart(now) == 0;
        case Fit::nearly:
            return zone.offset_seconds(start) == other.offset_seconds(start) &&
                   apart(start) <= nearly_seconds;
        }
        return false;
    }

    NamedZone const *first_met(std::vector<NamedZone> const &zones) const
    {
        for (auto const fit : fits_from_best)
            for (auto const &each : zones)
                if (is_met_by(*each.zone, fit))
                    return &each;
        return nullptr;
    }
};

std::vector<NamedZone> preferred(TimeZoneStructure const &structure, ZoneNames const &names,
                                 NamedZone const &users_own, NamedZone const *present)
{
    std::vector<NamedZone> zones;
    if (present)
        zones.push_back(*present);
    if (auto named = names.resolve(structure.standard_name)) {
        if (names.windows_name(users_own.name) == structure.standard_name)
            zones.push_back(
                users_own); // the same name in Windows: the user in Vienna means Vienna, not Berlin
        zones.push_back(*std::move(named));
    }
    zones.push_back(users_own);
    return zones;
}

/// Daylight time of another offset and without dates. EAS-4-TbSync 4.17 takes the offsets of a zone's first
/// years and finds no dates where Thunderbird (128 and later) has the zone's history, so Paris is UTC: such
/// rules say nothing. Windows has them for zones without daylight time, where the name says the same.
bool means_its_name(TimeZoneStructure const &structure)
{
    return structure.daylight_bias != 0 && structure.standard_date.month == 0 &&
           structure.daylight_date.month == 0;
}

std::optional<NamedZone> zone_called(std::string_view name, ZoneNames const &names,
                                     NamedZone const &users_own, NamedZone const *present)
{
    for (auto const *each : {present, &users_own})
        if (each && !name.empty() && names.windows_name(each->name) == name)
            return *each;
    return names.resolve(name);
}

std::string offset_text(int32_t bias_minutes)
{
    std::array<char, 16> text{};
    int const minutes = std::abs(bias_minutes);
    std::snprintf(text.data(), text.size(), "%c%02d%02d", bias_minutes > 0 ? '-' : '+', minutes / 60,
                  minutes % 60);
    return text.data();
}

std::string date_text(SystemTime const &time)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "-M%u.%u.%u.%02u%02u", unsigned{time.month}, unsigned{time.day},
                  unsigned{time.day_of_week}, unsigned{time.hour}, unsigned{time.minute});
    return text.data();
}

/// "Custom+0100+0200-M3.5.0.0200-M10.5.0.0300": the same rules give the same TZID.
std::string custom_tzid(TimeZoneStructure const &structure)
{
    if (zone_of(structure).is_fixed_from({}))
        return "Custom" + offset_text(structure.bias);
    return "Custom" + offset_text(structure.bias + structure.standard_bias) +
           offset_text(structure.bias + structure.daylight_bias) + date_text(structure.daylight_date) +
           date_text(structure.standard_date);
}

} // namespace

ChosenZone choose_zone(TimeZoneStructure const &structure, Instant start, Instant now, ZoneNames const &names,
                       NamedZone const &users_own, NamedZone const *present)
{
    if (means_its_name(structure))
        if (auto called = zone_called(structure.standard_name, names, users_own, present))
            return {std::move(called->name), std::move(called->zone), true};
    Wanted const wanted{structure, zone_of(structure), start, now};
    auto const by_preference = preferred(structure, names, users_own, present);
    if (structure == TimeZoneStructure{} && !(present && wanted.is_met_by(*present->zone, Fit::exact)))
        return {"UTC", std::make_shared<Zone const>(0), true};
    if (auto const *found = wanted.first_met(by_preference))
        return {found->name, found->zone, true};
    if (auto const *found = wanted.first_met(names.best_known()))
        return {found->name, found->zone, true};
    return {custom_tzid(structure), std::make_shared<Zone const>(wanted.zone), false};
}

} // namespace eas
