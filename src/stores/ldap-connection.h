// A connection to an LDAP directory (RFC 4511), on libldap. It connects when it is first used, again when the
// server closed it, and to the next server when one does not answer. Every call ends within its time-outs.
// Referrals and aliases are not followed. With an authorization id every operation is done as that identity
// (RFC 4370), so that the directory's own rights hold. The process must ignore SIGPIPE, as Dovecot's do:
// libldap says good-bye on connections that the server has closed.
//
// Errors of all calls: temporary (not reachable, too slow, busy, refuses to change anything at the moment);
// denied (the directory's rights); not_found (the entry or the base); exists; conflict (an assertion failed,
// or a value that was to be removed is not there); bad_request (against the directory's schema, or no DN or
// filter); too_large (a limit of the directory).
#pragma once
#include "base/attributes.h"
#include "base/result.h"
#include "base/text.h"
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// LDAP, LDAPControl and LDAPMessage of <ldap.h>
struct ldap;
struct ldapcontrol;
struct ldapmsg;

namespace eas {

struct LdapSettings {
    std::vector<std::string> uris; ///< ldap://, ldaps://, ldapi://; the first that answers is used
    std::string bind_dn;           ///< "": anonymous, or SASL EXTERNAL where that is set
    std::string password;
    bool sasl_external = false; ///< as who the socket (ldapi) or the client certificate says
    bool start_tls = false;     ///< on ldap://; without TLS nothing is sent
    bool tls_verify = true;     ///< the server's certificate and name
    std::string tls_ca_file;
    std::string tls_certificate_file, tls_key_file; ///< of ours; "": none
    std::string authorization_id;                   ///< "dn:..." or "u:..." of RFC 4513 5.2.1.8; "": none
    uint32_t connect_seconds = 3;                   ///< for each server, TLS and bind included
    uint32_t answer_seconds = 15;                   ///< for each answer of the server
    bool operator==(LdapSettings const &) const = default;
};

using LdapValues = AttributeValues;
using LdapAttributes = Attributes;

struct LdapEntry {
    std::string dn;
    LdapAttributes attributes;

    LdapValues const &values(std::string_view name) const { return values_of(attributes, name); }
    std::string first(std::string_view name) const; ///< "" if it lacks the attribute
};

enum class LdapScope { base, one_level, subtree };

struct LdapSearch {
    std::string base;
    LdapScope scope = LdapScope::subtree;
    std::string filter = "(objectClass=*)";   ///< values by ldap_filter_value()
    std::vector<std::string> attributes = {}; ///< none: all user attributes; "1.1": none at all
    uint32_t size_limit = 0;                  ///< entries; 0: the server's own limit
};

struct LdapEntries {
    std::vector<LdapEntry> entries;
    bool incomplete = false; ///< cut by a size or time limit: what is missing may exist
};

struct LdapModification {
    enum class Kind { add, remove, replace };
    Kind kind = Kind::replace;
    std::string attribute;
    LdapValues values = {}; ///< none: remove or replace with nothing
};

/// What a content synchronisation that goes on tells meanwhile. RFC 4533 3.4.
struct LdapNews {
    std::vector<std::string> dns; ///< of entries that came, changed or went
    bool some_unnamed = false;    ///< others may have gone
    bool is_live = false;         ///< what has happened before was told
    bool is_more = false;         ///< ask again at once
};

/// What changed since a cookie. RFC 4533 3.3; a UUID is 16 bytes.
struct LdapRefresh {
    struct Entry {
        std::string uuid;
        LdapEntry entry;
    };
    std::vector<Entry> entries;       ///< new or changed
    std::vector<std::string> removed; ///< UUIDs that are no longer in the content
    std::string cookie;               ///< for the next time; "": it knows no synchronisation of this content
    /// What `entries` and `removed` are. Of neither: whoever wants to know looks at the content, after this.
    enum class Tells { neither, changes, all } tells = Tells::neither;
};

class LdapConnection {
public:
    explicit LdapConnection(LdapSettings settings);
    ~LdapConnection();
    LdapConnection(LdapConnection const &) = delete;
    LdapConnection &operator=(LdapConnection const &) = delete;

    /// Entries in the order in which the server sends them, in pages of its choice.
    Result<LdapEntries> search(LdapSearch const &search);
    /// The same, one at a time, for results that may be large: true if incomplete. Entries that were given to
    /// `each` before an error are no whole.
    Result<bool> search(LdapSearch const &search, std::function<void(LdapEntry)> const &each);
    Result<LdapEntry> read(std::string const &dn, std::vector<std::string> const &attributes);

