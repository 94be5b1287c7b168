// The cookies of OpenLDAP's content synchronisation, "rid=000,csn=<one>;<another>": how far a server has got,
// by the latest change of each server that is written to. Each of these change sequence numbers begins with
// the time, "20261130071742.957350Z#000000#001#000000"; between the last two "#" is who made the change.
// Cookies of other servers say nothing here.
#pragma once
#include "base/time.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// A cookie that says so.
std::string ldap_cookie(std::vector<std::string> const &csns);
/// The latest one in it; "" if there is none.
std::string latest_csn(std::string_view cookie);
/// Whether a server that is at `cookie` lacks a change of the day before `now` that one at `known` had.
bool is_behind(std::string_view cookie, std::string_view known, Instant now);
/// As far as any of the two.
std::string farthest_cookie(std::string_view one, std::string_view other);

} // namespace eas
