// See ldap-dn.h.
#include "stores/ldap-dn.h"
#include "base/text.h"
#include "stores/ldap-text.h"
#include <algorithm>
#include <ldap.h>
#include <memory>

namespace eas {

namespace {

struct FreeDn {
    void operator()(LDAPRDN *dn) const { ldap_dnfree(dn); }
    void operator()(char *text) const { ldap_memfree(text); }
};

std::unique_ptr<LDAPRDN, FreeDn> parse(std::string const &dn)
{
    LDAPDN parsed = nullptr;
    if (ldap_str2dn(dn.c_str(), &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return nullptr;
    return std::unique_ptr<LDAPRDN, FreeDn>(parsed);
}

std::string text(berval const &value)
{
    return {value.bv_val, value.bv_len};
}

bool has_value(Attributes const &attributes, NamePart const &part)
{
    return std::ranges::any_of(values_of(attributes, part.attribute),
                               [&](auto const &value) { return equals_ignoring_case(value, part.value); });
}

} // namespace

std::vector<NamePart> ldap_rdn(std::string const &dn)
{
    std::vector<NamePart> parts;
    auto const parsed = parse(dn);
    for (LDAPAVA **part = parsed && parsed.get()[0] ? parsed.get()[0] : nullptr; part && *part; ++part)
        parts.push_back({text((*part)->la_attr), text((*part)->la_value)});
    return parts;
}

std::string ldap_normal_dn(std::string const &dn)
{
    std::string normal;
    auto const parsed = parse(dn);
    for (LDAPRDN *rdn = parsed ? parsed.get() : nullptr; rdn && *rdn; ++rdn)
        for (LDAPAVA **part = *rdn; *part; ++part)
            normal += (normal.empty() ? ""
                       : part == *rdn ? ","
                                      : "+") +
                      to_lower(text((*part)->la_attr)) + '=' +
                      ldap_dn_value(to_lower(text((*part)->la_value)));
    return normal;
}

bool is_below_dn(std::string_view dn, std::string_view base)
{
    return dn == base || base.empty() || (dn.ends_with(base) && dn[dn.size() - base.size() - 1] == ',');
}

std::string ldap_rdn_with(std::string const &dn, Attributes const &attributes)
{
    std::string rdn;
    bool differs = false;
    for (auto const &part : ldap_rdn(dn)) {
        auto const &values = values_of(attributes, part.attribute);
        bool const stays = values.empty() || has_value(attributes, part);
        differs = differs || !stays;
        rdn += (rdn.empty() ? "" : "+") + part.attribute + '=' +
               ldap_dn_value(stays ? part.value : values.front());
    }
    return differs ? rdn : std::string();
}

Attributes with_rdn_values(std::string const &dn, Attributes attributes)
{
    for (auto const &part : ldap_rdn(dn))
        if (!has_value(attributes, part))
            attributes[part.attribute].push_back(part.value);
    return attributes;
}

} // namespace eas
