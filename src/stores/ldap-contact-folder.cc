// See ldap-contact-folder.h.
#include "stores/ldap-contact-folder.h"
#include "mapping/contact-ldap.h"
#include "ports/clock.h"
#include "stores/ics-item.h"
#include "stores/ldap-cookie.h"
#include "stores/ldap-dn.h"
#include "stores/ldap-text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr char assertion_control[] = "1.3.6.1.1.12";
constexpr char synchronization_control[] = "1.3.6.1.4.1.4203.1.9.1.1";
constexpr size_t most_read_ahead = 128;
constexpr size_t uuid_bytes = 16;
std::vector<std::string> const operational_attributes = {"entryUUID", "entryCSN", "modifyTimestamp"};

std::string version_of(LdapEntry const &entry)
{
    auto const csn = entry.first("entryCSN");
    return content_version(csn.empty() ? entry.first("modifyTimestamp") : csn);
}

std::string id_of_bytes(std::string_view uuid)
{
    return uuid.size() == uuid_bytes ? base64url_encode(uuid) : std::string();
}

Attributes user_attributes(LdapEntry const &entry)
{
    auto attributes = entry.attributes;
    for (auto const &operational : operational_attributes)
        attributes.erase(operational);
    return attributes;
}

/// What makes `after` of `before`.
std::vector<LdapModification> differences(Attributes const &before, Attributes const &after)
{
    std::vector<LdapModification> changes;
    for (auto const &[name, values] : after)
        if (values != values_of(before, name))
            changes.push_back({LdapModification::Kind::replace, name, values});
    for (auto const &[name, values] : before)
        if (!after.contains(name))
            changes.push_back({LdapModification::Kind::replace, name, {}});
    return changes;
}

} // namespace

std::string ldap_entry_id(std::string_view entry_uuid)
{
    std::string digits(entry_uuid);
    std::erase(digits, '-');
    return id_of_bytes(hex_decode(digits).value_or(""));
}

std::string ldap_entry_filter(std::string_view id)
{
    auto const bytes = base64url_decode(id);
    if (!bytes || bytes->size() != uuid_bytes)
        return "(!(objectClass=*))";
    auto uuid = hex_encode(*bytes);
    for (size_t const at : {20, 16, 12, 8})
        uuid.insert(at, "-");
    return "(entryUUID=" + uuid + ')';
}

LdapContactFolder::LdapContactFolder(LdapConnection &connection, LdapContactSettings const &settings,
                                     StateStore &index, std::string const &book_id, std::string dn)
    : m_ldap(connection), m_settings(settings), m_index_store(index, book_id, settings.filter + ' ' + dn),
      m_dn(std::move(dn)), m_attributes(mapped_attributes(settings.map))
{
    m_attributes.insert(m_attributes.end(), operational_attributes.begin(), operational_attributes.end());
}

LdapSearch LdapContactFolder::search_of(std::string filter, std::vector<std::string> attributes) const
{
    return {m_dn, LdapScope::one_level, std::move(filter), std::move(attributes)};
}

// ---------------------------------------------------------------- what there is

ContactPoint LdapContactFolder::remember(ContactIndex index, std::string const &cookie,
                                         std::string const &seen)
{
    ContactPoint const point{cookie, contact_index_version(index), seen};
    m_index_store.save(index, point);
    m_listed = std::move(index);
    return point;
}

/// What changed since `cookie`; all, where that is "" or refused.
Result<LdapRefresh> LdapContactFolder::refresh(std::string const &cookie)
{
    auto const search = search_of(m_settings.filter, {"entryCSN", "modifyTimestamp"});
    auto told = m_ldap.refresh(search, cookie);
    // For a refusal RFC 4533 knows one way, and servers several.
    if (!cookie.empty() && (!told || told->cookie.empty()))
        told = m_ldap.refresh(search, "");
    bool const is_too_large = !told && told.error().kind == ErrorKind::too_large;
    return is_too_large ? LdapRefresh() : told;
}

/// Whether contacts have changed after the moment of a refresh that gave this cookie.
Result<bool> LdapContactFolder::is_late(std::string const &cookie)
{
    auto const csn = ldap_filter_value(latest_csn(cookie));
    if (csn.empty())
        return false;
    auto search =
        search_of("(&" + m_settings.filter + "(entryCSN>=" + csn + ")(!(entryCSN=" + csn + ")))", {"1.1"});
    search.size_limit = 1;
    auto const found = m_ldap.search(search);
    return found ? Result(!found->entries.empty()) : found.error();
}

/// Nothing if the list that it tells changes of is lost.
std::optional<ContactIndex> LdapContactFolder::index_after(std::optional<ContactPoint> const &known,
                                                           LdapRefresh const &refresh) const
{
    auto index = refresh.tells == LdapRefresh::Tells::all ? std::optional(ContactIndex())
                                                          : m_index_store.index(known->version);
    if (!index)
        return index;
    for (auto const &uuid : refresh.removed)
        index->erase(id_of_bytes(uuid));
    for (auto const &[uuid, entry] : refresh.entries)
        index->insert_or_assign(id_of_bytes(uuid), version_of(entry));
    for (auto const &id : m_removed) // of which a late refresh does not know
        index->erase(id);
    return index;
}

