// Time zones by name: tzdata's (Olson) names, Windows' names by CLDR's table, which ICU has, and what
// programs write as TZID into iCalendar files.
#pragma once
#include "mapping/zone.h"
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// A zone that tzdata has.
struct NamedZone {
    std::string name; ///< Olson: "Europe/Berlin"
    std::shared_ptr<Zone const> zone;
};

/// Reads zones when they are asked for and keeps them; one object serves a process.
class ZoneNames {
public:
    explicit ZoneNames(std::string directory = "/usr/share/zoneinfo") : m_directory(std::move(directory)) {}

    /// Zones are read once a process.
    static ZoneNames const &of_process();

    /// By Olson name, exactly. Nothing if there is none (or the name is no name).
    std::optional<NamedZone> find(std::string_view name) const;

    /// By any name that programs write: Olson ("/mozilla.org/20050126_1/Europe/Berlin" too), Windows
    /// ("W. Europe Standard Time"), Outlook ("(UTC+01:00) Amsterdam, Berlin", "Eastern Time (US & Canada)"),
    /// "Z".
    std::optional<NamedZone> resolve(std::string_view text) const;

    /// What `read` makes of a file's own zone (its TZID and VTIMEZONE are `text`). Most files have the same
    /// ones: `read` is not asked again for a text that it was asked for.
    std::optional<NamedZone> described(std::string const &text,
                                       std::function<std::optional<NamedZone>()> const &read) const;

    /// "Europe/Amsterdam" -> "W. Europe Standard Time"; "" if Windows has no such zone.
    std::string windows_name(std::string_view olson_name) const;

    /// One zone for each that Windows knows: that of CLDR's largest city; the busiest first.
    std::vector<NamedZone> const &best_known() const;

    /// Every Olson name in the directory, sorted.
    std::vector<std::string> const &all() const;

private:
    std::optional<NamedZone> find_city(std::string_view city) const;
    std::optional<NamedZone> find_windows(std::string_view name) const;

    std::string m_directory;
    // Filled when needed; the names of what does not exist are not kept, so that nobody can fill them.
    mutable std::map<std::string, std::shared_ptr<Zone const>, std::less<>> m_zones;
    mutable std::map<std::string, std::string, std::less<>> m_windows_names;
    mutable std::map<std::string, std::optional<NamedZone>, std::less<>> m_described;
    mutable std::vector<NamedZone> m_best_known;
    mutable std::vector<std::string> m_all;
};

} // namespace eas
