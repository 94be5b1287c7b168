// See ldap-settings.h.
#include "eas/ldap-settings.h"
#include "base/text.h"
#include "stores/ldap-text.h"

namespace eas {

std::vector<std::string> ldap_words(char const *text)
{
    std::vector<std::string> result;
    for (auto const word : split(text, ' '))
        if (!word.empty())
            result.emplace_back(word);
    return result;
}

LdapSettings ldap_settings(struct eas_settings const &set, std::string_view user)
{
    LdapSettings settings;
    settings.uris = ldap_words(set.eas_ldap_uris);
    settings.bind_dn = set.eas_ldap_bind_dn;
    settings.password = set.eas_ldap_password;
    settings.sasl_external = set.eas_ldap_sasl_external;
    settings.start_tls = set.eas_ldap_start_tls;
    settings.tls_verify = set.eas_ldap_tls_verify;
    settings.tls_ca_file = set.eas_ldap_tls_ca_file;
    settings.tls_certificate_file = set.eas_ldap_tls_cert_file;
    settings.tls_key_file = set.eas_ldap_tls_key_file;
    if (!user.empty())
        settings.authorization_id = ldap_dn_for_user(set.eas_ldap_authorization_id, user);
    settings.connect_seconds = set.eas_ldap_connect_timeout;
    settings.answer_seconds = set.eas_ldap_timeout;
    return settings;
}

} // namespace eas
