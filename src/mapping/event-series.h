// The VEVENTs of one UID as a set of occurrences: what RRULE, RDATE, EXDATE and components with RECURRENCE-ID
// say together (RFC 5545 3.8.5), also when the master is missing, several rules meet or RANGE=THISANDFUTURE
// changes the rest. Occurrences are known by their original start on the master's clock.
#pragma once
#include "mapping/ical-time.h"
#include "mapping/recurrence-rule.h"
#include <optional>
#include <vector>

namespace eas {

/// When a component takes place.
struct EventTimes {
    IcalTime start;
    IcalTime end;            ///< of an all-day event the day after the last
    bool is_all_day = false; ///< DATE values, or midnights that Microsoft's programs mark as all-day
    bool operator==(EventTimes const &other) const;
};

/// Nothing without a DTSTART that can be read. Ends that are missing or lie before the start are as RFC
/// 5545 3.6.1 has them: the next day of a DATE, else the start itself.
std::optional<EventTimes> event_times(IcalComponent const &component, IcalZones &zones);

struct Occurrence {
    LocalTime original;
    IcalComponent const *component = nullptr; ///< that changes it; null: the master's
    EventTimes times;
};

/// RECURRENCE-ID components and dates beyond these are not looked at.
constexpr size_t most_overrides = 10'000, most_dates = 20'000;

class EventSeries {
public:
    /// The document and `zones` must stay alive. bad_request: there is no VEVENT with a start.
    static Result<EventSeries> read(IcalDocument const &document, IcalZones &zones);

    /// Of a series without one the first component with a RECURRENCE-ID.
    IcalComponent const &master() const { return *m_master; }
    bool has_master() const { return m_has_master; }
    EventTimes const &times() const { return m_times; }
    /// More than the master itself.
    bool is_recurring() const { return !m_rules.empty() || !m_dates.empty() || !m_overrides.empty(); }
    /// The rule, if it alone gives the set but for EXDATE and changed occurrences of it.
    RecurrenceRule const *only_rule() const;
    /// A rule names hours or minutes (BYHOUR, FREQ=HOURLY), which do not follow the start.
    bool has_own_hours() const;
    /// By an EXRULE, or an EXDATE that is a day.
    bool excludes_several_at_once() const { return !m_excluding_rules.empty() || !m_excluded_days.empty(); }
    SeriesStart start() const { return {m_times.start.local, m_times.is_all_day, *m_times.start.zone}; }

    struct Window {
        LocalTime begin, end;
    };
    /// Occurrences whose original start lies in `window`, in order, each once; `most` at most. Those of RDATE
    /// and RECURRENCE-ID that no rule gives are among them.
    std::vector<Occurrence> occurrences(Window const &window, size_t most = 10'000) const;
    /// For each the occurrence that a client means with its original start: that one, else the first of that
    /// day. With `by_day` always the first of the day.
    std::vector<std::optional<Occurrence>> find_all(std::vector<LocalTime> const &originals,
                                                    bool by_day) const;
    /// Whether the series has that occurrence without a RECURRENCE-ID saying so, or would have but for an
    /// EXDATE.
    bool gives(LocalTime original) const;
    /// The component with that RECURRENCE-ID; null if there is none.
    IcalComponent const *own_component(LocalTime original) const;
    /// It has one that counts for later occurrences too.
    bool is_range(LocalTime original) const;

    /// Marks that an exception can come of: originals that are excluded, and those with a component. Sorted.
    std::vector<LocalTime> const &excluded() const { return m_excluded; }
    struct Override {
        LocalTime original;
        IcalComponent const *component;
        EventTimes times;
        bool and_future; ///< RANGE=THISANDFUTURE
    };
    std::vector<Override> const &overrides() const { return m_overrides; }

    /// When an occurrence without a component takes place.
    EventTimes times_at(LocalTime original) const;
    /// `time` (a RECURRENCE-ID, an EXDATE) on the master's clock.
    LocalTime on_clock(IcalTime const &time) const;

private:
    struct Date {
        LocalTime original;
        std::optional<IcalTime> end; ///< RDATE;VALUE=PERIOD
    };

    void read_overrides(IcalDocument const &document, IcalZones &zones);
    void read_rules();
    void read_dates(IcalZones &zones);
    void read_excluded(IcalZones &zones);
    bool is_excluded(LocalTime original) const;
    void add_rules(Window const &window, size_t most, std::vector<LocalTime> &out) const;
    EventTimes times_of(LocalTime original, IcalComponent const *&component) const;

    IcalComponent const *m_master = nullptr;
    bool m_has_master = false;
    EventTimes m_times;
    std::vector<RecurrenceRule> m_rules, m_excluding_rules;
    bool m_has_broken_rule = false;
    std::vector<Date> m_dates;
    std::vector<LocalTime> m_excluded;      ///< by time
    std::vector<LocalTime> m_excluded_days; ///< by EXDATE;VALUE=DATE of a series with times
    std::vector<Override> m_overrides;
};

} // namespace eas
