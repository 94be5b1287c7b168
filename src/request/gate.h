// The one place that decides whether a device's request is served: the wipe that was ordered, the decision on
// the device, quarantine. Runs under the device's lock, before the request's body is looked at. For the
// ordinary request it compares what is in memory already; the partnership is written at the first contact,
// when the decision changed, and to note the contact once an hour.
#pragma once
#include "device/quarantine-mail.h"
#include "session/session.h"
#include <string_view>

namespace eas {

/// What of a request the gate looks at.
struct GateRequest {
    std::string_view command; ///< "Sync"
    ProtocolVersion version;
    std::string_view device_type;
    std::string_view user_agent;
    std::string_view client_address; ///< "" if unknown
    bool has_policy_key = false;     ///< the client sent one, be it 0
};

/// A request that is not served: an EAS Status from 14.0 on, an HTTP status before. MS-ASCMD 2.2.2.
struct Refusal {
    int status = 0;
    int http_status = 403;
};

struct Passage {
    std::optional<Refusal> refusal;
    bool quarantined = false; ///< serve it from QuarantineMail
    std::string note;         ///< for the log, "" for the ordinary request
    bool is_news = false;     ///< an admin may want to act on the note
};

/// Decides, and brings `device` up to date; saves it if it has to. temporary, quota: the state cannot be read
/// or written, or eas_device_rules cannot be understood. That a contact could not be noted is no error: a
/// client must be able to make room where the disk is full.
Result<Passage> pass_gate(Ports &ports, GateRequest const &request, Device &device);

/// For the log, where that could not be written.
std::string not_noted(Error const &error);
/// Notes a request in what is kept of the device.
void note_request(GateRequest const &request, Instant now, Sighting &sighting);

} // namespace eas
