// See ldap-text.h.
#include "stores/ldap-text.h"
#include "base/text.h"

namespace eas {

namespace {

using Escape = std::string (*)(std::string_view);

std::string backslash_hex(char byte)
{
    return '\\' + hex_encode(std::string_view(&byte, 1));
}

std::string domain_components(std::string_view domain)
{
    std::string components;
    for (auto const part : split(domain, '.'))
        components += (components.empty() ? "dc=" : ",dc=") + ldap_dn_value(part);
    return components;
}

std::string for_user(std::string_view pattern, std::string_view user, Escape escape)
{
    auto const at = user.find('@');
    auto const domain = at == user.npos ? std::string_view() : user.substr(at + 1);
    std::string text;
    for (size_t i = 0; i < pattern.size(); ++i) {
        char const letter = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
        switch (letter) {
        case 'u':
            text += escape(user);
            break;
        case 'n':
            text += escape(user.substr(0, at));
            break;
        case 'd':
            text += escape(domain);
            break;
        case 'D':
            text += domain_components(domain);
            break;
        case '%':
            text += '%';
            break;
        default:
            text += pattern[i];
            continue;
        }
        ++i;
    }
    return text;
}

} // namespace

std::string ldap_filter_value(std::string_view value)
{
    static constexpr std::string_view special("*()\\\0", 5);
    std::string text;
    for (char const c : value)
        if (special.find(c) != special.npos || static_cast<unsigned char>(c) >= 0x80)
            text += backslash_hex(c);
        else
            text += c;
    return text;
}

std::string ldap_dn_value(std::string_view value)
{
    static constexpr std::string_view special("\"+,;<>\\=\0", 9);
    std::string text;
    for (size_t i = 0; i < value.size(); ++i) {
        char const c = value[i];
        bool const at_edge = (i == 0 && (c == ' ' || c == '#')) || (i + 1 == value.size() && c == ' ');
        if (at_edge || special.find(c) != special.npos || static_cast<unsigned char>(c) < ' ')
            text += backslash_hex(c);
        else
            text += c;
    }
    return text;
}

std::string ldap_dn_for_user(std::string_view pattern, std::string_view user)
{
    return for_user(pattern, user, ldap_dn_value);
}

std::string ldap_filter_for_user(std::string_view pattern, std::string_view user)
{
    return for_user(pattern, user, ldap_filter_value);
}

} // namespace eas
