// See admission.h.
#include "device/admission.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int64_t sighting_interval_ms = 3600 * 1000;

Access access_of(DevicePolicy policy)
{
    switch (policy) {
    case DevicePolicy::allow:
        return Access::allowed;
    case DevicePolicy::quarantine:
        return Access::quarantined;
    case DevicePolicy::block:
        break;
    }
    return Access::blocked;
}

bool is_same_decision(Admission const &a, Admission const &b)
{
    return a.access == b.access && a.reason == b.reason && a.rule == b.rule;
}

} // namespace

Result<Admission> admit(Device const &device, DeviceFacts const &facts, Settings const &settings, Instant now)
{
    auto const &held = device.admission;
    if (held.access != Access::unknown &&
        (held.reason == AccessReason::admin || held.reason == AccessReason::damaged))
        return held;
    auto rules = parse_device_rules(settings.device_rules);
    if (!rules)
        return Error{ErrorKind::temporary, "eas_device_rules: " + rules.error().message};
    auto const rule = std::ranges::find_if(*rules, [&](auto &each) { return each.matches(facts); });
    bool const by_rule = rule != rules->end();
    if (!by_rule && held.access == Access::allowed && held.reason != AccessReason::rule)
        return held;
    Admission const decided =
        by_rule ? Admission{rule->access, AccessReason::rule, rule->text, now}
                : Admission{access_of(settings.device_policy), AccessReason::policy, {}, now};
    return is_same_decision(decided, held) ? held : decided;
}

Result<bool> has_room(StateStore &state, Settings const &settings)
{
    if (settings.max_devices == 0)
        return true;
    auto const ids = state.list("device");
    if (!ids)
        return ids.error();
    size_t known = 0;
    for (auto const &id : *ids) {
        auto const device = load_device(state, id);
        if (!device)
            return device.error();
        known += device->admission.access != Access::unknown;
    }
    return known < settings.max_devices;
}

bool is_due(std::optional<Instant> written, Instant now)
{
    // A clock that was set back must not stop it for good.
    return !written || now < *written || now.milliseconds - written->milliseconds >= sighting_interval_ms;
}

} // namespace eas