    /// Content synchronisation, one refresh since `cookie`; "": from the start. It may be older than the
    /// content: OpenLDAP's is as before each write that is still on its way, without what came after it.
    Result<LdapRefresh> refresh(LdapSearch const &search, std::string const &cookie);

    /// Begins a content synchronisation that goes on, with the rights of the account that is bound. Nothing
    /// else may be asked on this connection before end_persistent().
    Result<void> begin_persistent(LdapSearch const &search, std::string const &cookie);
    /// What has come meanwhile; does not wait for more. After an error it has ended: bad_request: the server
    /// knows no such thing; conflict: it cannot continue from that cookie.
    Result<LdapNews> news();
    /// Where to continue; "" before the server has said so.
    std::string const &persistent_cookie() const { return m_persistent.cookie; }
    void end_persistent() { disconnect(); }
    /// Becomes readable when news() has something; -1 while there is no connection.
    int descriptor() const;

    // When the connection breaks in the middle of one of these the error is temporary, and it may have been
    // done.

    Result<void> add(std::string const &dn, LdapAttributes const &attributes);
    /// `assertion`: a filter that the entry must match, else conflict (RFC 4528); "": none.
    Result<void> modify(std::string const &dn, std::vector<LdapModification> const &modifications,
                        std::string const &assertion = {});
    /// `new_parent`: a DN; "": it stays where it is.
    Result<void> rename(std::string const &dn, std::string const &new_rdn, bool delete_old_values,
                        std::string const &assertion = {}, std::string const &new_parent = {});
    Result<void> remove(std::string const &dn, std::string const &assertion = {});

    /// Whether the server announces this OID in attribute `kind` of its root DSE ("supportedControl").
    Result<bool> supports(std::string_view kind, std::string const &oid);
    /// How far the server has got with the part of the tree that `dn` is in (ldap-cookie.h); "" if it does
    /// not say so.
    Result<std::string> current_cookie(std::string const &dn);
    /// The identity that the directory knows us as, "dn:..." (RFC 4532).
    Result<std::string> who_am_i();
    std::string const &authorization_id() const { return m_settings.authorization_id; }
    /// As whom the next operations are done; see LdapSettings.
    void act_as(std::string authorization_id) { m_settings.authorization_id = std::move(authorization_id); }

private:
    using Message = std::unique_ptr<ldapmsg, int (*)(ldapmsg *)>;
    /// Sends one request; what the library's function returns. An error if it could not be encoded.
    using Send = std::function<Result<int>(ldap *connection, int &message_id)>;
    using Write = std::function<int(ldap *connection, ldapcontrol **controls, int *message_id)>;
    using EachEntry = std::function<void(LdapEntry)>;
    struct Page {
        bool incomplete = false;
        std::string next; ///< "" after the last one
    };

    bool is_open();
    void disconnect() { m_connection.reset(); }
    Result<LdapEntry const *> root_dse();
    Result<void> connect();
    Result<void> connect_to(std::string const &uri);
    Result<void> open(std::string const &uri);
    bool uses_tls(std::string const &uri) const;
    Result<void> set_options();
    Result<void> bind(std::string const &uri);
    Result<int> send(Send const &send);
    Result<Message> next(int message_id, bool whole);
    Result<void> finish(Message const &message, std::string const &what, ldapcontrol ***controls = nullptr,
                        int *code = nullptr);
    Result<Page> search_page(LdapSearch const &search, std::string const &page_cookie, uint32_t left,
                             EachEntry const &each);
    Result<void> write(std::string const &what, std::string const &assertion, Write const &write);
    void note_entry(ldapmsg *message, LdapNews &news);
    void note_intermediate(ldapmsg *message, LdapNews &news);
    Result<void> end_of_persistent(Message const &message);
    Error failure(int code, std::string const &what) const;

    LdapSettings m_settings;
    struct Close {
        void operator()(ldap *connection) const;
    };
    std::unique_ptr<ldap, Close> m_connection;
    size_t m_preferred = 0; ///< index of the URI that answered last
    std::optional<std::chrono::steady_clock::time_point> m_down_until;
    std::string m_down_reason;
    std::optional<LdapEntry> m_root_dse; ///< of the server that we are connected to
    struct {
        int message_id = -1;
        std::string cookie;
        bool is_live = false;
    } m_persistent;
};

} // namespace eas
