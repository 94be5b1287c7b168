// See ical-remarks.h.
#include "mapping/ical-remarks.h"
#include "base/text.h"
#include "mapping/series-form.h"
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

/// Whether all of it has room in one Recurrence, as far as a quick look tells.
bool is_simple(EventSeries const &series)
{
    auto const *rule = series.only_rule();
    return !series.is_recurring() ||
           (rule && express(*rule, series.start(), v16_1) &&
            series.excluded().size() + series.overrides().size() <= most_exceptions);
}

void remark_series(IcalDocument const &document, ZoneNames const &names, Instant now,
                   std::vector<std::string> &remarks)
{
    auto const utc = names.find("UTC").value_or(NamedZone{"UTC", std::make_shared<Zone const>(0)});
    CalendarContext const context{names, utc, now, {}, {}};
    IcalZones zones(document, context);
    auto const series = EventSeries::read(document, zones);
    if (!series || is_simple(*series))
        return;
    auto const form = form_of(*series, v16_1, zones, context);
    if (!form || !form->is_cut)
        return;
    auto const marks = series->excluded().size() + series->overrides().size();
    remarks.push_back("phones are told of its occurrences around the present time only, " +
                      (marks > most_exceptions
                           ? "since it has " + std::to_string(marks) + " exceptions and ActiveSync takes " +
                                 std::to_string(most_exceptions)
                           : std::string("since ActiveSync has no words for its recurrence")) +
                      "; others follow as time goes on");
}

} // namespace

std::vector<std::string> ical_remarks(IcalDocument const &document, ZoneNames const &names, Instant now)
{
    std::vector<std::string> remarks;
    for (auto const *item : document.items())
        remark_rules(*item, remarks);
    remark_zones(document, names, remarks);
    remark_series(document, names, now, remarks);
    if (remarks.size() > most_remarks)
        remarks.resize(most_remarks);
    return remarks;
}

} // namespace eas
