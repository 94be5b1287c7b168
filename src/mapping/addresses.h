// Address header fields as EAS shows them. RFC 5322 section 3.4, read leniently: the store has decoded
// encoded words already, so that a name may hold a comma without quotes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct Address {
    std::string name;    ///< unquoted; "" if there is none
    std::string address; ///< "local@domain"; what the field says if it is none
    bool operator==(Address const &) const = default;
};

/// The mailboxes of a field, those of groups included.
std::vector<Address> parse_addresses(std::string_view field);

/// "\"Name\" <local@domain>" or "local@domain", each with `separator` between, as many as fit into
/// `max_bytes`. MS-ASEMAIL 2.2.2.79 (To), 2.2.2.66 (ReplyTo).
std::string format_addresses(std::vector<Address> const &addresses, std::string_view separator,
                             size_t max_bytes = 32768);

/// Names, or addresses where there is no name, separated by "; ". MS-ASEMAIL 2.2.2.29.
std::string format_display_names(std::vector<Address> const &addresses);

} // namespace eas
