// The header of one HTTP request as eas-login reads it: who asks, and the compact form that fits into
// the 1,218 bytes that Dovecot's log-in library may hand to a mail process (MASTER_AUTH_MAX_DATA_SIZE).
// RFC 9112 sections 2 to 6, read strictly: a reverse proxy in front must not see another message
// boundary than we do. Knows nothing of Dovecot, so that unit tests and fuzzers link it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

constexpr size_t max_raw_header_bytes = 16 * 1024;
/// Of a compact header, where as much unread input as is possible goes with it.
constexpr size_t max_compact_header_bytes = 600;

struct RequestHeader {
    struct Field {
        std::string_view name, value; ///< trimmed
    };
    std::string_view method, target, version; ///< version: "1.1" or "1.0"
    std::vector<Field> fields;

    /// The value of the first field of that name, any case; "" if there is none.
    std::string_view find(std::string_view name) const;
    size_t count(std::string_view name) const;
};

/// Parses a complete header (request line to empty line). All views point into `raw`. Nothing when it
/// is malformed: bare CR, NUL, folded lines, a blank before a colon, several Content-Length,
/// Transfer-Encoding together with Content-Length, HTTP/2 or 0.9.
std::optional<RequestHeader> parse_request_header(std::string_view raw);

/// Where the header ends (after its empty line) in `data`; npos when it is not complete.
size_t find_header_end(std::string_view data);

/// Whether the module uses the field.
bool is_kept_field(std::string_view name);

/// Request line and the fields that the module uses: User-Agent, Origin and Referer cut to 100 bytes,
/// Accept-Encoding to 60 and Accept-Language to 40, these two between items of their lists, or left out if
/// they would exceed `max_bytes`. May still be longer: the caller answers 431 then.
std::string compact_header(RequestHeader const &header, size_t max_bytes);

/// Whether the connection stays open for another request. RFC 9112 9.3.
bool asks_to_keep_alive(RequestHeader const &header);

struct Credentials {
    enum class Kind { none, malformed, basic, bearer };
    Kind kind = Kind::none;
    std::string user;     ///< basic: in the form that Dovecot authenticates, see login_user_name()
    std::string password; ///< basic: the password; bearer: the token
};

/// Of an Authorization field's value. RFC 7617, RFC 6750 section 2.1.
Credentials parse_authorization(std::string_view value);

/// Where a client is sent that asks for Autodiscover's document over plain HTTP and without credentials, as
/// they do at autodiscover.DOMAIN: to the same host's HTTPS. "" for any other request. MS-OXDISCO 3.1.5.4.
std::string autodiscover_redirect(RequestHeader const &header);

/// user@domain and bare names stay; "DOMAIN\user@domain" loses its prefix; "some.domain\user" becomes
/// user@some.domain; "DOMAIN\user" becomes user, to which Dovecot adds auth_default_realm.
std::string login_user_name(std::string_view typed);

/// SASL initial responses, base64. RFC 4616; RFC 7628 section 3.1.
std::string sasl_plain(std::string_view user, std::string_view password);
std::string sasl_oauthbearer(std::string_view user, std::string_view token);

/// How many bytes of body follow the header. Nothing when it is chunked or unreadable.
std::optional<size_t> sized_body_bytes(RequestHeader const &header);

/// The last address in X-Forwarded-For: the one that the trusted peer itself saw. "" if absent.
std::string_view forwarded_for(RequestHeader const &header);

} // namespace eas