/// By looking at all of it. `cookie` is of before. What is missing in a list that a limit cuts, or that comes
/// from a server that is behind the one that was asked before, may be there: neither takes the place of what
/// is known.
Result<ContactPoint> LdapContactFolder::list(std::optional<ContactPoint> const &known,
                                             std::string const &cookie)
{
    auto const seen = cookie.empty() ? m_ldap.current_cookie(m_dn) : Result(cookie);
    if (!seen)
        return seen.error();
    ContactIndex index;
    auto const incomplete =
        m_ldap.search(search_of(m_settings.filter, operational_attributes), [&](LdapEntry const &entry) {
            if (auto id = ldap_entry_id(entry.first("entryUUID")); !id.empty())
                index.insert_or_assign(std::move(id), version_of(entry));
        });
    if (!incomplete)
        return incomplete.error();
    if (*incomplete)
        m_settings.warn("a limit of the directory hides contacts in " + m_dn + "; " +
                        std::to_string(index.size()) + " were found");
    m_is_complete = !*incomplete && !(known && is_behind(*seen, known->seen, SystemClock().now()));
    ContactPoint const point{cookie, contact_index_version(index), *seen};
    if (m_is_complete && point != known)
        return remember(std::move(index), point.cookie, point.seen);
    if (!m_is_complete && known && !known->cookie.empty())
        m_index_store.save_point({"", known->version, known->seen}); // the next time all is looked at again
    m_listed = std::move(index);
    return point;
}

Result<ContactPoint> LdapContactFolder::update()
{
    m_listed.reset();
    m_is_complete = true;
    auto const known = m_index_store.point();
    auto const synchronizes = m_ldap.supports("supportedControl", synchronization_control);
    if (!synchronizes)
        return synchronizes.error();
    if (!*synchronizes)
        return list(known, "");
    auto const refreshed = refresh(known ? known->cookie : "");
    if (!refreshed)
        return refreshed.error();
    using enum LdapRefresh::Tells;
    auto const &cookie = refreshed->cookie;
    bool const is_quiet =
        refreshed->tells == changes && refreshed->entries.empty() && refreshed->removed.empty();
    // Changes that a server does not know yet, it has not undone either.
    bool const behind = known && is_behind(cookie, known->seen, SystemClock().now());
    auto const seen = behind ? farthest_cookie(cookie, known->seen) : cookie;
    if (is_quiet && !m_has_written) {
        ContactPoint const point{seen, known->version, seen};
        if (point != known)
            m_index_store.save_point(point);
        return point;
    }
    if (refreshed->tells == changes || (refreshed->tells == all && !behind)) {
        auto const late = is_late(cookie);
        if (!late)
            return late.error();
        if (auto index = *late ? std::nullopt : index_after(known, *refreshed))
            return remember(std::move(*index), seen, seen);
    }
    return list(known, cookie);
}

Result<std::string> LdapContactFolder::version()
{
    auto const point = update();
    return point ? Result(point->version) : point.error();
}

Result<ContactFolder::Listing> LdapContactFolder::items()
{
    auto const point = update();
    if (!point)
        return point.error();
    if (!m_listed)
        m_listed = m_index_store.index(point->version);
    if (!m_listed) { // lost or overwritten meanwhile
        auto const again = list(*point, point->cookie);
        if (!again)
            return again.error();
    }
    Listing listing{contact_index_version(*m_listed), {}, m_is_complete};
    listing.items.reserve(m_listed->size());
    for (auto const &[id, version] : *m_listed)
        listing.items.push_back({id, version});
    return listing;
}

// ---------------------------------------------------------------- reading

/// Reads a contact, and those that are listed behind it if they were asked for one after the other so far.
Result<void> LdapContactFolder::fetch(std::string_view id)
{
    std::string ids = ldap_entry_filter(id);
    if (m_listed) {
        auto next = m_listed->upper_bound(id);
        for (size_t i = 1; i < m_read_ahead && next != m_listed->end(); ++i, ++next)
            ids += ldap_entry_filter(next->first);
        m_read_ahead = std::min(2 * m_read_ahead, most_read_ahead);
    }
    auto const incomplete = m_ldap.search(
        search_of("(&" + m_settings.filter + "(|" + ids + "))", m_attributes), [&](LdapEntry entry) {
            Stored stored{{ldap_entry_id(entry.first("entryUUID")), version_of(entry)},
                          contact_of(entry.attributes, m_settings.map)};
            m_ahead.insert_or_assign(stored.entry.id, std::move(stored));
        });
    return incomplete ? Result<void>() : incomplete.error();
}

