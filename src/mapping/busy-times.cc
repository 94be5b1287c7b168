// See busy-times.h.
#include "mapping/busy-times.h"
#include "base/text.h"
#include "mapping/event-series.h"
#include "mapping/ical-people.h"
#include "mapping/ical-time.h"
#include "ports/free-busy.h"
#include <algorithm>
#include <cstdlib>

namespace eas {

namespace {

constexpr int64_t slot_seconds = 30 * 60, day_seconds = 86400;
constexpr int64_t longest_event_seconds = 366 * day_seconds;
constexpr size_t most_occurrences = 50'000; ///< of one series that are looked at

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

int64_t length_of(EventTimes const &times)
{
    auto const seconds = times.end.instant().seconds() - times.start.instant().seconds();
    return std::clamp<int64_t>(seconds, 0, longest_event_seconds);
}

/// How many seconds before or after a period the original starts of occurrences within it can be.
int64_t reach_of(EventSeries const &series)
{
    int64_t reach = length_of(series.times());
    for (auto const &each : series.overrides())
        if (each.and_future)
            reach = std::max(
                reach, length_of(each.times) +
                           std::abs(std::chrono::seconds(each.times.start.local - each.original).count()));
    return reach + day_seconds;
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
    auto const series = EventSeries::read(*document, zones);
    if (!series)
        return;
    auto const mark_in = [&](EventSeries::Window const &originals) {
        for (auto const &each : series->occurrences(originals, most_occurrences)) {
            auto const from = each.times.start.instant();
            char const digit = digit_of(each.component ? *each.component : series->master(), m_context);
            if (digit != FreeBusy::free)
                mark(from, Instant::from_seconds(from.seconds() + length_of(each.times)), digit);
        }
    };
    auto const &zone = *series->times().start.zone;
    auto const reach = reach_of(*series);
    mark_in({zone.to_local(Instant::from_seconds(m_start.seconds() - reach)),
             zone.to_local(Instant::from_seconds(m_end.seconds() + reach))});
    for (auto const &each : series->overrides()) // which may come from far
        if (each.times.start.instant() < m_end && m_start < each.times.end.instant())
            mark_in({each.original, each.original + std::chrono::seconds(1)});
}

} // namespace eas
