// The lists of what a client takes: Accept-Encoding, Accept-Language. RFC 9110 12.4.2, 12.5.
#pragma once
#include <string_view>
#include <vector>

namespace eas {

struct Acceptable {
    std::string_view name; ///< points into the field; may be "*"
    unsigned weight;       ///< thousandths, to 1000; 0 is what the client does not take
};

/// In their order. An item whose weight is unreadable has 0, one without any 1000.
std::vector<Acceptable> parse_accept_field(std::string_view value);

} // namespace eas
