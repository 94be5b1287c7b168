// FreeBusy of the user's own calendars, and of others' as far as the host can open them. All calendars with
// events count.
#pragma once
#include "mapping/calendar-context.h"
#include "ports/calendar-store.h"
#include "ports/free-busy.h"
#include <functional>
#include <memory>

namespace eas {

class CalendarFreeBusy final : public FreeBusy {
public:
    /// A person's calendars with what the mapping must know of that person.
    struct Person {
        std::unique_ptr<CalendarStore> calendars;
        CalendarContext context;
    };
    /// Opens the calendars of who has `address`: not_found, denied, temporary.
    using OpenCalendars = std::function<Result<Person>(std::string_view address)>;

    explicit CalendarFreeBusy(OpenCalendars open) : m_open(std::move(open)) {}

    Result<std::string> merged(std::string_view address, Instant start, Instant end) override;

private:
    OpenCalendars m_open;
};

} // namespace eas
