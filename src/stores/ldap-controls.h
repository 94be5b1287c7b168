// Controls of LDAP requests and answers: what libldap has no functions for is encoded here. Proxied
// authorization RFC 4370, assertion RFC 4528, paged results RFC 2696, content synchronisation RFC 4533.
#pragma once
#include "stores/ldap-connection.h"
#include <ldap.h>

namespace eas {

/// The controls of one request. What could not be encoded (out of memory, no filter) is an error of list().
class LdapControls {
public:
    explicit LdapControls(LDAP *connection) : m_connection(connection) {}
    ~LdapControls();
    LdapControls(LdapControls const &) = delete;
    LdapControls &operator=(LdapControls const &) = delete;

    void act_as(std::string const &authorization_id); ///< "": nothing
    void assert_filter(std::string const &filter);    ///< "": nothing
    void page(uint32_t entries, std::string const &cookie);
    enum class Refresh { only, and_persist };
    void refresh(std::string const &cookie, Refresh mode = Refresh::only);
    /// Ends with a null pointer; lives as long as this.
    Result<LDAPControl **> list();

private:
    void add(char const *oid, std::string_view value, bool critical);

    LDAP *m_connection;
    std::vector<LDAPControl *> m_controls;
    int m_error = LDAP_SUCCESS;
};

/// The cookie of the next page in an answer's controls; "" after the last one.
std::string next_page_cookie(LDAP *connection, LDAPControl **controls);

struct LdapSyncState {
    int state = LDAP_SYNC_PRESENT; ///< LDAP_SYNC_PRESENT, ADD, MODIFY or DELETE
    std::string uuid;
    std::string cookie; ///< "": as before
};
/// Of an entry. RFC 4533 2.3.
std::optional<LdapSyncState> sync_state(LDAPControl **controls);

struct LdapSyncDone {
    std::string cookie;
    bool refresh_deletes = false;
};
/// Of the final answer. RFC 4533 2.4.
std::optional<LdapSyncDone> sync_done(LDAPControl **controls);

struct LdapSyncInfo {
    std::string cookie;
    bool is_id_set = false;
    bool present_phase_ended = false; ///< what was not named is gone
    bool refresh_deletes = false;     ///< of a set: they are gone; else they are still there
    bool refresh_done = false;        ///< what follows happens from now on
    std::vector<std::string> uuids;
};
/// Of an intermediate answer; nothing if it says something else. RFC 4533 2.5.
std::optional<LdapSyncInfo> sync_info_of(ldap *connection, ldapmsg *message);

} // namespace eas
