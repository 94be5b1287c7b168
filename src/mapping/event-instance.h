// The instances of a stored event, as scheduling messages speak of them.
#pragma once
#include "base/protocol-version.h"
#include "mapping/ical-time.h"
#include "mapping/recurrence-expansion.h"
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace eas {

/// Finds instances by their original starts. The document is read once, and all questions together cost no
/// more than one budget: a message may ask for hundreds, in any year.
class EventInstances {
public:
    /// The document and `context` must stay alive, and the document's VEVENTs in it with their times.
    EventInstances(IcalDocument const &document, CalendarContext const &context);

    /// The instance of a series that began at `original`: its exception, else the series as if it were one.
    /// Nothing if the series has no such instance, or the budget is spent.
    std::optional<IcalComponent> at(Instant original);
    /// The same of the series alone, whatever its exceptions say.
    std::optional<IcalComponent> of_series(Instant original);
    /// Whether it has that instance, or had it before it was taken out (EXDATE).
    bool has(Instant original);
    /// The series, or the only event, itself.
    std::optional<IcalComponent> whole() const;

private:
    IcalComponent const *exception(Instant original);
    bool gives(LocalTime original);
    std::optional<IcalComponent> made_like(IcalComponent const *like, Instant original);
    void read_series(IcalComponent const &series);

    IcalZones m_zones;
    IcalComponent const *m_series = nullptr, *m_first = nullptr;
    std::map<int64_t, IcalComponent const *> m_by_start; ///< exceptions, by the second
    std::map<LocalTime, IcalComponent const *> m_by_day; ///< those whose RECURRENCE-ID is a DATE
    std::map<int64_t, IcalComponent const *> m_ranges;   ///< those with RANGE=THISANDFUTURE
    std::optional<IcalTime> m_start;                     ///< of the series
    std::optional<RecurrenceRule> m_rule;
    std::set<int64_t> m_excluded, m_added; ///< EXDATE, RDATE
    ExpansionBudget m_budget;
};

/// One of them; without `original` the whole.
std::optional<IcalComponent> event_instance(IcalDocument const &document, std::optional<Instant> original,
                                            CalendarContext const &context);

/// The original start of the instance that a client names: by that as it was told, or by the present start of
/// an exception (MS-ASCMD 2.2.3.92.1). What is none stays as it is.
Instant original_of_named(IcalDocument const &document, Instant named, ProtocolVersion version,
                          CalendarContext const &context);

/// What an answer speaks of: that instance, else the series or only event; where there are instances without
/// their series, each of them. None if there is no such instance.
std::vector<IcalComponent> instances_to_answer(IcalDocument const &document, std::optional<Instant> original,
                                               CalendarContext const &context);

} // namespace eas
