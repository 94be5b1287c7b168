// A stored event as its organizer announces it: the series (or only event), its exceptions and who attends
// what.
#pragma once
#include "base/result.h"
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

using Addresses = std::set<std::string>; ///< in lower case

/// Of the attendees of `event`, but for the `own` ones.
Addresses attendees_but(IcalComponent const &event, std::vector<std::string> const &own);
Addresses without(Addresses const &all, Addresses const &left_out);
Addresses both(Addresses const &a, Addresses const &b);

/// A file by its series (or only event) and the exceptions to it.
struct AnnouncedSeries {
    IcalDocument document;
    IcalComponent *main = nullptr;                 ///< null: instances only, or nothing at all
    std::map<int64_t, IcalComponent *> exceptions; ///< by their original start, in seconds
    std::set<int64_t> deleted;                     ///< EXDATE

    /// `text` is "" for none. bad_request: it is broken.
    static Result<AnnouncedSeries> read(std::string_view text, CalendarContext const &context);
    /// Of all instances.
    Addresses attendees(std::vector<std::string> const &own) const;
    /// Of the series, not of an instance alone.
    Addresses main_attendees(std::vector<std::string> const &own) const;
    bool is_empty() const { return !main && exceptions.empty(); }
    IcalComponent *any() const { return main ? main : exceptions.begin()->second; }
};

} // namespace eas
