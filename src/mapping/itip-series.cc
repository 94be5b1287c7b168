// See itip-series.h.
#include "mapping/itip-series.h"
#include "base/text.h"
#include "mapping/ical-people.h"
#include "mapping/ical-time.h"
#include <algorithm>

namespace eas {

Addresses attendees_but(IcalComponent const &event, std::vector<std::string> const &own)
{
    Addresses found;
    for (auto const &line : event.properties("ATTENDEE")) {
        auto const address = to_lower(calendar_address(line));
        if (address.find('@') != std::string::npos && !is_one_of(address, own))
            found.insert(address);
    }
    return found;
}

Addresses without(Addresses const &all, Addresses const &left_out)
{
    Addresses rest;
    std::ranges::set_difference(all, left_out, std::inserter(rest, rest.end()));
    return rest;
}

Addresses both(Addresses const &a, Addresses const &b)
{
    Addresses common;
    std::ranges::set_intersection(a, b, std::inserter(common, common.end()));
    return common;
}

Result<AnnouncedSeries> AnnouncedSeries::read(std::string_view text, CalendarContext const &context)
{
    AnnouncedSeries series;
    if (text.empty())
        return series;
    auto document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    series.document = *std::move(document);
    IcalZones zones(series.document, context);
    for (auto *item : series.document.items()) {
        if (item->name() != "VEVENT")
            continue;
        if (auto const id = ical_time_of(*item, "RECURRENCE-ID", zones))
            series.exceptions.emplace(id->instant().seconds(), item);
        else if (!series.main)
            series.main = item;
    }
    if (series.main)
        for (auto const &property : series.main->properties("EXDATE"))
            for (auto const value : split(property.value, ','))
                if (auto const time = parse_ical_time(property, value, zones))
                    series.deleted.insert(time->instant().seconds());
    return series;
}

Addresses AnnouncedSeries::attendees(std::vector<std::string> const &own) const
{
    Addresses all = main_attendees(own);
    for (auto const &[at, event] : exceptions)
        all.merge(attendees_but(*event, own));
    return all;
}

Addresses AnnouncedSeries::main_attendees(std::vector<std::string> const &own) const
{
    return main ? attendees_but(*main, own) : Addresses();
}

} // namespace eas
