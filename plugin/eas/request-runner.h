// Runs one request through the protocol for one user: the boundary at which exceptions end, and where each
// request gets its one line in the log and its event.
#pragma once
#include "eas/content-log.h"
#include "eas/parking.h"
#include "eas/spool.h"
#include "eas/user-session.h"
#include "request/dispatch.h"
#include "request/repeat-limiter.h"

namespace eas {

class UserPorts;

class RequestRunner {
public:
    /// `session` must outlive this.
    explicit RequestRunner(UserSession const &session);
    ~RequestRunner();

    /// A request has come: its event, and the time that it takes, begin.
    void begin();
    /// Never throws: 500 for what went wrong here.
    HttpResponse run(HttpRequest const &request, Spool &answer);

    struct Account {
        uint64_t bytes_out = 0;
        uint64_t microseconds = 0;
        bool parked = false; ///< answered later, by eas-ping or when something changes
    };
    /// Finishes the event eas_command_finished, whose message is the request's line in the log.
    /// After begin().
    void log(HttpRequest const &request, HttpResponse const &response, Account const &account);

    /// The link of this process to eas-ping.
    ParkingLot &parking_lot() const;
    static void close_parking_lot(); ///< at the end of the process

private:
    HttpResponse serve_guarded(HttpRequest const &request, Spool &answer);
    /// Of a client in a loop, 503.
    std::optional<HttpResponse> refuse_repeated(HttpRequest const &request);

    UserSession const &m_session;
    RepeatLimiter m_repeats;
    ContentLog m_content_log;
    std::unique_ptr<UserPorts> m_ports; ///< made for the first request
    struct event *m_command_event = nullptr;
};

/// "Sync"; the method if the query names no command.
std::string command_name(HttpRequest const &request);
/// "" if the query names no device that can be one.
std::string device_id_of(HttpRequest const &request);

HttpResponse failure(int status, char const *reason, std::string log);

} // namespace eas
