// See ldap-contact-store.h.
#include "stores/ldap-contact-store.h"
#include "stores/ldap-contact-folder.h"
#include "stores/ldap-dn.h"
#include "stores/ldap-text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t longest_name_characters = 100;

/// A name that was asked for, or bad_request.
Result<std::string> valid_name(std::string_view name)
{
    auto const trimmed = trim(name);
    if (trimmed.empty() || sanitize_utf8(trimmed) != trimmed || trimmed.find('\n') != trimmed.npos)
        return Error{ErrorKind::bad_request, "no address book can have that name"};
    return std::string(utf8_prefix_characters(trimmed, longest_name_characters));
}

Attributes container(std::vector<NamePart> const &rdn)
{
    Attributes attributes{{"objectClass", {"organizationalUnit"}}};
    for (auto const &part : rdn)
        attributes[part.attribute].push_back(part.value);
    if (!attributes.contains("ou")) {
        attributes["ou"] = {rdn.front().value};
        attributes["objectClass"].emplace_back("extensibleObject"); // for a name that is no ou
    }
    return attributes;
}

} // namespace

/// False if the directory does not let us.
Result<bool> LdapContactStore::create_base()
{
    auto const rdn = ldap_rdn(m_settings.base);
    if (rdn.empty())
        return Error{ErrorKind::temporary,
                     "eas_ldap_contacts_base is no DN: " + sanitize_utf8(m_settings.base)};
    auto const added = m_ldap.add(m_settings.base, container(rdn));
    if (added || added.error().kind == ErrorKind::exists)
        return true;
    if (added.error().kind == ErrorKind::temporary)
        return added.error();
    m_settings.warn("there are no personal contacts: " + added.error().message);
    return false;
}

Result<std::vector<LdapContactStore::Place>> LdapContactStore::places()
{
    auto base = m_ldap.read(m_settings.base, {"entryUUID"});
    if (!base && base.error().kind == ErrorKind::not_found) {
        auto const created = create_base();
        if (!created)
            return created.error();
        if (!*created)
            return std::vector<Place>();
        base = m_ldap.read(m_settings.base, {"entryUUID"});
    }
    if (!base)
        return base.error();
    std::vector<Place> places{
        {{ldap_entry_id(base->first("entryUUID")), m_settings.book_name, true}, base->dn}};
    auto others = m_ldap.search(
        {m_settings.base, LdapScope::one_level, "(objectClass=organizationalUnit)", {"entryUUID", "ou"}});
    if (!others)
        return others.error();
    if (others->incomplete)
        return Error{ErrorKind::temporary,
                     "a limit of the directory hides address books in " + m_settings.base};
    for (auto const &entry : others->entries)
        places.push_back(
            {{ldap_entry_id(entry.first("entryUUID")), sanitize_utf8(entry.first("ou")), false}, entry.dn});
    std::ranges::sort(places.begin() + 1, places.end(), {}, [](auto const &place) { return place.book.id; });
    std::erase_if(places, [](auto const &place) { return place.book.id.empty(); });
    return places;
}

ContactPlace LdapContactStore::place() const
{
    return {ldap_normal_dn(m_settings.base), m_ldap.authorization_id()};
}

Result<std::vector<ContactBook>> LdapContactStore::books()
{
    auto const all = places();
    if (!all)
        return all.error();
    std::vector<ContactBook> books;
    for (auto const &place : *all)
        books.push_back(place.book);
    return books;
}

Result<LdapContactStore::Place> LdapContactStore::place_of(std::string_view book_id)
{
    auto const all = places();
    if (!all)
        return all.error();
    auto const found = std::ranges::find(*all, book_id, [](auto const &place) { return place.book.id; });
    if (found == all->end())
        return Error{ErrorKind::not_found,
                     m_settings.base + " has no address book " + sanitize_utf8(book_id)};
    return *found;
}

Result<LdapContactStore::Place> LdapContactStore::other_place_of(std::string_view book_id)
{
    auto place = place_of(book_id);
    if (place && place->book.is_default)
        return Error{ErrorKind::denied, "the default address book stays"};
    return place;
}

Result<std::unique_ptr<ContactFolder>> LdapContactStore::open(std::string_view book_id)
{
    auto const place = place_of(book_id);
    if (!place)
        return place.error();
    return std::unique_ptr<ContactFolder>(
        std::make_unique<LdapContactFolder>(m_ldap, m_settings, m_index, place->book.id, place->dn));
}

Result<std::string> LdapContactStore::create_book(std::string_view name)
{
    auto const valid = valid_name(name);
    if (!valid)
        return valid.error();
    if (auto const base = places(); !base || base->empty())
        return base ? Error{ErrorKind::denied, "the user has no place for contacts"} : base.error();
    auto const dn = "ou=" + ldap_dn_value(*valid) + ',' + m_settings.base;
    if (auto const added = m_ldap.add(dn, container({{"ou", *valid}})); !added)
        return added.error();
    auto const entry = m_ldap.read(dn, {"entryUUID"});
    return entry ? Result(ldap_entry_id(entry->first("entryUUID"))) : entry.error();
}

Result<void> LdapContactStore::rename_book(std::string_view book_id, std::string_view name)
{
    auto const valid = valid_name(name);
    if (!valid)
        return valid.error();
    auto const place = other_place_of(book_id);
    if (!place)
        return place.error();
    return m_ldap.rename(place->dn, "ou=" + ldap_dn_value(*valid), true);
}

Result<void> LdapContactStore::delete_book(std::string_view book_id)
{
    auto const place = other_place_of(book_id);
    if (!place)
        return place.error();
    auto entries = m_ldap.search({place->dn, LdapScope::subtree, "(objectClass=*)", {"1.1"}});
    if (!entries)
        return entries.error();
    // What is below another entry has a longer name and goes first.
    std::ranges::stable_sort(entries->entries, std::ranges::greater(),
                             [](auto const &entry) { return std::ranges::count(entry.dn, ','); });
    for (auto const &entry : entries->entries)
        if (auto const removed = m_ldap.remove(entry.dn);
            !removed && removed.error().kind != ErrorKind::not_found)
            return removed.error();
    if (entries->incomplete)
        return Error{ErrorKind::temporary, "a limit of the directory hides entries in " + place->dn};
    return {};
}

Result<std::string> LdapContactStore::move(std::string_view book_id, std::string_view id,
                                           std::string_view destination_book_id)
{
    auto const from = place_of(book_id), to = place_of(destination_book_id);
    if (!from || !to)
        return from ? to.error() : from.error();
    auto const found = m_ldap.search(
        {from->dn, LdapScope::one_level, "(&" + m_settings.filter + ldap_entry_filter(id) + ')', {"1.1"}});
    if (!found)
        return found.error();
    if (found->entries.empty())
        return Error{ErrorKind::not_found, from->dn + " has no contact " + sanitize_utf8(id)};
    auto const &dn = found->entries.front().dn;
    std::string rdn;
    for (auto const &part : ldap_rdn(dn))
        rdn += (rdn.empty() ? "" : "+") + part.attribute + '=' + ldap_dn_value(part.value);
    auto const moved = m_ldap.rename(dn, rdn, false, {}, to->dn);
    return moved ? Result(std::string(id)) : moved.error();
}

} // namespace eas
