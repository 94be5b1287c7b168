// Text that goes into DNs and filters. Whatever a phone or a user's name holds becomes a value there and
// nothing else: RFC 4514 2.4 and RFC 4515 3 say which characters are escaped.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// A value within a filter: "*" is matched as a star, parentheses, backslash, NUL and bytes beyond ASCII are
/// escaped.
std::string ldap_filter_value(std::string_view value);

/// A value within a DN.
std::string ldap_dn_value(std::string_view value);

/// `pattern` with %u (jane@example.org), %n (jane), %d (example.org; "" without a domain) of `user` as
/// escaped values, %% as a percent sign; each "." of the domain starts another component in %D:
/// "dc=example,dc=org". Other sequences stay.
std::string ldap_dn_for_user(std::string_view pattern, std::string_view user);

/// The same for a pattern that is a filter.
std::string ldap_filter_for_user(std::string_view pattern, std::string_view user);

} // namespace eas
