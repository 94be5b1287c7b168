// See series-news.h.
#include "mapping/series-news.h"
#include "mapping/event-instance.h"
#include "mapping/ical-people.h"
#include "mapping/meeting-document.h"
#include <algorithm>
#include <string>

namespace eas {

namespace {

bool is_users_own(std::string_view name)
{
    return std::ranges::find(kept_properties, name) != kept_properties.end() ||
           std::ranges::find(answer_properties, name) != answer_properties.end();
}

std::vector<IcalProperty> others(IcalComponent const &event, std::vector<std::string> const &own)
{
    auto lines = event.properties("ATTENDEE");
    std::erase_if(lines, [&](auto const &line) { return is_person(line, own); });
    return lines;
}

/// All but the user are those of `is`, if they were those of `was`.
void pass_on_attendees(IcalComponent &exception, IcalComponent const &was, IcalComponent const &is,
                       std::vector<std::string> const &own)
{
    if (others(exception, own) != others(was, own))
        return;
    auto lines = others(is, own);
    if (auto const line = own_attendee_line(exception, own))
        lines.push_back(*line);
    exception.replace("ATTENDEE", lines);
}

void pass_on(IcalComponent &exception, IcalComponent const &was, IcalComponent const &is,
             std::vector<std::string> const &own)
{
    std::set<std::string> names;
    for (auto const *event : {&was, &is})
        for (auto const &property : event->properties())
            names.insert(property.name);
    for (auto const &name : names) {
        if (name == "ATTENDEE")
            pass_on_attendees(exception, was, is, own);
        else if (name != "RECURRENCE-ID" && !is_users_own(name) &&
                 exception.properties(name) == was.properties(name))
            exception.replace(name, is.properties(name));
    }
}

} // namespace

void pass_on_news(IcalDocument &document, IcalDocument const &before, std::set<int64_t> const &told,
                  CalendarContext const &context)
{
    auto const *const series = find_event(document, std::nullopt, context);
    if (!series)
        return;
    IcalZones zones(document, context);
    EventInstances was(before, context), is(document, context);
    for (auto *exception : events_of(document)) {
        auto const original = original_start(*exception, zones);
        if (!original || told.contains(*original) || is_older(*series, *exception))
            continue;
        auto const at = Instant::from_seconds(*original);
        auto const it_was = was.of_series(at), it_is = is.of_series(at);
        if (it_was && it_is)
            pass_on(*exception, *it_was, *it_is, context.addresses);
    }
}

} // namespace eas
