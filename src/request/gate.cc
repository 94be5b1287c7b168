// See gate.h.
#include "request/gate.h"
#include "device/admission.h"
#include <algorithm>

namespace eas {

namespace {

/// MS-ASCMD 2.2.2
namespace common_status {
constexpr int device_is_blocked = 129, access_denied = 130, remote_wipe_requested = 140,
              maximum_devices_reached = 177;
}
constexpr int forbidden = 403, provision_first = 449;

/// What is left of the protocol in quarantine: enough to provision and to read the one message.
constexpr std::string_view quarantine_commands[] = {"Provision",       "Settings", "FolderSync",    "Sync",
                                                    "GetItemEstimate", "Ping",     "ItemOperations"};

Passage refused(int status, int http_status, std::string note)
{
    return {Refusal{status, http_status}, false, std::move(note), false};
}

std::string describe(Admission const &admission)
{
    std::string text = "access=" + std::string(to_string(admission.access));
    switch (admission.reason) {
    case AccessReason::policy:
        return text + " by eas_device_policy";
    case AccessReason::rule:
        return text + " by rule \"" + admission.rule + '"';
    case AccessReason::admin:
        return text + " by the admin";
    case AccessReason::damaged:
        break;
    }
    return text +
           " because what was stored of the device cannot be read; allow or remove it with doveadm eas "
           "device";
}

/// Until 12.1 there are no AccountOnlyRemoteWipe and no Status; and a client that never had a policy key does
/// not know Provision, which would tell it to wipe.
Passage refuse_for_wipe(GateRequest const &request, Wipe const &wipe)
{
    std::string const kind(to_string(wipe.kind));
    if (wipe.kind == WipeKind::account && request.version < v16_1)
        return refused(common_status::device_is_blocked, forbidden,
                       "wipe=account is ordered, which the device cannot be told before version 16.1");
    return refused(common_status::remote_wipe_requested, request.has_policy_key ? provision_first : forbidden,
                   "wipe=" + kind + " is ordered" + (wipe.is_done() ? " and was acknowledged" : ""));
}

/// What the device may do now that `device` is up to date.
Passage verdict(GateRequest const &request, Device const &device)
{
    bool const provisions = request.command == "Provision";
    if (device.wipe.is_ordered()) {
        auto passage = refuse_for_wipe(request, device.wipe);
        if (provisions && passage.refusal->status == common_status::remote_wipe_requested)
            return {};
        return passage;
    }
    if (device.admission.access == Access::blocked)
        return refused(common_status::device_is_blocked, forbidden, describe(device.admission));
    Passage passage;
    passage.quarantined = device.admission.access == Access::quarantined;
    if (passage.quarantined &&
        std::ranges::find(quarantine_commands, request.command) == std::end(quarantine_commands))
        return refused(common_status::access_denied, forbidden, describe(device.admission));
    return passage;
}

enum class News {
    none,
    contact,     ///< of a device that is known
    partnership, ///< what must not be lost
};

/// What of `device` is to be saved.
Result<News> bring_up_to_date(Ports &ports, GateRequest const &request, Device &device)
{
    auto const now = ports.clock.now();
    auto admission =
        admit(device, {request.device_type, request.user_agent, request.version, ports.settings.groups},
              ports.settings, now);
    if (!admission)
        return admission.error();
    bool changed = *admission != device.admission;
    device.admission = std::move(*admission);
    bool const in_quarantine = device.admission.access == Access::quarantined;
    if (device.admission.access != Access::blocked && in_quarantine != device.state_is_of_quarantine) {
        if (auto forgotten = forget_sync_state(ports.state, device); !forgotten)
            return forgotten.error();
        device.state_is_of_quarantine = in_quarantine;
        changed = true;
    }
    // The version at once: whether an account-only wipe can be ordered depends on it.
    if (changed || device.sighting.version != request.version)
        return News::partnership;
    return is_due(device.sighting.last_request, now) ? News::contact : News::none;
}

} // namespace

std::string not_noted(Error const &error)
{
    return "the contact is not noted: " + error.message + ';';
}

void note_request(GateRequest const &request, Instant now, Sighting &sighting)
{
    sighting.last_request = now;
    if (!sighting.first)
        sighting.first = now;
    if (!request.client_address.empty())
        sighting.client_address = request.client_address;
    sighting.user_agent = request.user_agent;
    sighting.version = request.version;
}

Result<Passage> pass_gate(Ports &ports, GateRequest const &request, Device &device)
{
    bool const is_new = device.admission.access == Access::unknown;
    auto const earlier = device.admission;
    auto const room = is_new ? has_room(ports.state, ports.settings) : true;
    if (!room)
        return room.error();
    if (!*room) {
        // Nothing of it is kept, not even a lock: ids cost nothing, and would fill the store.
        if (auto removed = ports.state.remove("device/" + device.id); !removed)
            return removed.error();
        return refused(common_status::maximum_devices_reached, forbidden,
                       "the user has eas_max_devices already: remove one");
    }
    auto const news = bring_up_to_date(ports, request, device);
    if (!news)
        return news.error();
    Result<void> saved;
    if (*news != News::none) {
        device.type = request.device_type;
        note_request(request, ports.clock.now(), device.sighting);
        saved = save_device(ports.state, device);
        if (!saved && *news != News::contact)
            return saved.error();
    }
    auto passage = verdict(request, device);
    if (!saved) {
        passage.note += (passage.note.empty() ? "" : " ") + not_noted(saved.error());
        passage.is_news = true;
    }
    if (device.admission != earlier) {
        passage.note = (is_new ? "new device, type " + device.type + ": " : "") + describe(device.admission);
        passage.is_news = device.admission.access != Access::allowed;
    }
    return passage;
}

} // namespace eas
