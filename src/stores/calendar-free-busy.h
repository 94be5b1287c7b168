// FreeBusy of the user's own calendars, and of others' as far as the host can open them. All own calendars
// with events count.
#pragma once
#include "mapping/calendar-context.h"
#include "ports/calendar-store.h"
#include "ports/free-busy.h"
#include "ports/state-store.h"
#include <functional>
#include <memory>

namespace eas {

/// For calendars that are opened once, to be read: there is no place for an index of somebody else's.
class NoIndex final : public StateStore {
public:
    Result<std::optional<std::string>> get(std::string_view) override { return std::optional<std::string>(); }
    Result<void> set(std::string_view, std::string_view) override { return {}; }
    Result<void> remove(std::string_view) override { return {}; }
    Result<std::vector<std::string>> list(std::string_view) override { return std::vector<std::string>(); }
    Result<std::unique_ptr<Lock>> lock(std::string_view) override { return std::unique_ptr<Lock>(); }
};

class CalendarFreeBusy final : public FreeBusy {
public:
    /// A person's calendars with what the mapping must know of that person.
    struct Person {
        std::unique_ptr<StateStore> index; ///< what `calendars` needs; may be null
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
