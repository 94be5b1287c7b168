// See busy-times.h.
#include "mapping/busy-times.h"
#include "base/text.h"
#include "mapping/ical-people.h"
#include "mapping/ical-time.h"
#include "mapping/recurrence-expansion.h"
#include "ports/free-busy.h"
#include <algorithm>
#include <set>

namespace eas {

namespace {

constexpr int64_t slot_seconds = 30 * 60, day_seconds = 86400;
constexpr int64_t longest_event_seconds = 366 * day_seconds;

bool says(IcalComponent const &event, std::string_view name, std::string_view value)
{
    auto const property = event.property(name);
    return property && equals_ignoring_case(trim(property->value), value);
}

/// The digit of an event; `free` if it does not count.
char digit_of(IcalComponent const &event, CalendarContext const &context)
{
    constexpr auto busy_status = "X-MICROSOFT-CDO-BUSYSTATUS";
    if (says(event, "STATUS", "CANCELLED") || says(event, "TRANSP", "TRANSPARENT") ||
        says(event, busy_status, "FREE") || says(event, busy_status, "WORKINGELSEWHERE"))
        return FreeBusy::free;
    auto const own = own_attendee_line(event, context.addresses);
    auto const answer = own ? attendee_status(own->parameter("PARTSTAT")) : Attendee::Status::accepted;
    if (answer == Attendee::Status::declined)
        return FreeBusy::free;
    if (says(event, busy_status, "OOF"))
        return FreeBusy::out_of_office;
    bool const is_tentative = says(event, busy_status, "TENTATIVE") || says(event, "STATUS", "TENTATIVE") ||
                              answer == Attendee::Status::tentative ||
                              answer == Attendee::Status::not_responded;
    return is_tentative ? FreeBusy::tentative : FreeBusy::busy;
}

int64_t length_of(IcalComponent const &event, IcalTime const &start, IcalZones &zones)
{
    if (auto const end = ical_time_of(event, "DTEND", zones))
        return std::max<int64_t>(end->instant().seconds() - start.instant().seconds(), 0);
    auto const property = event.property("DURATION");
    auto const duration = property ? parse_ical_duration(property->value) : std::nullopt;
    if (duration)
        return std::max<int64_t>(duration->days * day_seconds + duration->seconds, 0);
    return start.is_date() ? day_seconds : 0;
}

/// Seconds of the times that a property of the series lists (EXDATE, RDATE).
void read_times(IcalComponent const &event, std::string_view name, IcalZones &zones, std::set<int64_t> &out)
{
    for (auto const &property : event.properties(name))
        for (auto const value : split(property.value, ','))
            if (auto const time = parse_ical_time(property, value.substr(0, value.find('/')), zones))
                out.insert(time->instant().seconds());
}

} // namespace

BusyTimes::BusyTimes(Instant start, Instant end, CalendarContext const &context)
    : m_start(start), m_end(end), m_context(context), m_digits(count(start, end), FreeBusy::free)
{}

size_t BusyTimes::count(Instant start, Instant end)
{
    constexpr int64_t slot = slot_seconds * 1000;
    auto const length = end.milliseconds - start.milliseconds;
    return length <= 0 ? 0 : static_cast<size_t>((length + slot - 1) / slot);
}

void BusyTimes::mark(Instant from, Instant to, char digit)
{
    constexpr int64_t slot = slot_seconds * 1000;
    from = std::max(from, m_start);
    to = std::min(to, m_end);
    if (from >= to)
        return;
    auto const first = static_cast<size_t>((from.milliseconds - m_start.milliseconds) / slot);
    auto const last = static_cast<size_t>((to.milliseconds - 1 - m_start.milliseconds) / slot);
    for (size_t i = first; i <= last && i < m_digits.size(); ++i)
        m_digits[i] = std::max(m_digits[i], digit);
}

void BusyTimes::add(std::string_view text)
{
    auto const document = IcalDocument::parse(text);
    if (!document || m_digits.empty())
        return;
    IcalZones zones(*document, m_context);
    std::set<int64_t> excepted;
    for (auto const *event : document->items())
        if (event->name() == "VEVENT")
            if (auto const id = ical_time_of(*event, "RECURRENCE-ID", zones))
                excepted.insert(id->instant().seconds());
    for (auto const *event : document->items()) {
        auto const start = event->name() == "VEVENT" ? ical_time_of(*event, "DTSTART", zones) : std::nullopt;
        char const digit = start ? digit_of(*event, m_context) : FreeBusy::free;
        if (digit == FreeBusy::free)
            continue;
        auto const length = std::min(length_of(*event, *start, zones), longest_event_seconds);
        auto const mark_from = [&](Instant from) {
            mark(from, Instant::from_seconds(from.seconds() + length), digit);
        };
        if (event->property("RECURRENCE-ID")) {
            mark_from(start->instant());
            continue;
        }
        std::set<int64_t> starts{start->instant().seconds()};
        read_times(*event, "RDATE", zones, starts);
        auto const property = event->property("RRULE");
        if (auto const rule = property ? RecurrenceRule::parse(property->value)
                                       : Result<RecurrenceRule>(Error{ErrorKind::not_found, "no RRULE"})) {
            auto const begin =
                start->zone->to_local(Instant::from_seconds(m_start.seconds() - length - day_seconds));
            auto const end = start->zone->to_local(Instant::from_seconds(m_end.seconds() + day_seconds));
            for (auto const &local :
                 expand(*rule, {start->local, start->is_date(), *start->zone}, begin, end).instances)
                starts.insert(start->zone->to_instant(local).seconds());
        }
        std::set<int64_t> gone = excepted;
        read_times(*event, "EXDATE", zones, gone);
        for (auto const at : starts)
            if (!gone.contains(at))
                mark_from(Instant::from_seconds(at));
    }
}

} // namespace eas
