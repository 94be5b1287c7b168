// The settings that the protocol needs, as the host read them (conf.d/20-eas.conf explains each).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace eas {

struct Settings {
    uint32_t ping_min_interval_seconds = 60;
    uint32_t ping_max_interval_seconds = 59 * 60;
    uint64_t max_request_bytes = 64 << 20;
    uint32_t repeat_limit = 50000; ///< request/repeat-limiter.h; 0: none
    std::string server_name; ///< host, or host:port, where phones find this server; "": as a client asks
    std::string time_zone = "UTC";     ///< the user's: where floating times of calendars are
    bool require_provisioning = false; ///< refuse clients that do not provision (142 / HTTP 449)
};

} // namespace eas
