// See ldap-collected.h.
#include "stores/ldap-collected.h"
#include "stores/ldap-text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t longest_address = 254, longest_name = 200; // bytes

struct NamingPart {
    std::string attribute, value;
};
/// What stands in front of a DN, without escapes: "ou", "collected".
NamingPart naming_part(std::string_view dn)
{
    NamingPart part;
    auto const equals = dn.find('=');
    if (equals == dn.npos)
        return part;
    part.attribute = trim(dn.substr(0, equals));
    for (size_t i = equals + 1; i < dn.size() && dn[i] != ','; ++i) {
        if (dn[i] != '\\') {
            part.value += dn[i];
        } else if (auto const byte = hex_decode(dn.substr(i + 1, 2)); byte && byte->size() == 1) {
            part.value += *byte;
            i += 2;
        } else if (i + 1 < dn.size()) {
            part.value += dn[++i];
        }
    }
    return part;
}

LdapAttributes entry_of(CollectedAddress const &address)
{
    std::string const name(utf8_prefix(address.name.empty() ? address.address : address.name, longest_name));
    auto const blank = name.rfind(' ');
    return {{"objectClass", {"inetOrgPerson"}},
            {"cn", {name}},
            {"sn", {blank == name.npos ? name : name.substr(blank + 1)}},
            {"mail", {address.address}}};
}

} // namespace

Result<void> LdapCollected::make_container()
{
    auto const [attribute, value] = naming_part(m_base);
    bool const is_unit = equals_ignoring_case(attribute, "ou");
    if (!is_unit && !equals_ignoring_case(attribute, "cn"))
        return Error{ErrorKind::bad_request, "cannot make the container " + m_base + ": it is no ou or cn"};
    auto const made =
        m_connection.add(m_base, {{"objectClass", {is_unit ? "organizationalUnit" : "applicationProcess"}},
                                  {attribute, {value}}});
    return made || made.error().kind == ErrorKind::exists ? Result<void>() : made;
}

Result<bool> LdapCollected::add(CollectedAddress const &address)
{
    auto const dn = "mail=" + ldap_dn_value(address.address) + ',' + m_base;
    auto added = m_connection.add(dn, entry_of(address));
    if (!added && added.error().kind == ErrorKind::not_found) {
        if (auto const made = make_container(); !made)
            return made.error();
        added = m_connection.add(dn, entry_of(address));
    }
    if (added)
        return true;
    return added.error().kind == ErrorKind::exists ? Result<bool>(false) : added.error();
}

Result<void> LdapCollected::remove_oldest()
{
    auto found = m_connection.search({m_base, LdapScope::one_level, "(mail=*)", {"createTimestamp"}});
    if (!found)
        return found.error();
    auto &entries = found->entries;
    if (found->incomplete || entries.size() <= m_most)
        return {};
    std::ranges::sort(entries, {}, [](LdapEntry const &entry) { return entry.first("createTimestamp"); });
    for (size_t i = 0; i < entries.size() - m_most; ++i)
        if (auto const removed = m_connection.remove(entries[i].dn);
            !removed && removed.error().kind != ErrorKind::not_found)
            return removed;
    return {};
}

Result<void> LdapCollected::add(std::vector<CollectedAddress> const &addresses)
{
    bool any = false;
    for (auto const &each : addresses) {
        if (each.address.size() > longest_address)
            continue;
        auto const added = add(each);
        if (!added)
            return added.error();
        any = any || *added;
    }
    return any ? remove_oldest() : Result<void>();
}

} // namespace eas
