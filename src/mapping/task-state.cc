// See task-state.h.
#include "mapping/task-state.h"
#include "base/text.h"
#include "mapping/ical-properties.h"

namespace eas {
namespace {

constexpr int low = 0, normal = 1, high = 2; // MS-ASTASK 2.2.2.14
constexpr char const *own_importance = "X-EAS-IMPORTANCE";

std::optional<int64_t> number_in(IcalComponent const &todo, char const *name)
{
    auto const property = todo.property(name);
    return property ? parse_signed(trim(property->value)) : std::nullopt;
}

int importance_of_priority(int64_t priority)
{
    return priority >= 1 && priority <= 4 ? high : priority >= 6 && priority <= 9 ? low : normal;
}

} // namespace

bool is_complete(IcalComponent const &todo)
{
    auto const status = to_lower(trim(ical_text_of(todo, "STATUS")));
    return status == "completed" || status == "cancelled" || (status.empty() && todo.property("COMPLETED"));
}

Instant completed_at(IcalComponent const &todo, IcalZones &zones)
{
    for (auto const *name : {"COMPLETED", "LAST-MODIFIED", "DTSTAMP", "DUE", "DTSTART"})
        if (auto const time = ical_time_of(todo, name, zones))
            return time->instant();
    return Instant{};
}

void set_complete(IcalComponent &todo, Instant when)
{
    todo.set({"STATUS", {}, "COMPLETED"});
    todo.set({"COMPLETED", {}, format_compact_datetime(when)});
    todo.set({"PERCENT-COMPLETE", {}, "100"});
}

void set_open(IcalComponent &todo)
{
    if (todo.property("STATUS"))
        todo.set({"STATUS", {}, "NEEDS-ACTION"});
    todo.remove("COMPLETED");
    todo.remove("PERCENT-COMPLETE");
}

int importance_of(IcalComponent const &todo)
{
    auto const priority = number_in(todo, "PRIORITY").value_or(0);
    auto const own = number_in(todo, own_importance);
    return own && *own > high && *own <= 255 && priority == 0 ? static_cast<int>(*own)
                                                              : importance_of_priority(priority);
}

void set_importance(IcalComponent &todo, int importance)
{
    if (importance == importance_of(todo))
        return;
    bool const is_known = importance >= low && importance <= high;
    int const priority = importance == high                      ? 1
                         : importance == low                     ? 9
                         : is_known && todo.property("PRIORITY") ? 5
                                                                 : 0;
    todo.remove(own_importance);
    if (priority == 0)
        todo.remove("PRIORITY");
    else
        todo.set({"PRIORITY", {}, std::to_string(priority)});
    if (!is_known)
        todo.set({own_importance, {}, std::to_string(importance)});
}

} // namespace eas
