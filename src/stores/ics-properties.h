// Name, colour and kinds of a collection, as the programs that share it keep them:
//   vdir      files "displayname" (UTF-8) and "color" ("#RRGGBB"); which kinds it is for has no place there,
//   so a
//             hidden file ".components" of ours says it ("VEVENT", "VTODO" or both), which others ignore
//   Radicale  ".Radicale.props", JSON of strings: "tag": "VCALENDAR", "D:displayname", "ICAL:calendar-color",
//             "C:supported-calendar-component-set": "VEVENT,VTODO" (absent: all kinds)
#pragma once
#include "base/result.h"
#include "ports/calendar-store.h"
#include "stores/ics-directory.h"
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

using RadicaleProperties = std::map<std::string, std::string>;

/// Nothing if `json` is no object of strings (or nulls, which are left out), or no UTF-8.
std::optional<RadicaleProperties> parse_radicale_properties(std::string_view json);
/// As Python's json.dump(sort_keys=True) writes it. The strings are UTF-8.
std::string print_radicale_properties(RadicaleProperties const &properties);

struct IcsProperties {
    bool is_radicale = false;          ///< has .Radicale.props
    bool is_calendar = true;           ///< false: an address book, or a damaged .Radicale.props
    std::string name;                  ///< "" if it has none
    std::string color;                 ///< "#RRGGBB" or ""
    std::optional<bool> events, tasks; ///< absent: not said
};

IcsProperties read_ics_properties(IcsDirectory const &directory);
/// Writes what a new collection has.
Result<void> write_new_ics_properties(IcsDirectory const &directory, bool is_radicale,
                                      std::string const &name, CalendarItemKind kind);
/// Changes the name and keeps the rest.
Result<void> write_ics_name(IcsDirectory const &directory, std::string const &name);

} // namespace eas
