// See series-end.h.
#include "mapping/series-end.h"
#include "base/text.h"
#include "mapping/event-series.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/series-edit.h"

namespace eas {
namespace {

using namespace std::chrono;
using Until = RecurrenceRule::Until;

/// The rule's text with an UNTIL at `last`; as it is if it ends before or cannot be read.
std::string ended(std::string const &text, IcalTime const &start, Instant last)
{
    auto rule = RecurrenceRule::parse(text);
    if (!rule)
        return text;
    auto const on_clock = start.zone->to_local(last);
    auto const end = last_instance(*rule, {start.local, start.is_date(), *start.zone});
    if (end && *end <= on_clock)
        return text;
    rule->count.reset();
    rule->until = start.is_date() ? Until{Until::Form::date, floor<days>(on_clock)}
                                  : Until{Until::Form::utc, LocalTime{seconds(last.seconds())}};
    return rule_text(*std::move(rule), {start, start, start.is_date()});
}

/// The values of an RDATE that do not begin after `last`.
std::string not_after(IcalProperty const &line, Instant last, IcalZones &zones)
{
    std::string kept;
    for (auto const value : split(line.value, ',')) {
        auto const time = parse_ical_time(line, value.substr(0, value.find('/')), zones);
        if (!time || time->instant() <= last)
            kept.append(kept.empty() ? "" : ",").append(value);
    }
    return kept;
}

} // namespace

bool is_and_future(IcalComponent const &event)
{
    auto const id = event.property("RECURRENCE-ID");
    return id && equals_ignoring_case(id->parameter("RANGE"), "THISANDFUTURE");
}

void end_series(IcalDocument const &document, IcalComponent &series, Instant last,
                CalendarContext const &context)
{
    IcalZones zones(document, context);
    auto const start = ical_time_of(series, "DTSTART", zones);
    if (!start)
        return;
    auto rules = series.properties("RRULE");
    for (auto &line : rules)
        line.value = ended(line.value, *start, last);
    series.replace("RRULE", rules);
    std::vector<IcalProperty> dates;
    for (auto &line : series.properties("RDATE")) {
        line.value = not_after(line, last, zones);
        if (!line.value.empty())
            dates.push_back(line);
    }
    series.replace("RDATE", dates);
}

} // namespace eas
