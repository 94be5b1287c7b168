// See calendar-free-busy.h.
#include "stores/calendar-free-busy.h"
#include "mapping/busy-times.h"

namespace eas {

namespace {

Result<void> add_calendar(CalendarStore &calendars, std::string const &id, BusyTimes &times)
{
    auto const folder = calendars.open(id);
    if (!folder)
        return folder.error();
    auto const listing = (*folder)->items();
    if (!listing)
        return listing.error();
    for (auto const &item : listing->items) {
        if (item.kind != CalendarItemKind::event)
            continue;
        auto const text = (*folder)->read(item.id);
        if (text)
            times.add(text->text);
        else if (text.error().kind != ErrorKind::not_found)
            return text.error();
    }
    return {};
}

} // namespace

Result<std::string> CalendarFreeBusy::merged(std::string_view address, Instant start, Instant end)
{
    auto const digits = BusyTimes::count(start, end);
    if (digits == 0)
        return std::string();
    if (digits > most_digits)
        return Error{ErrorKind::too_large, "more than " + std::to_string(most_digits) + " times 30 minutes"};
    auto const person = m_open(address);
    if (!person)
        return person.error();
    auto const collections = person->calendars->collections();
    if (!collections)
        return collections.error();
    BusyTimes times(start, end, person->context);
    for (auto const &collection : *collections)
        if (collection.own && !collection.readable) // what cannot be seen is not free
            return Error{ErrorKind::denied, "calendar " + collection.name + " cannot be read"};
    for (auto const &collection : *collections)
        if (collection.own && collection.events)
            if (auto const added = add_calendar(*person->calendars, collection.id, times);
                !added && added.error().kind != ErrorKind::not_found)
                return added.error();
    return times.digits();
}

} // namespace eas
