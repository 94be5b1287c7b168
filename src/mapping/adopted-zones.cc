// See adopted-zones.h.
#include "mapping/adopted-zones.h"
#include "mapping/vtimezone.h"
#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace eas {
namespace {

/// When rules are compared, in seconds: 2015 to 2040. Programs differ in what they know of earlier years.
constexpr int64_t compared_from = 1420070400, compared_until = 2208988800;
constexpr int most_names = 10;

bool have_same_rules(IcalComponent const &a, IcalComponent const &b)
{
    if (a.text() == b.text())
        return true;
    auto const zone = zone_of(a), other = zone_of(b);
    return !zone || !other ||
           seconds_apart(*zone, *other, Instant::from_seconds(compared_from),
                         Instant::from_seconds(compared_until)) == 0;
}

/// The name that `zone` has in `document`, where it is added if it is missing.
std::string adopted_name(IcalDocument &document, IcalComponent zone, std::string tzid)
{
    for (int tries = 0; tries < most_names; tries++) {
        zone.set({"TZID", {}, tzid});
        auto const *const present = find_vtimezone(document, tzid);
        if (present && !have_same_rules(*present, zone)) {
            tzid = other_tzid(tzid);
            continue;
        }
        if (!present)
            document.calendar()->add(std::move(zone));
        return tzid;
    }
    return tzid;
}

void rename(IcalComponent &component, std::map<std::string, std::string> const &names)
{
    std::set<std::string> changed;
    auto properties = component.properties();
    for (auto &property : properties)
        for (auto &parameter : property.parameters)
            if (parameter.name == "TZID" && !parameter.values.empty())
                if (auto const name = names.find(parameter.values.front()); name != names.end()) {
                    parameter.values = {name->second};
                    changed.insert(property.name);
                }
    for (auto const &name : changed) {
        std::vector<IcalProperty> lines;
        std::ranges::copy_if(properties, std::back_inserter(lines),
                             [&](IcalProperty const &each) { return each.name == name; });
        component.replace(name, lines);
    }
    for (auto *nested : component.components())
        rename(*nested, names);
}

} // namespace

IcalComponent const *find_vtimezone(IcalDocument const &document, std::string_view tzid)
{
    for (auto const *calendar : document.root().components())
        for (auto const *vtimezone : calendar->components("VTIMEZONE"))
            if (auto const name = vtimezone->property("TZID"); name && name->value == tzid)
                return vtimezone;
    return nullptr;
}

std::string other_tzid(std::string_view tzid)
{
    return "/dovecot-eas/" + std::string(tzid); // the prefix of a globally unique name
}

void adopt_time_zones(IcalDocument &to, IcalDocument const &from,
                      std::vector<IcalComponent *> const &components)
{
    std::set<std::string> used;
    for (auto const *component : components)
        used.merge(time_zones_used(*component));
    std::map<std::string, std::string> renamed;
    for (auto const &tzid : used) {
        auto const *const zone = find_vtimezone(from, tzid);
        auto name = zone ? adopted_name(to, *zone, tzid) : tzid;
        if (name != tzid)
            renamed.emplace(tzid, std::move(name));
    }
    if (!renamed.empty())
        for (auto *component : components)
            rename(*component, renamed);
}

} // namespace eas
