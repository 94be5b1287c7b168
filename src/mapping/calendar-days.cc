// ICU is asked by month and not by day; the Chinese calendar of ICU 72 is a day late where a new moon falls
// within minutes of midnight in Beijing (2027, 2030).
#include "mapping/calendar-days.h"
#include <algorithm>
#include <array>
#include <string>
#include <unicode/ucal.h>
#include <utility>

namespace eas {
namespace {

using namespace std::chrono;

class GregorianDays final : public CalendarDays {
public:
    CalendarDay day(local_days day) override
    {
        year_month_day const date(day);
        auto const last_day = year_month_day_last(date.year(), month_day_last(date.month())).day();
        return {int(date.year()),
                static_cast<int>(unsigned(date.month())),
                false,
                static_cast<int>(unsigned(date.day())),
                static_cast<int>(unsigned(last_day)),
                static_cast<int>((day - local_days(date.year() / January / 1)).count()) + 1,
                date.year().is_leap() ? 366 : 365};
    }
};

/// RSCALE names and ICU's, as CLDR has them.
constexpr std::array<std::pair<std::string_view, char const *>, 12> icu_calendars{{
    {"BUDDHIST", "buddhist"},
    {"CHINESE", "chinese"},
    {"COPTIC", "coptic"},
    {"DANGI", "dangi"},
    {"ETHIOPIC", "ethiopic"},
    {"HEBREW", "hebrew"},
    {"INDIAN", "indian"},
    {"ISLAMIC", "islamic"},
    {"ISLAMIC-CIVIL", "islamic-civil"},
    {"ISLAMIC-TBLA", "islamic-tbla"},
    {"ISLAMIC-UMALQURA", "islamic-umalqura"},
    {"PERSIAN", "persian"},
}};

class IcuDays final : public CalendarDays {
public:
    explicit IcuDays(char const *name) : m_is_hebrew(std::string_view(name) == "hebrew")
    {
        UErrorCode error = U_ZERO_ERROR;
        std::string const locale = std::string("root@calendar=") + name;
        m_calendar = ucal_open(u"UTC", -1, locale.c_str(), UCAL_DEFAULT, &error);
        if (U_FAILURE(error))
            close();
    }
    ~IcuDays() override { close(); }
    IcuDays(IcuDays const &) = delete;
    IcuDays &operator=(IcuDays const &) = delete;

    bool is_open() const { return m_calendar; }

    /// ICU is asked once a month: it needs up to a millisecond to find a new moon.
    CalendarDay day(local_days day) override
    {
        if (m_month.days_in_month == 0 || day < m_month_start ||
            day >= m_month_start + days(m_month.days_in_month))
            ask_for_month_of(day);
        CalendarDay out = m_month;
        auto const since_start = static_cast<int>((day - m_month_start).count());
        out.day += since_start;
        out.day_of_year += since_start;
        return out;
    }

private:
    void ask_for_month_of(local_days day)
    {
        UErrorCode error = U_ZERO_ERROR;
        auto const get = [&](UCalendarDateFields field) { return ucal_get(m_calendar, field, &error); };
        auto const most = [&](UCalendarDateFields field) {
            return ucal_getLimit(m_calendar, field, UCAL_ACTUAL_MAXIMUM, &error);
        };
        ucal_setMillis(m_calendar, static_cast<UDate>(milliseconds(day.time_since_epoch()).count()), &error);
        int const old_year = m_month.year;
        int const in_month = get(UCAL_DATE) - 1;
        m_month_start = day - days(in_month);
        m_month.year =
            get(UCAL_ERA) * 60 + get(UCAL_YEAR); // the Chinese calendar's eras are cycles of 60 years
        m_month.month = get(UCAL_MONTH) + 1;
        m_month.is_leap_month = !m_is_hebrew && get(UCAL_IS_LEAP_MONTH) != 0;
        m_month.day_of_year = get(UCAL_DAY_OF_YEAR) - in_month;
        if (m_is_hebrew)
            rename_hebrew_month(m_month);
        m_month.days_in_month = std::max(most(UCAL_DATE), in_month + 1);
        if (m_month.year != old_year)
            m_month.days_in_year = most(UCAL_DAY_OF_YEAR);
    }
    /// ICU counts Adar I as the 6th month of 13 in every year; RFC 7529 calls it 5L, and Adar is the 6th.
    static void rename_hebrew_month(CalendarDay &day)
    {
        if (day.month < 6)
            return;
        day.is_leap_month = day.month == 6;
        day.month--;
    }
    void close()
    {
        if (m_calendar)
            ucal_close(m_calendar);
        m_calendar = nullptr;
    }

    UCalendar *m_calendar = nullptr;
    local_days m_month_start{};
    CalendarDay m_month{.days_in_month = 0}; ///< its first day
    bool m_is_hebrew;
};

} // namespace

std::unique_ptr<CalendarDays> CalendarDays::make(std::string_view rscale)
{
    if (rscale.empty() || rscale == "GREGORIAN")
        return std::make_unique<GregorianDays>();
    for (auto const &[name, icu_name] : icu_calendars)
        if (name == rscale)
            if (auto days = std::make_unique<IcuDays>(icu_name); days->is_open())
                return days;
    return nullptr;
}

} // namespace eas
