// Names with values, as an LDAP entry has them (RFC 4512 2.3): a name may have several values, and is the
// same name in upper and lower case.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct AttributeNameLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const
    {
        auto const lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        };
        return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
    }
};

using AttributeValues = std::vector<std::string>;
/// By attribute description, options included ("userCertificate;binary").
using Attributes = std::map<std::string, AttributeValues, AttributeNameLess>;

/// None if there is no such attribute.
inline AttributeValues const &values_of(Attributes const &attributes, std::string_view name)
{
    static AttributeValues const none;
    auto const found = attributes.find(name);
    return found == attributes.end() ? none : found->second;
}

} // namespace eas
