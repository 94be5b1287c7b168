// See series-carriers.h.
#include "mapping/series-carriers.h"
#include "mapping/recurrence.h"
#include <algorithm>
#include <bit>
#include <numeric>

namespace eas {

using namespace std::chrono;
using Type = Recurrence::Type;

std::vector<Recurrence> carriers_of(std::vector<Occurrence> const &occurrences, EventSeries const &series,
                                    ProtocolVersion version)
{
    std::vector<local_days> on;
    for (auto const &each : occurrences)
        on.push_back(floor<days>(each.original));
    auto const first = on.front();
    int64_t step = 0, months_step = 0;
    uint8_t weekdays = 0;
    bool is_same_date = true;
    year_month_day const first_date(first);
    auto const month_number = [](year_month_day date) {
        return int64_t{int(date.year())} * 12 + unsigned(date.month());
    };
    for (auto const day : on) {
        year_month_day const date(day);
        step = std::gcd(step, (day - first).count());
        months_step = std::gcd(months_step, month_number(date) - month_number(first_date));
        weekdays |= static_cast<uint8_t>(1u << weekday(day).c_encoding());
        is_same_date = is_same_date && date.day() == first_date.day();
    }
    std::vector<Recurrence> list;
    if (auto const *rule = series.only_rule())
        if (auto const own = express(*rule, series.start(), version)) {
            list.push_back(own->recurrence);
            list.back().occurrences.reset();
        }
    auto const add = [&](Type type, int64_t interval) -> Recurrence & {
        Recurrence carrier{type};
        carrier.interval = static_cast<uint16_t>(std::clamp<int64_t>(interval, 1, 999));
        return list.emplace_back(carrier);
    };
    if (is_same_date && months_step % 12 == 0 && months_step / 12 <= 999) {
        auto &yearly = add(Type::yearly, months_step / 12);
        yearly.day_of_month = static_cast<uint8_t>(unsigned(first_date.day()));
        yearly.month_of_year = static_cast<uint8_t>(unsigned(first_date.month()));
    }
    if (is_same_date && months_step <= 999)
        add(Type::monthly, months_step).day_of_month = static_cast<uint8_t>(unsigned(first_date.day()));
    int64_t weeks_step = 0;
    auto const first_week = first - days((weekday(first).c_encoding() + 6) % 7); // Monday
    for (auto const day : on)
        weeks_step = std::gcd(weeks_step, (day - first_week).count() / 7);
    // Up to 14.0 nobody says when a week begins, and it makes a difference.
    bool const is_any_week = version >= v14_1 || std::has_single_bit(weekdays);
    for (auto const interval : {is_any_week ? weeks_step : 0, int64_t{1}}) {
        if (interval < 1 || interval > 999)
            continue;
        auto &weekly = add(Type::weekly, interval);
        weekly.day_of_week = weekdays;
        weekly.first_day_of_week = uint8_t{1};
    }
    if (step <= 999 && step > 1)
        add(Type::daily, step);
    add(Type::daily, 1).day_of_week = uint8_t{127};
    return list;
}

std::vector<Recurrence> rough_carriers_of(std::vector<Occurrence> const &occurrences)
{
    constexpr unsigned shortest_month = 28; // of later days clients disagree
    auto const first = floor<days>(occurrences.front().original);
    unsigned const day = unsigned(year_month_day(first).day());
    std::vector<Recurrence> list;
    auto const add = [&](Type type) -> Recurrence & {
        auto &carrier = list.emplace_back(Recurrence{type});
        carrier.interval = uint16_t{1};
        return carrier;
    };
    if (day <= shortest_month)
        add(Type::monthly).day_of_month = static_cast<uint8_t>(day);
    unsigned weekdays = 0;
    for (auto const later : {0u, 3u, 5u, 1u}) { // spread over the week
        weekdays |= 1u << (weekday(first) + days(later)).c_encoding();
        auto &weekly = add(Type::weekly);
        weekly.day_of_week = static_cast<uint8_t>(weekdays);
        weekly.first_day_of_week = uint8_t{1};
    }
    return list;
}

} // namespace eas
