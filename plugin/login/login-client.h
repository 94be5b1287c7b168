// One connection in eas-login: reads the header of one request at a time, authenticates it through
// libdovecot-login, answers what can be answered before anybody is logged in (401, 403, 431, 503), and
// otherwise lets the library hand the connection to `eas`. MS-ASHTTP 2.2.1.1.2, 3.1.5.2.
//
// libdovecot-login allocates and frees `struct client`; everything of ours hangs on one pointer in it.
#pragma once
#include "compat/login.h"
#include "login/hand-over.h"

namespace eas {

struct RequestHeader;
struct Credentials;

/// eas_connection_limit and eas_user_connection_limit; 0: none.
struct ConnectionLimits {
    uint32_t of_device, of_user;
};

class LoginClient {
public:
    LoginClient(struct client *client, ConnectionLimits limits);
    ~LoginClient();
    LoginClient(LoginClient const &) = delete;
    LoginClient &operator=(LoginClient const &) = delete;

    static LoginClient *of(struct client *client);
    static struct client *allocate(pool_t pool);
    static void free(struct client *client);

    /// Called by libdovecot-login; the client may be destroyed when they return.
    void start();
    void input();
    void auth_result(enum client_auth_result result, char const *text);
    void disconnecting(enum client_disconnect_reason reason);
    void proxy_failed(enum login_proxy_failure_type type, char const *reason, bool reconnecting);

private:
    /// Unread input that libdovecot-login may have to pass on with the compact header.
    static constexpr size_t max_unread_bytes = 512;

    enum class State { receiving_relogin, reading_header, authenticating, skipping_body, draining };

    void receive_relogin();
    void accept_relogin(Relogin const &relogin, int fd);
    void read_header();
    void skip_body();
    void drain();
    /// A complete header is in m_header. Returns when authentication has begun or it was answered.
    void handle_header();
    void take_origin(RequestHeader const &header);
    bool cleartext_allowed() const;
    void begin_authentication(RequestHeader const &header, Credentials const &credentials);
    bool prepare_hand_over(RequestHeader const &header);
    /// Whether the device opens connection after connection; it was answered then.
    bool refuse_loop(RequestHeader const &header, Credentials const &credentials);

    /// Answers and, if the request's body can be skipped, waits for the next request; else closes.
    void refuse(char const *status, char const *more_fields = "");
    void refuse_unauthorized();
    void destroy_after_draining();

    static void poll_proxy(struct client *client) noexcept;
    void wait_for_proxy();
    void send_to_proxy();

    struct client *m_client;
    ConnectionLimits m_limits;
    std::string m_user, m_device; ///< whom the limits are for: a user, and that user's device
    State m_state = State::reading_header;
    std::string m_header;  ///< raw, as far as read
    std::string m_relogin; ///< message of eas-relogin, as far as read
    int m_relogin_fd = -1;
    std::string m_compact; ///< of the request that is being authenticated
    ConnectionCredentials m_credentials;
    std::string m_peer;                 ///< raw address of a reverse proxy, or ""
    std::optional<size_t> m_body_bytes; ///< that follow the header, if they can be skipped
    size_t m_drained_bytes = 0;
    bool m_keep_alive = false;
    struct timeout *m_proxy_timeout = nullptr;
    struct timeout *m_drain_timeout = nullptr;
};

} // namespace eas
