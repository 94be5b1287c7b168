// See ldap-ports.h.
#include "eas/ldap-ports.h"
#include "eas/ldap-settings.h"
#include "stores/ldap-collected.h"
#include "stores/ldap-contact-store.h"
#include "stores/ldap-directory.h"
#include "stores/ldap-text.h"
#include <fstream>
#include <iterator>
#include <utility>

namespace eas {

namespace {

/// The user's own books are searched too, under names of their own.
LdapDirectorySettings directory_settings(struct eas_settings const &set, std::string_view user)
{
    LdapDirectorySettings settings;
    settings.books = parse_ldap_books(set.eas_ldap_directory_bases, user);
    settings.filter = set.eas_ldap_directory_filter;
    settings.searched_attributes = ldap_words(set.eas_ldap_directory_attributes);
    settings.least_characters = set.eas_ldap_directory_min_length;
    if (*set.eas_ldap_collected_base != '\0')
        settings.books.push_back(
            {"Collected", ldap_dn_for_user(set.eas_ldap_collected_base, user), true, false});
    if (*set.eas_ldap_contacts_base != '\0')
        settings.books.push_back({"", ldap_dn_for_user(set.eas_ldap_contacts_base, user), true, true});
    return settings;
}

/// What the admin's file says, or the built-in map without one. Nothing if it is wrong: contacts that are
/// written by another map than was meant could not be put right again.
std::optional<ContactMap> contact_map(char const *path)
{
    if (*path == '\0')
        return standard_contact_map();
    std::ifstream file(path);
    std::string const text(std::istreambuf_iterator<char>(file), {});
    if (!file) {
        i_error("eas_ldap_contacts_map: %s cannot be read; phones get no contacts", path);
        return std::nullopt;
    }
    auto map = parse_contact_map(text);
    if (!map) {
        i_error("eas_ldap_contacts_map: %s: %s; phones get no contacts", path, map.error().message.c_str());
        return std::nullopt;
    }
    return std::move(*map);
}

/// Without a server there is no directory, which is meant where nothing is to be looked for in one. Said once
/// by a process.
void warn_of_settings_without_server(struct eas_settings const &set)
{
    static bool is_said = false;
    struct Setting {
        char const *name, *value, *missing;
    };
    Setting const settings[] = {
        {"eas_ldap_contacts_base", set.eas_ldap_contacts_base, "contacts"},
        {"eas_ldap_directory_bases", set.eas_ldap_directory_bases, "directory"},
        {"eas_ldap_collected_base", set.eas_ldap_collected_base, "collected addresses"},
    };
    if (std::exchange(is_said, true))
        return;
    for (auto const &[name, value, missing] : settings)
        if (*value != '\0')
            i_warning("%s is set and eas_ldap_uris, which names the LDAP servers, is empty: phones get no %s",
                      name, missing);
}

} // namespace

LdapPorts::LdapPorts(UserSession const &session, StateStore &state)
{
    auto const &set = session.dovecot_settings();
    if (*set.eas_ldap_uris == '\0') {
        warn_of_settings_without_server(set);
        return;
    }
    std::string const user = session.user()->username;
    m_connection = std::make_unique<LdapConnection>(ldap_settings(set, user));
    if (auto settings = directory_settings(set, user); !settings.books.empty())
        m_directory = std::make_unique<LdapDirectory>(*m_connection, std::move(settings));
    auto map = *set.eas_ldap_contacts_base == '\0' ? std::nullopt : contact_map(set.eas_ldap_contacts_map);
    if (map) {
        LdapContactSettings contacts;
        contacts.map = std::move(*map);
        contacts.base = ldap_dn_for_user(set.eas_ldap_contacts_base, user);
        contacts.warn = [](std::string const &text) { i_warning("%s", text.c_str()); };
        m_contacts = std::make_unique<LdapContactStore>(*m_connection, std::move(contacts), state);
    }
    if (set.eas_collect_recipients > 0 && *set.eas_ldap_collected_base != '\0')
        m_collected = std::make_unique<LdapCollected>(
            *m_connection, ldap_dn_for_user(set.eas_ldap_collected_base, user), set.eas_collect_recipients);
}

} // namespace eas
