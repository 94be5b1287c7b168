// See ldap-connection.h.
#include "stores/ldap-connection.h"
#include "stores/ldap-controls.h"
#include <algorithm>
#include <poll.h>

namespace eas {

namespace {

/// After all servers failed the next call fails at once for so long: one request makes many calls.
constexpr auto pause_after_failure = std::chrono::seconds(5);

struct FreeMemory {
    void operator()(char *text) const { ldap_memfree(text); }
};

struct CodeKind {
    int code;
    ErrorKind kind;
};
// All others are temporary: the operation may be tried again, and an admin should look at the log.
constexpr CodeKind kinds[] = {
    {LDAP_NO_SUCH_OBJECT, ErrorKind::not_found},
    {LDAP_ALREADY_EXISTS, ErrorKind::exists},
    {LDAP_INSUFFICIENT_ACCESS, ErrorKind::denied},
    {LDAP_REFERRAL, ErrorKind::denied}, // a write at a replica
    {LDAP_ASSERTION_FAILED, ErrorKind::conflict},
    {LDAP_NO_SUCH_ATTRIBUTE, ErrorKind::conflict},
    {LDAP_TYPE_OR_VALUE_EXISTS, ErrorKind::conflict},
    {LDAP_ADMINLIMIT_EXCEEDED, ErrorKind::too_large},
    {LDAP_SIZELIMIT_EXCEEDED, ErrorKind::too_large},
    {LDAP_UNDEFINED_TYPE, ErrorKind::bad_request},
    {LDAP_INAPPROPRIATE_MATCHING, ErrorKind::bad_request},
    {LDAP_CONSTRAINT_VIOLATION, ErrorKind::bad_request},
    {LDAP_INVALID_SYNTAX, ErrorKind::bad_request},
    {LDAP_INVALID_DN_SYNTAX, ErrorKind::bad_request},
    {LDAP_NAMING_VIOLATION, ErrorKind::bad_request},
    {LDAP_OBJECT_CLASS_VIOLATION, ErrorKind::bad_request},
    {LDAP_NOT_ALLOWED_ON_NONLEAF, ErrorKind::bad_request},
    {LDAP_NOT_ALLOWED_ON_RDN, ErrorKind::bad_request},
    {LDAP_NO_OBJECT_CLASS_MODS, ErrorKind::bad_request},
    {LDAP_FILTER_ERROR, ErrorKind::bad_request},
    {LDAP_ENCODING_ERROR, ErrorKind::bad_request},
    {LDAP_PARAM_ERROR, ErrorKind::bad_request},
};

ErrorKind kind_of(int code)
{
    auto const *found = std::ranges::find(kinds, code, &CodeKind::code);
    return found == std::end(kinds) ? ErrorKind::temporary : found->kind;
}

timeval seconds(uint32_t count)
{
    return {static_cast<time_t>(count), 0};
}

} // namespace

std::string LdapEntry::first(std::string_view name) const
{
    auto const &all = values(name);
    return all.empty() ? std::string() : all.front();
}

void LdapConnection::Close::operator()(ldap *connection) const
{
    ldap_unbind_ext(connection, nullptr, nullptr);
}

LdapConnection::LdapConnection(LdapSettings settings) : m_settings(std::move(settings)) {}

LdapConnection::~LdapConnection() = default;

// ---------------------------------------------------------------- errors

Error LdapConnection::failure(int code, std::string const &what) const
{
    std::string message = what + ": " + ldap_err2string(code);
    char *raw = nullptr;
    if (m_connection &&
        ldap_get_option(m_connection.get(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &raw) == LDAP_OPT_SUCCESS && raw) {
        std::unique_ptr<char, FreeMemory> const diagnostic(raw);
        if (*raw != '\0')
            message += std::string(" (") + raw + ')';
    }
    return {kind_of(code), sanitize_utf8(message)};
}

// ---------------------------------------------------------------- connecting

/// False also when the server has closed it: a write would find out too late.
bool LdapConnection::is_open()
{
    int descriptor = -1;
    if (!m_connection ||
        ldap_get_option(m_connection.get(), LDAP_OPT_DESC, &descriptor) != LDAP_OPT_SUCCESS || descriptor < 0)
        return false;
    // Between operations the server says nothing but that it closes the connection (RFC 4511 4.4.1).
    pollfd state{descriptor, POLLIN, 0};
    return poll(&state, 1, 0) == 0;
}

Result<void> LdapConnection::connect()
{
    if (is_open())
        return {};
    disconnect();
    m_root_dse.reset(); // the next server may be another one
    if (m_down_until && std::chrono::steady_clock::now() < *m_down_until)
        return Error{ErrorKind::temporary, m_down_reason};
    Error last{ErrorKind::temporary, "no LDAP server is configured"};
    for (size_t i = 0; i < m_settings.uris.size(); ++i) {
        size_t const index = (m_preferred + i) % m_settings.uris.size();
        auto const connected = connect_to(m_settings.uris[index]);
        if (connected) {
            m_preferred = index;
            m_down_until.reset();
            return {};
        }
        last = connected.error();
        disconnect();
    }
    m_down_until = std::chrono::steady_clock::now() + pause_after_failure;
    m_down_reason = last.message;
    return Error{ErrorKind::temporary, last.message};
}

Result<void> LdapConnection::connect_to(std::string const &uri)
{
    auto opened = open(uri);
    if (!opened && m_settings.tls_verify && uses_tls(uri)) {
        // TLS libraries do not say why a handshake failed.
        auto trusting = m_settings;
        trusting.tls_verify = false;
        if (LdapConnection(trusting).open(uri))
            return Error{opened.error().kind, opened.error().message +
                                                  "; its certificate is not trusted, or is for another host "
                                                  "name (eas_ldap_tls_ca_file)"};
    }
    return opened ? bind(uri) : opened;
}

bool LdapConnection::uses_tls(std::string const &uri) const
{
    return m_settings.start_tls || to_lower(uri).starts_with("ldaps:");
}

/// A connection that nothing was said on, but what TLS needs.
Result<void> LdapConnection::open(std::string const &uri)
{
    ldap *raw = nullptr;
    if (int const code = ldap_initialize(&raw, uri.c_str()); code != LDAP_SUCCESS)
        return failure(code, uri);
    m_connection.reset(raw);
    if (auto const set = set_options(); !set)
        return Error{set.error().kind, uri + ": " + set.error().message};
    if (!uses_tls(uri))
        return {};
    bool const is_ldaps = to_lower(uri).starts_with("ldaps:");
    int const code = is_ldaps ? ldap_connect(raw) : ldap_start_tls_s(raw, nullptr, nullptr);
    return code == LDAP_SUCCESS ? Result<void>() : failure(code, uri + (is_ldaps ? ": TLS" : ": StartTLS"));
}

Result<void> LdapConnection::set_options()
{
    auto *const connection = m_connection.get();
    int const version = LDAP_VERSION3, new_context = 0;
    int const require = m_settings.tls_verify ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER;
    timeval const limit = seconds(m_settings.connect_seconds);
    // A firewall that forgot a connection does not say so.
    int const idle_seconds = 60, probes = 3, probe_seconds = 10;
    struct Option {
        int name;
        void const *value;
    };
    std::vector<Option> options = {
        {LDAP_OPT_PROTOCOL_VERSION, &version},
        {LDAP_OPT_REFERRALS, LDAP_OPT_OFF},
        {LDAP_OPT_RESTART, LDAP_OPT_ON},
        {LDAP_OPT_NETWORK_TIMEOUT, &limit},
        {LDAP_OPT_TIMEOUT, &limit}, // of StartTLS, which has no other
        {LDAP_OPT_X_KEEPALIVE_IDLE, &idle_seconds},
        {LDAP_OPT_X_KEEPALIVE_PROBES, &probes},
        {LDAP_OPT_X_KEEPALIVE_INTERVAL, &probe_seconds},
        {LDAP_OPT_X_TLS_REQUIRE_CERT, &require},
    };
    auto const add_text = [&](int name, std::string const &value) {
        if (!value.empty())
            options.push_back({name, value.c_str()});
    };
    add_text(LDAP_OPT_X_TLS_CACERTFILE, m_settings.tls_ca_file);
    add_text(LDAP_OPT_X_TLS_CERTFILE, m_settings.tls_certificate_file);
    add_text(LDAP_OPT_X_TLS_KEYFILE, m_settings.tls_key_file);
    for (auto const &[name, value] : options)
        if (ldap_set_option(connection, name, value) != LDAP_OPT_SUCCESS)
            return Error{ErrorKind::temporary, "cannot set libldap's option " + std::to_string(name)};
    if (ldap_set_option(connection, LDAP_OPT_X_TLS_NEWCTX, &new_context) != LDAP_OPT_SUCCESS)
        return Error{ErrorKind::temporary, "cannot use the TLS settings (" + m_settings.tls_ca_file + ' ' +
                                               m_settings.tls_certificate_file + ')'};
    return {};
}

Result<void> LdapConnection::bind(std::string const &uri)
{
    std::string const what = uri + ": bind" + (m_settings.sasl_external ? " (SASL EXTERNAL)" : "") +
                             (m_settings.bind_dn.empty() ? "" : " as " + m_settings.bind_dn);
    berval password{m_settings.password.size(), const_cast<char *>(m_settings.password.data())};
    berval nobody_else{0, const_cast<char *>("")}; // an authorization identity of its own is not asked for
    int id = 0;
    int const code =
        m_settings.sasl_external
            ? ldap_sasl_bind(m_connection.get(), nullptr, "EXTERNAL", &nobody_else, nullptr, nullptr, &id)
            : ldap_sasl_bind(m_connection.get(), m_settings.bind_dn.c_str(), LDAP_SASL_SIMPLE, &password,
                             nullptr, nullptr, &id);
    if (code != LDAP_SUCCESS)
        return failure(code, what);
    auto const answer = next(id, true);
    return answer ? finish(*answer, what) : Error{answer.error().kind, what + ": " + answer.error().message};
}

// ---------------------------------------------------------------- requests and answers

/// The message id. Connects, and connects again if the server has gone since.
Result<int> LdapConnection::send(Send const &send)
{
    for (bool again = true;; again = false) {
        if (auto const connected = connect(); !connected)
            return connected.error();
        int id = 0;
        auto const code = send(m_connection.get(), id);
        if (!code)
            return code.error();
        if (*code == LDAP_SUCCESS)
            return id;
        auto error = failure(*code, "sending a request");
        if (*code != LDAP_SERVER_DOWN)
            return error;
        disconnect();
        if (!again)
            return error;
    }
}

/// The next message of an answer, or all of it.
Result<LdapConnection::Message> LdapConnection::next(int message_id, bool whole)
{
    timeval limit = seconds(m_settings.answer_seconds);
    LDAPMessage *raw = nullptr;
    int const type =
        ldap_result(m_connection.get(), message_id, whole ? LDAP_MSG_ALL : LDAP_MSG_ONE, &limit, &raw);
    Message message(raw, ldap_msgfree);
    if (type > 0)
        return message;
    if (type == 0) {
        ldap_abandon_ext(m_connection.get(), message_id, nullptr, nullptr);
        disconnect(); // a server that is so slow has other requests of ours in its queue
        return Error{ErrorKind::temporary,
                     "no answer within " + std::to_string(m_settings.answer_seconds) + " seconds"};
    }
    int code = LDAP_SERVER_DOWN;
    ldap_get_option(m_connection.get(), LDAP_OPT_RESULT_CODE, &code);
    auto error = failure(code, "waiting for an answer");
    error.kind = ErrorKind::temporary;
    disconnect();
    return error;
}

/// The outcome that a final answer tells. `code`: also set where that is an error.
Result<void> LdapConnection::finish(Message const &message, std::string const &what, LDAPControl ***controls,
                                    int *code)
{
    int outcome = LDAP_OTHER;
    char *raw_text = nullptr;
    int const parsed = ldap_parse_result(m_connection.get(), message.get(), &outcome, nullptr, &raw_text,
                                         nullptr, controls, 0);
    std::unique_ptr<char, FreeMemory> const text(raw_text);
    if (parsed != LDAP_SUCCESS)
        outcome = parsed;
    if (code)
        *code = outcome;
    if (outcome == LDAP_SUCCESS)
        return {};
    std::string said = what + ": " + ldap_err2string(outcome);
    if (raw_text && *raw_text != '\0')
        said += std::string(" (") + raw_text + ')';
    return Error{kind_of(outcome), sanitize_utf8(said)};
}

} // namespace eas
