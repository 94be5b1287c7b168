// See contact-values.h.
#include "mapping/contact-values.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr std::string_view uri_attribute = "labeledURI";

bool is_printable_string(std::string_view text) // RFC 4517 3.3.29
{
    static constexpr std::string_view others = " '()+,-./:?=";
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != others.npos;
    });
}

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_country_code(std::string_view text) // RFC 4517 3.3.4
{
    return text.empty() || (text.size() == 2 && is_printable_string(text));
}

struct Restricted {
    std::string_view attribute;
    bool (*admits)(std::string_view);
};
// All others that the standard map writes take any text.
constexpr Restricted restricted[] = {
    {"telephoneNumber", is_printable_string},
    {"homePhone", is_printable_string},
    {"mobile", is_printable_string},
    {"pager", is_printable_string},
    {"facsimileTelephoneNumber", is_printable_string},
    {"homeFacsimileTelephoneNumber", is_printable_string},
    {"carPhone", is_printable_string},
    {"radio", is_printable_string},
    {"assistantPhone", is_printable_string},
    {"companyPhone", is_printable_string},
    {"mail", is_ascii},
    {"c", is_country_code},
};

std::string from_postal(std::string_view stored)
{
    std::string text;
    for (size_t i = 0; i < stored.size(); ++i) {
        auto const escaped = stored.substr(i, 3);
        if (stored[i] == '$')
            text += '\n';
        else if (escaped == "\\24" || equals_ignoring_case(escaped, "\\5c")) {
            text += escaped == "\\24" ? '$' : '\\';
            i += 2;
        } else
            text += stored[i];
    }
    return text;
}

/// "1" of "home fax:1"; nothing if that is not the label.
std::optional<std::string> labelled(std::string_view value, std::string_view label)
{
    auto const colon = value.find(':');
    if (colon == value.npos || !equals_ignoring_case(trim(value.substr(0, colon)), label))
        return std::nullopt;
    return std::string(trim(value.substr(colon + 1)));
}

/// RFC 2079: a label may stand behind the URI and a blank.
std::string_view without_label(std::string_view uri)
{
    return uri.substr(0, uri.find(' '));
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// "Ann, A." of "cn=Ann\2C A.+uid=7,ou=people": the first value in a DN. RFC 4514 2.4.
std::string first_name_in(std::string_view dn)
{
    std::string name;
    auto const equals = dn.find('=');
    for (size_t i = equals == dn.npos ? dn.size() : equals + 1; i < dn.size(); ++i) {
        if (dn[i] == ',' || dn[i] == '+')
            break;
        if (dn[i] != '\\' || i + 1 == dn.size()) {
            name += dn[i];
        } else if (i + 2 < dn.size() && is_hex(dn[i + 1]) && is_hex(dn[i + 2])) {
            name += hex_decode(dn.substr(i + 1, 2)).value_or("");
            i += 2;
        } else {
            name += dn[++i];
        }
    }
    return std::string(trim(name));
}

} // namespace

bool admits(std::string_view attribute, std::string_view value)
{
    auto const *const found = std::ranges::find_if(
        restricted, [&](auto const &each) { return equals_ignoring_case(each.attribute, attribute); });
    return found == std::end(restricted) || found->admits(value);
}

std::string to_postal(std::string_view text)
{
    std::string stored;
    for (auto const line : split(text, '\n')) {
        if (trim(line).empty())
            continue;
        stored += stored.empty() ? "" : "$";
        for (char const c : trim(line))
            stored += c == '$' ? "\\24" : c == '\\' ? "\\5C" : std::string(1, c);
    }
    return stored;
}

std::string form_in(std::string_view attribute, std::string const &value)
{
    if (!equals_ignoring_case(attribute, uri_attribute))
        return value;
    std::string uri;
    for (char const c : value)
        uri += c == ' ' ? "%20" : std::string(1, c);
    return uri;
}

