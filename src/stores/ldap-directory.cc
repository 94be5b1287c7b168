// See ldap-directory.h.
#include "stores/ldap-directory.h"
#include "base/text.h"
#include "stores/ldap-text.h"
#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <unicode/ucol.h>

namespace eas {

namespace {

constexpr size_t most_words = 5;            ///< of a text; more are looked for as one
constexpr size_t longest_text_bytes = 1024; ///< longer ones are no names; a directory refuses large requests
constexpr size_t most_values = 20;          ///< certificates of one entry
constexpr uint32_t entries_of_a_book = most_directory_matches + 1;

/// Attributes of LDAP for each property; the first that an entry has counts.
struct AttributeRow {
    std::optional<std::string> GalEntry::*property;
    std::array<char const *, 3> attributes;
};
constexpr std::array attribute_rows{
    AttributeRow{&GalEntry::display_name, {"displayName", "cn"}},
    AttributeRow{&GalEntry::phone, {"telephoneNumber"}},
    AttributeRow{&GalEntry::office, {"physicalDeliveryOfficeName", "roomNumber"}},
    AttributeRow{&GalEntry::title, {"title"}},
    AttributeRow{&GalEntry::company, {"o", "company"}},
    AttributeRow{&GalEntry::alias, {"mailNickname", "uid", "sAMAccountName"}},
    AttributeRow{&GalEntry::first_name, {"givenName"}},
    AttributeRow{&GalEntry::last_name, {"sn"}},
    AttributeRow{&GalEntry::home_phone, {"homePhone"}},
    AttributeRow{&GalEntry::mobile_phone, {"mobile"}},
    AttributeRow{&GalEntry::email_address, {"mail"}},
};
constexpr std::array group_classes{"groupOfNames", "groupOfUniqueNames", "group"};
constexpr std::array member_attributes{"member", "uniqueMember"};
std::vector<std::string> const picture_attributes{"jpegPhoto", "thumbnailPhoto"};
std::vector<std::string> const certificate_attributes{"userCertificate", "userSMIMECertificate"};

std::vector<std::string> told_attributes()
{
    std::vector<std::string> names{"objectClass"};
    for (auto const &row : attribute_rows)
        for (auto const *name : row.attributes)
            if (name)
                names.emplace_back(name);
    return names;
}

bool is_group(LdapEntry const &entry)
{
    return std::ranges::any_of(entry.values("objectClass"), [](std::string const &name) {
        return std::ranges::any_of(group_classes,
                                   [&](auto const *each) { return equals_ignoring_case(each, name); });
    });
}

DirectoryEntry directory_entry(LdapEntry const &entry, LdapBook const &book)
{
    DirectoryEntry result{entry.dn, {}, entry.values("mail"), book.is_synchronised, is_group(entry)};
    for (auto const &row : attribute_rows)
        for (auto const *name : row.attributes)
            if (auto &property = result.properties.*row.property; name && !property)
                if (std::string value = sanitize_utf8(entry.first(name)); !value.empty())
                    property = std::move(value);
    if (!result.properties.office && !book.name.empty())
        result.properties.office = book.name;
    return result;
}

std::string any_begins(std::vector<std::string> const &attributes, std::string_view text)
{
    std::string const value = ldap_filter_value(text);
    std::string filter;
    for (auto const &attribute : attributes)
        filter += '(' + attribute + '=' + value + "*)";
    return attributes.size() == 1 ? filter : "(|" + filter + ')';
}

std::vector<std::string_view> words_of(std::string_view text)
{
    auto words = split(text, ' ');
    std::erase_if(words, [](auto word) { return word.empty(); });
    return words;
}

size_t character_count(std::string_view text)
{
    return static_cast<size_t>(std::ranges::count_if(text, [](char each) { return (each & 0xC0) != 0x80; }));
}

struct CloseCollator {
    void operator()(UCollator *collator) const { ucol_close(collator); }
};

/// As people sort names, in no particular language.
void sort_by_name(std::vector<DirectoryEntry> &entries)
{
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<UCollator, CloseCollator> const collator(ucol_open("", &error));
    std::ranges::stable_sort(entries, [&](DirectoryEntry const &a, DirectoryEntry const &b) {
        std::string const left = a.properties.display_name.value_or(""),
                          right = b.properties.display_name.value_or("");
        UErrorCode failed = U_ZERO_ERROR;
        return ucol_strcollUTF8(collator.get(), left.data(), static_cast<int32_t>(left.size()), right.data(),
                                static_cast<int32_t>(right.size()), &failed) == UCOL_LESS;
    });
}

/// Of entries with the same address the first one stays.
void remove_repeated(std::vector<DirectoryEntry> &entries)
{
    std::set<std::string> known;
    std::erase_if(entries, [&](DirectoryEntry const &entry) {
        auto const &address = entry.properties.email_address;
        return address && !known.insert(to_lower(*address)).second;
    });
}

LdapBook parse_book(std::string_view text, std::string_view user)
{
    auto const colon = text.find(':');
    auto const equals = text.find('=');
    bool const has_name = colon != std::string_view::npos && colon < equals;
    return {std::string(has_name ? trim(text.substr(0, colon)) : ""),
            ldap_dn_for_user(trim(has_name ? text.substr(colon + 1) : text), user), false, false};
}

} // namespace

std::vector<LdapBook> parse_ldap_books(std::string_view text, std::string_view user)
{
    std::vector<LdapBook> books;
    for (auto const each : split(text, ';'))
        if (!trim(each).empty())
            books.push_back(parse_book(each, user));
    return books;
}

std::string name_resolution_filter(std::vector<std::string> const &attributes, std::string_view text)
{
    std::string const whole = any_begins(attributes, trim(text));
    auto const words = words_of(text);
    if (words.size() < 2 || words.size() > most_words)
        return whole;
    std::string each;
    for (auto const word : words)
        each += any_begins(attributes, word);
    return "(|" + whole + "(&" + each + "))";
}

Result<void> LdapDirectory::find_in(LdapBook const &book, std::string const &filter,
                                    DirectoryMatches &matches)
{
    LdapSearch search{book.base, LdapScope::subtree, filter, told_attributes(), entries_of_a_book};
    if (!book.is_personal && !m_settings.filter.empty())
        search.filter = "(&" + m_settings.filter + filter + ")";
    auto const incomplete = m_connection.search(
        search, [&](LdapEntry const &entry) { matches.entries.push_back(directory_entry(entry, book)); });
    if (incomplete) {
        matches.complete = matches.complete && !*incomplete;
        return {};
    }
    if (incomplete.error().kind != ErrorKind::not_found)
        return incomplete.error();
    if (!book.is_personal)
        matches.problem = "there is no " + book.base;
    return {};
}

Result<DirectoryMatches> LdapDirectory::find(std::string const &text, Books books)
{
    DirectoryMatches matches;
    auto const wanted = trim(text);
    if (character_count(wanted) < std::max<size_t>(m_settings.least_characters, 1) ||
        wanted.size() > longest_text_bytes)
        return matches;
    std::string const filter = name_resolution_filter(m_settings.searched_attributes, wanted);
    for (auto const &book : m_settings.books) {
        if (book.is_synchronised && books != Books::searched_and_contacts)
            continue;
        if (auto const found = find_in(book, filter, matches); !found)
            return found.error();
    }
    remove_repeated(matches.entries);
    sort_by_name(matches.entries);
    if (matches.entries.size() > most_directory_matches) {
        matches.entries.resize(most_directory_matches);
        matches.complete = false;
    }
    return matches;
}

/// Options ("userCertificate;binary") come along.
Result<std::vector<std::string>> LdapDirectory::values_of(DirectoryEntry const &entry,
                                                          std::vector<std::string> const &attributes)
{
    std::vector<std::string> values;
    auto read = m_connection.read(entry.id, attributes);
    if (!read && (read.error().kind == ErrorKind::not_found || read.error().kind == ErrorKind::denied))
        return values;
    if (!read)
        return read.error();
    for (auto const &wanted : attributes)
        for (auto &[name, found] : read->attributes)
            if (equals_ignoring_case(split(name, ';').front(), wanted))
                std::ranges::move(found, std::back_inserter(values));
    values.resize(std::min(values.size(), most_values));
    return values;
}

Result<std::string> LdapDirectory::picture(DirectoryEntry const &entry)
{
    auto values = values_of(entry, picture_attributes);
    if (!values)
        return values.error();
    return values->empty() ? std::string() : std::move(values->front());
}

Result<std::vector<std::string>> LdapDirectory::certificates(DirectoryEntry const &entry)
{
    return values_of(entry, certificate_attributes);
}

Result<std::vector<DirectoryEntry>> LdapDirectory::members(DirectoryEntry const &group, size_t most)
{
    std::vector<DirectoryEntry> members;
    auto const read = m_connection.read(group.id, {member_attributes.begin(), member_attributes.end()});
    if (!read)
        return read.error();
    for (auto const *attribute : member_attributes)
        for (auto const &dn : read->values(attribute)) {
            if (members.size() >= most)
                return members;
            auto const member = m_connection.read(dn, told_attributes());
            if (!member && member.error().kind != ErrorKind::not_found)
                return member.error();
            if (member && !member->first("mail").empty())
                members.push_back(directory_entry(*member, {}));
        }
    return members;
}

} // namespace eas
