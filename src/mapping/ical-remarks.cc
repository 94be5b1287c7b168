// See ical-remarks.h.
#include "mapping/ical-remarks.h"
#include "base/text.h"
#include "mapping/recurrence-rule.h"
#include "mapping/vtimezone.h"

namespace eas {

namespace {

constexpr size_t most_remarks = 5, longest_quote = 100;

std::string quote(std::string_view text)
{
    return '"' + sanitize_utf8(text.substr(0, longest_quote)) + '"';
}

void remark_rules(IcalComponent const &item, std::vector<std::string> &remarks)
{
    for (auto const *name : {"RRULE", "EXRULE"})
        for (auto const &line : item.properties(name))
            if (auto const rule = RecurrenceRule::parse(line.value); !rule)
                remarks.push_back("its " + std::string(name) + ' ' + quote(line.value) +
                                  " is left out: " + rule.error().message);
}

void remark_zones(IcalDocument const &document, ZoneNames const &names, std::vector<std::string> &remarks)
{
    for (auto const &tzid : time_zones_used(document.root())) {
        IcalComponent const *vtimezone = nullptr;
        for (auto const *calendar : document.root().components("VCALENDAR"))
            for (auto const *each : calendar->components("VTIMEZONE"))
                if (auto const id = each->property("TZID"); id && id->text() == tzid)
                    vtimezone = each;
        auto const text = tzid + '\n' + (vtimezone ? vtimezone->text() : std::string());
        if (!names.described(text, [&] { return zone_of_tzid(tzid, vtimezone, names); }))
            remarks.push_back("nobody knows its time zone " + quote(tzid) +
                              (vtimezone ? ", and its VTIMEZONE is broken" : ", which it does not define") +
                              ": its times are taken as the user's own");
    }
}

} // namespace

std::vector<std::string> ical_remarks(IcalDocument const &document, ZoneNames const &names)
{
    std::vector<std::string> remarks;
    for (auto const *item : document.items())
        remark_rules(*item, remarks);
    remark_zones(document, names, remarks);
    if (remarks.size() > most_remarks)
        remarks.resize(most_remarks);
    return remarks;
}

} // namespace eas