ExactValues exact_values(Attributes const &entry, ContactMap const &map)
{
    ExactValues exact;
    auto const first = [&](std::string_view name) {
        auto const &values = values_of(entry, name);
        return values.empty() ? std::string() : values.front();
    };
    for (auto const &each :
         map.exact_attribute.empty() ? AttributeValues() : values_of(entry, map.exact_attribute)) {
        auto const blank = each.find(' ');
        std::string const property = each.substr(0, blank);
        std::string const value = blank == each.npos ? std::string() : each.substr(blank + 1);
        auto const &places = map.places(property);
        if (places.empty())
            continue;
        auto const &place = places.front();
        auto const &values = values_of(entry, place.attribute);
        bool const is_last_name = property == "LastName";
        bool const counts =
            value.empty() ? (is_last_name ? first("sn") == first("cn") : place.is_numbered || values.empty())
            : !admits(place.attribute, value)
                ? place.is_numbered || values.empty()
                : std::ranges::find(values, form_in(place.attribute, value)) != values.end();
        if (counts)
            exact.insert_or_assign(property, value);
    }
    return exact;
}

Numbered numbered(std::string const &attribute, ContactMap const &map)
{
    Numbered properties;
    for (auto const &row : map.rows)
        for (auto const &place : row.places)
            if (place.is_numbered && equals_ignoring_case(place.attribute, attribute))
                properties.emplace(place.position, row.property);
    return properties;
}

Distribution distribute(std::string const &attribute, Attributes const &entry, ContactMap const &map,
                        ExactValues const &exact)
{
    auto const properties = numbered(attribute, map);
    Distribution result;
    auto left = values_of(entry, attribute);
    for (auto const &[position, property] : properties)
        if (auto const given = exact.find(property); given != exact.end())
            std::erase(left, given->second);
    auto value = left.begin();
    for (auto const &[position, property] : properties) {
        if (exact.contains(property))
            continue;
        if (value == left.end())
            break;
        result.values.emplace(property, *value++);
    }
    result.others.assign(value, left.end());
    return result;
}

AttributeValues values_at(AttributePlace const &place, Attributes const &entry)
{
    auto values = values_of(entry, place.attribute);
    auto const &more = values_of(entry, place.second_line);
    if (!place.label.empty()) {
        AttributeValues meant;
        for (auto const &value : values)
            if (auto part = labelled(value, place.label); part && !part->empty())
                meant.push_back(std::move(*part));
        return meant;
    }
    if (!more.empty() && !place.second_line.empty()) {
        if (values.empty())
            return more;
        values.front() += '\n' + more.front();
    }
    return values;
}

std::string value_at(AttributePlace const &place, std::string_view property, Attributes const &entry,
                     ContactMap const &map, ExactValues const &exact)
{
    if (place.is_numbered) {
        auto const distribution = distribute(place.attribute, entry, map, exact);
        auto const found = distribution.values.find(property);
        return found == distribution.values.end() ? std::string() : found->second;
    }
    auto const values = values_at(place, entry);
    if (values.empty())
        return {};
    if (place.is_dn)
        return first_name_in(values.front());
    if (equals_ignoring_case(place.attribute, uri_attribute))
        return std::string(without_label(values.front()));
    return place.is_postal ? from_postal(values.front()) : values.front();
}

std::string stored_value(std::string_view property, Attributes const &entry, ContactMap const &map,
                         ExactValues const &exact)
{
    if (auto const given = exact.find(property); given != exact.end())
        return given->second;
    for (auto const &place : map.places(property))
        if (auto value = value_at(place, property, entry, map, exact); !value.empty())
            return value;
    return {};
}

AttributePlace const *list_place(std::string_view property, Attributes const &entry, ContactMap const &map)
{
    auto const &places = map.places(property);
    auto const found =
        std::ranges::find_if(places, [&](auto const &place) { return !values_at(place, entry).empty(); });
    return found != places.end() ? &*found : nullptr;
}

} // namespace eas
