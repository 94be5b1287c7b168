// The operations of LdapConnection (ldap-connection.h): how each is asked and its answers are read.
#include "stores/ldap-connection.h"
#include "stores/ldap-controls.h"
#include "stores/ldap-cookie.h"
#include "stores/ldap-dn.h"
#include <algorithm>

namespace eas {

namespace {

constexpr uint32_t page_entries = 500;

struct FreeMemory {
    void operator()(char *text) const { ldap_memfree(text); }
    void operator()(BerElement *ber) const { ber_free(ber, 0); }
    void operator()(LDAPControl **controls) const { ldap_controls_free(controls); }
};
template <class T> using Freed = std::unique_ptr<T, FreeMemory>;

bool is_cut(int code)
{
    return code == LDAP_SIZELIMIT_EXCEEDED || code == LDAP_TIMELIMIT_EXCEEDED ||
           code == LDAP_ADMINLIMIT_EXCEEDED;
}

int native(LdapScope scope)
{
    return scope == LdapScope::base        ? LDAP_SCOPE_BASE
           : scope == LdapScope::one_level ? LDAP_SCOPE_ONELEVEL
                                           : LDAP_SCOPE_SUBTREE;
}

/// Strings as the arrays of pointers that libldap takes. `strings` must outlive it.
class Pointers {
public:
    explicit Pointers(std::vector<std::string> const &strings)
    {
        for (auto const &each : strings)
            m_pointers.push_back(const_cast<char *>(each.c_str()));
        m_pointers.push_back(nullptr);
    }
    char **list() { return m_pointers.size() == 1 ? nullptr : m_pointers.data(); }

private:
    std::vector<char *> m_pointers;
};

/// Modifications as libldap takes them; what it was made from must outlive it.
class Mods {
public:
    void add(int operation, std::string const &attribute, LdapValues const &values)
    {
        auto &mod = *m_mods.emplace_back(std::make_unique<Mod>());
        for (auto const &value : values)
            mod.bytes.push_back({value.size(), const_cast<char *>(value.data())});
        for (auto &value : mod.bytes)
            mod.values.push_back(&value);
        mod.values.push_back(nullptr);
        mod.native.mod_op = operation | LDAP_MOD_BVALUES;
        mod.native.mod_type = const_cast<char *>(attribute.c_str());
        mod.native.mod_bvalues = values.empty() ? nullptr : mod.values.data();
        m_list.push_back(&mod.native);
    }
    LDAPMod **list()
    {
        m_list.push_back(nullptr);
        return m_list.data();
    }

private:
    struct Mod {
        std::vector<berval> bytes;
        std::vector<berval *> values;
        LDAPMod native{};
    };
    std::vector<std::unique_ptr<Mod>> m_mods;
    std::vector<LDAPMod *> m_list;
};

LdapEntry read_entry(LDAP *connection, LDAPMessage *message)
{
    LdapEntry entry;
    std::unique_ptr<char, FreeMemory> const dn(ldap_get_dn(connection, message));
    if (dn)
        entry.dn = dn.get();
    BerElement *raw = nullptr;
    std::unique_ptr<char, FreeMemory> name(ldap_first_attribute(connection, message, &raw));
    std::unique_ptr<BerElement, FreeMemory> const position(raw);
    for (; name; name.reset(ldap_next_attribute(connection, message, raw))) {
        auto &values = entry.attributes[name.get()];
        berval **all = ldap_get_values_len(connection, message, name.get());
        for (berval **each = all; each && *each; ++each)
            values.emplace_back((*each)->bv_val, (*each)->bv_len);
        ldap_value_free_len(all);
    }
    return entry;
}

/// What the phases of a refresh tell. RFC 4533 3.3.
///
/// A server that no longer knows what was deleted tells what is still there (present phase). Of entries that
/// were restored from a backup it then names those that changed after the cookie only, so some would never be
/// seen: such an answer tells neither all nor what changed.
class RefreshReader {
public:
    explicit RefreshReader(LDAP *connection) : m_connection(connection) {}

    bool entry(LDAPMessage *message)
    {
        LDAPControl **raw = nullptr;
        ldap_get_entry_controls(m_connection, message, &raw);
        Freed<LDAPControl *> const controls(raw);
        auto state = sync_state(raw);
        if (!state)
            return false;
        if (state->state == LDAP_SYNC_DELETE)
            result.removed.push_back(std::move(state->uuid));
        else if (state->state == LDAP_SYNC_PRESENT)
            m_tells_what_is_left = true;
        else
            result.entries.push_back({std::move(state->uuid), read_entry(m_connection, message)});
        return true;
    }

    void intermediate(LDAPMessage *message)
    {
        auto const info = sync_info_of(m_connection, message);
        if (!info)
            return;
        if (!info->cookie.empty())
            result.cookie = info->cookie;
        if (info->refresh_deletes)
            result.removed.insert(result.removed.end(), info->uuids.begin(), info->uuids.end());
        else if (info->is_id_set || info->present_phase_ended)
            m_tells_what_is_left = true;
    }