Result<ContactFolder::Stored> LdapContactFolder::read(std::string_view id)
{
    if (!m_ahead.contains(id)) {
        m_ahead.clear();
        if (auto const fetched = fetch(id); !fetched)
            return fetched.error();
    }
    auto node = m_ahead.extract(std::string(id));
    if (node.empty())
        return Error{ErrorKind::not_found, m_dn + " has no contact " + sanitize_utf8(id)};
    return std::move(node.mapped());
}

// ---------------------------------------------------------------- writing

Result<LdapContactFolder::Found> LdapContactFolder::find(std::string_view id)
{
    auto attributes = operational_attributes;
    attributes.emplace_back("*");
    auto found = m_ldap.search(
        search_of("(&" + m_settings.filter + ldap_entry_filter(id) + ')', std::move(attributes)));
    if (!found)
        return found.error();
    if (found->entries.empty())
        return Error{ErrorKind::not_found, m_dn + " has no contact " + sanitize_utf8(id)};
    auto &entry = found->entries.front();
    return Found{{std::string(id), version_of(entry)}, std::move(entry)};
}

Result<LdapContactFolder::Found> LdapContactFolder::find_unchanged(std::string_view id,
                                                                   std::string_view seen_version)
{
    m_ahead.clear();
    m_has_written = true;
    auto found = find(id);
    if (found && !seen_version.empty() && found->entry.version != seen_version)
        return Error{ErrorKind::conflict, "another program has changed " + sanitize_utf8(found->ldap.dn)};
    return found;
}

/// What makes sure that the entry is still the one that was read; "" if the directory cannot.
Result<std::string> LdapContactFolder::assertion(LdapEntry const &entry)
{
    auto const can_assert = m_ldap.supports("supportedControl", assertion_control);
    if (!can_assert)
        return can_assert.error();
    for (auto const *name : {"entryCSN", "modifyTimestamp"})
        if (auto const value = entry.first(name); *can_assert && !value.empty())
            return '(' + std::string(name) + '=' + ldap_filter_value(value) + ')';
    return std::string();
}

Result<ContactFolder::Entry> LdapContactFolder::add(ContactData const &data, std::string_view name)
{
    auto attributes = with_contact({}, data, m_settings.map);
    if (!attributes)
        return attributes.error();
    auto const &naming = m_settings.map.naming_attribute;
    (*attributes)[naming] = {std::string(name)};
    auto const dn = naming + '=' + ldap_dn_value(name) + ',' + m_dn;
    m_has_written = true;
    auto const added = m_ldap.add(dn, *attributes);
    if (!added && added.error().kind != ErrorKind::exists)
        return added.error();
    auto const entry = m_ldap.read(dn, operational_attributes);
    if (!entry)
        return entry.error();
    Entry const made{ldap_entry_id(entry->first("entryUUID")), version_of(*entry)};
    // One that is there already was made by the same request, whose answer got lost.
    return added ? made : change(made.id, made.version, data);
}

/// Gives the entry the name that `wanted` has in place of the one in its DN. Its old name stays a value if
/// another entry is called so already.
Result<void> LdapContactFolder::rename_if_needed(LdapEntry const &entry, Attributes const &wanted)
{
    auto const rdn = ldap_rdn_with(entry.dn, wanted);
    if (rdn.empty())
        return {};
    auto const renamed = m_ldap.rename(entry.dn, rdn, true);
    if (renamed || renamed.error().kind == ErrorKind::exists)
        return {};
    // What the client wrote is stored. That another program sees the old name too is no reason to refuse it.
    m_settings.warn(renamed.error().message);
    return {};
}

Result<ContactFolder::Entry> LdapContactFolder::change(std::string_view id, std::string_view seen_version,
                                                       ContactData const &change)
{
    auto const found = find_unchanged(id, seen_version);
    if (!found)
        return found.error();
    auto const before = user_attributes(found->ldap);
    auto const wanted = with_contact(before, change, m_settings.map);
    if (!wanted)
        return wanted.error();
    auto const changes = differences(before, with_rdn_values(found->ldap.dn, *wanted));
    if (!changes.empty()) {
        auto const asserted = assertion(found->ldap);
        if (!asserted)
            return asserted.error();
        if (auto const modified = m_ldap.modify(found->ldap.dn, changes, *asserted); !modified)
            return modified.error();
    }
    if (auto const renamed = rename_if_needed(found->ldap, *wanted); !renamed)
        return renamed.error();
    auto const after = find(id);
    if (!after)
        return after.error();
    // Where another program has changed it meanwhile, the client is still to be told.
    bool const is_as_written = user_attributes(after->ldap) == with_rdn_values(after->ldap.dn, *wanted);
    return Entry{after->entry.id, is_as_written ? after->entry.version : found->entry.version};
}

Result<void> LdapContactFolder::remove(std::string_view id, std::string_view seen_version)
{
    auto const found = find_unchanged(id, seen_version);
    if (!found)
        return found.error();
    auto const asserted = assertion(found->ldap);
    if (!asserted)
        return asserted.error();
    auto const removed = m_ldap.remove(found->ldap.dn, *asserted);
    if (removed)
        m_removed.emplace(id);
    return removed;
}

} // namespace eas
