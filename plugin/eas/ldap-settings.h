// The settings eas_ldap_* as the LDAP connection takes them: for the module, and for eas-ldap-watch.
#pragma once
#include "compat/storage.h"
extern "C" {
#include "settings/eas-settings.h"
}
#include "stores/ldap-connection.h"

namespace eas {

/// Of a setting that lists names.
std::vector<std::string> ldap_words(char const *text);

/// `user` is the full name; "": nobody, to do without eas_ldap_authorization_id.
LdapSettings ldap_settings(struct eas_settings const &set, std::string_view user);

} // namespace eas
