// One HTTP connection of a logged-in user: requests in, answers out, in order, one at a time. A request
// with other credentials than those that opened the connection is never served for this user: the
// connection goes back to eas-login with it, as if it were new. MS-ASHTTP 2.2; RFC 9110, 9112.
//
// Reading and writing never block; serving a request does. Nothing that Dovecot calls lets an exception
// pass.
#pragma once
#include "eas/connection-record.h"
#include "eas/connection-status.h"
#include "eas/request-reader.h"
#include "eas/request-runner.h"
#include "eas/user-session.h"

namespace eas {

class HttpConnection {
public:
    /// Takes what `input` owns. The connection frees itself when it ends.
    static void start(ConnectionInput const &input);

    /// Closes if it is between requests, else as soon as the answer is out.
    void stop();
    static void stop_all();
    static void destroy_all();

private:
    static constexpr uint32_t rest_seconds = 300; ///< in eas-ping, without a request

    enum class State { resuming, header, body, sending, draining };

    /// What a connection has when it comes, from eas-login or from eas-ping.
    struct Arrival {
        ConnectionFacts facts;
        std::string header;                   ///< of a request that eas-login has authenticated
        std::string unread;                   ///< input that was read before
        std::optional<ResumeMessage> resumed; ///< a request that waited, to be run again
    };
    static std::optional<Arrival> arrival_from_login(std::string_view handed_over);
    static std::optional<Arrival> arrival_from_ping(std::string_view resume);

    HttpConnection(ConnectionInput const &input, Arrival arrival);
    ~HttpConnection();
    HttpConnection(HttpConnection const &) = delete;
    HttpConnection &operator=(HttpConnection const &) = delete;

    /// Each of these returns whether the connection can go on at once; false also when it is gone.
    static void on_input(HttpConnection *connection) noexcept;
    static int on_output(HttpConnection *connection) noexcept;
    static void on_timeout(HttpConnection *connection) noexcept;
    void run();
    bool step();
    bool step_header();
    bool step_body();
    bool step_sending();
    bool step_draining();

    bool header_complete();
    bool is_for_this_user() const;
    bool log_in_is_old() const;
    bool authenticate();
    void hand_back_to_login();
    bool refused();
    void serve_request();
    void serve_resumed();
    void serve(HttpRequest const &request, ResumeMessage const *resumed = nullptr);
    bool park(HttpRequest const &request, HttpResponse &response, Spool &answer,
              ResumeMessage const *resumed);
    std::string_view unread_input() const;
    HttpRequest make_request();
    std::string head_of(HttpResponse const &response, uint64_t body_bytes) const;
    void send(HttpResponse const &response, Spool &body);
    void send_status(char const *status_and_reason);
    void begin_sending(std::string const &head, struct istream *body);
    void set_timeout(unsigned milliseconds);
    void rest();
    void close(char const *why);
    /// For doveadm and, if the admin wants it, in the title of the process. "" between requests.
    void tell_status(std::string const &command);
    void refresh_title(std::string const &command) const;

    HttpConnection *m_previous = nullptr, *m_next = nullptr; ///< all of this process
    std::unique_ptr<UserSession> m_session;
    std::unique_ptr<RequestRunner> m_runner;
    ConnectionStatusMemory m_status;
    std::string m_device_id; ///< in the query of the last request; "": none
    int m_fd;
    struct istream *m_input = nullptr;
    struct ostream *m_output = nullptr;
    struct io *m_io = nullptr;
    struct timeout *m_timeout = nullptr;
    std::unique_ptr<RequestReader> m_reader;
    ConnectionFacts m_facts;
    State m_state;
    std::optional<ResumeMessage> m_resumed; ///< the request that waited, to be run again
    bool m_first_request = false;           ///< the one that eas-login authenticated
    bool m_drain_before_close = false;      ///< input was left unread
    bool m_has_rested = false;              ///< eas-ping was asked to hold it since the last request
    bool m_stopping = false;
    bool m_closed = false;
    bool m_running = false;             ///< inside run(), which frees the object
    struct istream *m_answer = nullptr; ///< what is being sent
    size_t m_drained_bytes = 0;
};

} // namespace eas
