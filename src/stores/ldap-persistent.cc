// Content synchronisation that goes on (RFC 4533 3.4), for LdapConnection (ldap-connection.h). Of the entries
// only the names are told.
#include "stores/ldap-connection.h"
#include "stores/ldap-controls.h"

namespace eas {

namespace {

/// At once; the caller comes back for the rest.
constexpr size_t most_messages = 1000;

struct FreeMemory {
    void operator()(char *text) const { ldap_memfree(text); }
    void operator()(LDAPControl **controls) const { ldap_controls_free(controls); }
};
template <class T> using Freed = std::unique_ptr<T, FreeMemory>;

} // namespace

int LdapConnection::descriptor() const
{
    int descriptor = -1;
    if (m_connection)
        ldap_get_option(m_connection.get(), LDAP_OPT_DESC, &descriptor);
    return descriptor;
}

Result<void> LdapConnection::begin_persistent(LdapSearch const &search, std::string const &cookie)
{
    auto const id = send([&](LDAP *connection, int &message_id) -> Result<int> {
        LdapControls controls(connection);
        controls.refresh(cookie, LdapControls::Refresh::and_persist);
        auto const list = controls.list();
        if (!list)
            return list.error();
        char no_attributes[] = LDAP_NO_ATTRS;
        char *attributes[] = {no_attributes, nullptr};
        return ldap_search_ext(connection, search.base.c_str(), LDAP_SCOPE_SUBTREE, search.filter.c_str(),
                               attributes, 0, *list, nullptr, nullptr, 0, &message_id);
    });
    if (!id)
        return id.error();
    m_persistent = {*id, cookie, false};
    return {};
}

void LdapConnection::note_entry(ldapmsg *message, LdapNews &news)
{
    LDAPControl **raw = nullptr;
    ldap_get_entry_controls(m_connection.get(), message, &raw);
    Freed<LDAPControl *> const controls(raw);
    auto const state = sync_state(raw);
    if (state && !state->cookie.empty())
        m_persistent.cookie = state->cookie;
    if (state && state->state == LDAP_SYNC_PRESENT)
        return;
    if (Freed<char> const dn(ldap_get_dn(m_connection.get(), message)); dn && *dn)
        news.dns.emplace_back(dn.get());
    else
        news.some_unnamed = true;
}

void LdapConnection::note_intermediate(ldapmsg *message, LdapNews &news)
{
    auto const info = sync_info_of(m_connection.get(), message);
    if (!info)
        return;
    if (!info->cookie.empty())
        m_persistent.cookie = info->cookie;
    news.some_unnamed =
        news.some_unnamed || info->present_phase_ended || (info->is_id_set && info->refresh_deletes);
    m_persistent.is_live = m_persistent.is_live || info->refresh_done;
}

/// Always an error: it goes on until somebody ends it.
Result<void> LdapConnection::end_of_persistent(Message const &message)
{
    int code = LDAP_SUCCESS;
    auto const finished = finish(message, "persistent search", nullptr, &code);
    disconnect();
    std::string const text =
        finished ? "the directory ended the persistent search" : finished.error().message;
    // OpenLDAP is unwilling where the cookie is newer than what it has: it is behind, or from a backup.
    if (code == LDAP_SYNC_REFRESH_REQUIRED || code == LDAP_UNWILLING_TO_PERFORM)
        return Error{ErrorKind::conflict, text};
    if (code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION)
        return Error{ErrorKind::bad_request, text};
    return Error{finished ? ErrorKind::temporary : finished.error().kind, text};
}

Result<LdapNews> LdapConnection::news()
{
    LdapNews news;
    news.is_more = true;
    for (size_t i = 0; news.is_more && i < most_messages; ++i) {
        timeval no_time{};
        LDAPMessage *raw = nullptr;
        int const type =
            ldap_result(m_connection.get(), m_persistent.message_id, LDAP_MSG_ONE, &no_time, &raw);
        Message const message(raw, ldap_msgfree);
        if (type < 0) {
            int code = LDAP_SERVER_DOWN;
            ldap_get_option(m_connection.get(), LDAP_OPT_RESULT_CODE, &code);
            auto error = failure(code, "persistent search");
            disconnect();
            return Error{ErrorKind::temporary, error.message};
        }
        news.is_more = type != 0;
        if (type == LDAP_RES_SEARCH_ENTRY)
            note_entry(raw, news);
        else if (type == LDAP_RES_INTERMEDIATE)
            note_intermediate(raw, news);
        else if (type == LDAP_RES_SEARCH_RESULT)
            return end_of_persistent(message).error();
    }
    news.is_live = m_persistent.is_live;
    return news;
}

} // namespace eas