    void done(LDAPControl **controls, bool from_start)
    {
        auto const done = sync_done(controls);
        if (done && !done->cookie.empty())
            result.cookie = done->cookie;
        if (done && from_start)
            result.tells = LdapRefresh::Tells::all;
        else if (done && done->refresh_deletes && !m_tells_what_is_left)
            result.tells = LdapRefresh::Tells::changes;
    }

    LdapRefresh result;

private:
    LDAP *m_connection;
    bool m_tells_what_is_left = false;
};

} // namespace

// ---------------------------------------------------------------- reading

Result<LdapConnection::Page> LdapConnection::search_page(LdapSearch const &search,
                                                         std::string const &page_cookie, uint32_t left,
                                                         EachEntry const &each)
{
    auto const id = send([&](LDAP *connection, int &message_id) -> Result<int> {
        LdapControls controls(connection);
        controls.act_as(m_settings.authorization_id);
        if (search.scope != LdapScope::base)
            controls.page(left > 0 ? std::min(left, page_entries) : page_entries, page_cookie);
        auto const list = controls.list();
        if (!list)
            return list.error();
        timeval limit{m_settings.answer_seconds, 0};
        return ldap_search_ext(connection, search.base.c_str(), native(search.scope), search.filter.c_str(),
                               Pointers(search.attributes).list(), 0, *list, nullptr, &limit,
                               static_cast<int>(left), &message_id);
    });
    if (!id)
        return id.error();
    for (;;) {
        auto const message = next(*id, false);
        if (!message)
            return message.error();
        int const type = ldap_msgtype(message->get());
        if (type == LDAP_RES_SEARCH_ENTRY)
            each(read_entry(m_connection.get(), message->get()));
        if (type != LDAP_RES_SEARCH_RESULT)
            continue;
        int code = LDAP_SUCCESS;
        LDAPControl **raw = nullptr;
        auto const finished = finish(*message, "search in " + search.base, &raw, &code);
        Freed<LDAPControl *> const controls(raw);
        if (is_cut(code))
            return Page{true, {}};
        return finished ? Result(Page{false, next_page_cookie(m_connection.get(), raw)}) : finished.error();
    }
}

Result<bool> LdapConnection::search(LdapSearch const &search, EachEntry const &each)
{
    std::string cookie;
    uint32_t count = 0;
    auto const counted = [&](LdapEntry entry) {
        ++count;
        each(std::move(entry));
    };
    do {
        uint32_t const left = search.size_limit > 0 ? search.size_limit - count : 0;
        auto const page = search_page(search, cookie, left, counted);
        if (!page)
            return page.error();
        if (page->incomplete)
            return true;
        cookie = page->next;
        if (search.size_limit > 0 && count >= search.size_limit)
            return !cookie.empty();
        if (!cookie.empty() && !is_open())
            return Error{ErrorKind::temporary, "the server closed the connection between two pages"};
    } while (!cookie.empty());
    return false;
}

Result<LdapEntries> LdapConnection::search(LdapSearch const &search)
{
    LdapEntries found;
    auto const incomplete =
        this->search(search, [&](LdapEntry entry) { found.entries.push_back(std::move(entry)); });
    if (!incomplete)
        return incomplete.error();
    found.incomplete = *incomplete;
    return found;
}

Result<LdapEntry> LdapConnection::read(std::string const &dn, std::vector<std::string> const &attributes)
{
    auto found = search({dn, LdapScope::base, "(objectClass=*)", attributes});
    if (!found)
        return found.error();
    if (found->entries.empty()) // there, and not for us to see
        return Error{ErrorKind::not_found, "there is no " + sanitize_utf8(dn)};
    return std::move(found->entries.front());
}

Result<LdapRefresh> LdapConnection::refresh(LdapSearch const &search, std::string const &cookie)
{
    auto const id = send([&](LDAP *connection, int &message_id) -> Result<int> {
        LdapControls controls(connection);
        controls.act_as(m_settings.authorization_id);
        controls.refresh(cookie);
        auto const list = controls.list();
        if (!list)
            return list.error();
        return ldap_search_ext(connection, search.base.c_str(), native(search.scope), search.filter.c_str(),
                               Pointers(search.attributes).list(), 0, *list, nullptr, nullptr,
                               static_cast<int>(search.size_limit), &message_id);
    });
    if (!id)
        return id.error();
    RefreshReader reader(m_connection.get());
    reader.result.cookie = cookie;
    for (;;) {
        auto const message = next(*id, false);
        if (!message)
            return message.error();
        switch (ldap_msgtype(message->get())) {
        case LDAP_RES_SEARCH_ENTRY:
            if (!reader.entry(message->get()))
                return LdapRefresh(); // it does not synchronise
            break;
        case LDAP_RES_INTERMEDIATE:
            reader.intermediate(message->get());
            break;
        case LDAP_RES_SEARCH_RESULT: {
            int code = LDAP_SUCCESS;
            LDAPControl **raw = nullptr;
            auto const finished = finish(*message, "content synchronisation of " + search.base, &raw, &code);
            Freed<LDAPControl *> const controls(raw);
            if (code == LDAP_SYNC_REFRESH_REQUIRED || code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION)
                return LdapRefresh();
            if (!finished)
                return finished.error();
            reader.done(raw, cookie.empty());
            return std::move(reader.result);
        }
        default:
            break;
        }
    }
}

// ---------------------------------------------------------------- writing

Result<void> LdapConnection::write(std::string const &what, std::string const &assertion, Write const &write)
{
    auto const id = send([&](LDAP *connection, int &message_id) -> Result<int> {
        LdapControls controls(connection);
        controls.act_as(m_settings.authorization_id);
        controls.assert_filter(assertion);
        auto const list = controls.list();
        if (!list)
            return list.error();
        return write(connection, *list, &message_id);
    });
    if (!id)
        return Error{id.error().kind, sanitize_utf8(what) + ": " + id.error().message};
    auto const answer = next(*id, true);
    if (!answer)
        return Error{answer.error().kind, sanitize_utf8(what) + ": " + answer.error().message};
    return finish(*answer, what);
}

Result<void> LdapConnection::add(std::string const &dn, LdapAttributes const &attributes)
{
    return write("add " + dn, {}, [&](LDAP *connection, LDAPControl **controls, int *id) {
        Mods mods;
        for (auto const &[name, values] : attributes)
            if (!values.empty())
                mods.add(LDAP_MOD_ADD, name, values);
        return ldap_add_ext(connection, dn.c_str(), mods.list(), controls, nullptr, id);
    });
}

Result<void> LdapConnection::modify(std::string const &dn, std::vector<LdapModification> const &modifications,
                                    std::string const &assertion)
{
    static constexpr int operations[] = {LDAP_MOD_ADD, LDAP_MOD_DELETE, LDAP_MOD_REPLACE};
    return write("modify " + dn, assertion, [&](LDAP *connection, LDAPControl **controls, int *id) {
        Mods mods;
        for (auto const &each : modifications)
            mods.add(operations[static_cast<int>(each.kind)], each.attribute, each.values);
        return ldap_modify_ext(connection, dn.c_str(), mods.list(), controls, nullptr, id);
    });
}

Result<void> LdapConnection::rename(std::string const &dn, std::string const &new_rdn, bool delete_old_values,
                                    std::string const &assertion, std::string const &new_parent)
{
    return write("rename " + dn, assertion, [&](LDAP *connection, LDAPControl **controls, int *id) {
        return ldap_rename(connection, dn.c_str(), new_rdn.c_str(),
                           new_parent.empty() ? nullptr : new_parent.c_str(), delete_old_values ? 1 : 0,
                           controls, nullptr, id);
    });
}

Result<void> LdapConnection::remove(std::string const &dn, std::string const &assertion)
{
    return write("delete " + dn, assertion, [&](LDAP *connection, LDAPControl **controls, int *id) {
        return ldap_delete_ext(connection, dn.c_str(), controls, nullptr, id);
    });
}

// ---------------------------------------------------------------- about the server

Result<LdapEntry const *> LdapConnection::root_dse()
{
    if (!m_root_dse || !is_open()) {
        auto root = read("", {"+"});
        if (!root)
            return root.error();
        m_root_dse = std::move(*root);
    }
    return &*m_root_dse;
}

Result<bool> LdapConnection::supports(std::string_view kind, std::string const &oid)
{
    auto const root = root_dse();
    if (!root)
        return root.error();
    auto const &values = (*root)->values(kind);
    return std::ranges::find(values, oid) != values.end();
}

Result<std::string> LdapConnection::current_cookie(std::string const &dn)
{
    auto const root = root_dse();
    if (!root)
        return root.error();
    auto const contexts = (*root)->values("namingContexts");
    for (auto const &context : contexts) {
        if (!is_below_dn(ldap_normal_dn(dn), ldap_normal_dn(context)))
            continue;
        auto const suffix = read(context, {"contextCSN"});
        if (!suffix && suffix.error().kind == ErrorKind::temporary)
            return suffix.error();
        if (suffix && !suffix->values("contextCSN").empty())
            return ldap_cookie(suffix->values("contextCSN"));
    }
    return std::string();
}

Result<std::string> LdapConnection::who_am_i()
{
    auto const id = send([&](LDAP *connection, int &message_id) -> Result<int> {
        LdapControls controls(connection);
        controls.act_as(m_settings.authorization_id);
        auto const list = controls.list();
        if (!list)
            return list.error();
        return ldap_whoami(connection, *list, nullptr, &message_id);
    });
    if (!id)
        return id.error();
    auto const answer = next(*id, true);
    if (!answer)
        return answer.error();
    if (auto const finished = finish(*answer, "who am I"); !finished)
        return finished.error();
    berval *raw = nullptr;
    if (ldap_parse_whoami(m_connection.get(), answer->get(), &raw) != LDAP_SUCCESS || !raw)
        return std::string();
    std::string identity(raw->bv_val ? raw->bv_val : "", raw->bv_len);
    ber_bvfree(raw);
    return identity;
}

} // namespace eas
