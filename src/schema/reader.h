// How each kind of member is read from an element; schema.h explains the rules.
// What does not depend on a struct's type is compiled once, in schema.cc.
#pragma once
#include "base/content.h"
#include "base/protocol-version.h"
#include "base/result.h"
#include "base/time.h"
#include "schema/rows.h"
#include "wbxml/element.h"
#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace eas::schema {

/// Goes through the whole of one read(): the version, and the first error.
struct Reader {
    ProtocolVersion version;
    std::optional<Error> error;
    /// Notes "Page:Name: what: value"; always false.
    bool refuse(Element const &element, std::string_view what);
};

bool read_value(Reader &reader, Element const &element, std::string &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, std::string_view &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, Content &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, Bytes &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, bool &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, Present &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, Instant &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, Compact<Instant> &out, RowLimits const &limits);
bool read_value(Reader &reader, Element const &element, Element &out, RowLimits const &limits);

/// A decimal number between the two bounds (and those of the row).
bool read_signed(Reader &reader, Element const &element, int64_t &out, int64_t lowest, int64_t highest);
bool read_unsigned(Reader &reader, Element const &element, uint64_t &out, uint64_t lowest, uint64_t highest);

template <std::signed_integral T>
bool read_value(Reader &reader, Element const &element, T &out, RowLimits const &limits)
{
    int64_t number = 0;
    if (!read_signed(reader, element, number, std::max<int64_t>(limits.lowest, std::numeric_limits<T>::min()),
                     std::min<int64_t>(limits.highest, std::numeric_limits<T>::max())))
        return false;
    out = static_cast<T>(number);
    return true;
}

template <std::unsigned_integral T>
bool read_value(Reader &reader, Element const &element, T &out, RowLimits const &limits)
{
    constexpr uint64_t most = std::numeric_limits<T>::max();
    bool const is_bounded = limits.highest != std::numeric_limits<int64_t>::max();
    uint64_t number = 0;
    if (!read_unsigned(reader, element, number, limits.lowest > 0 ? static_cast<uint64_t>(limits.lowest) : 0,
                       is_bounded ? std::min<uint64_t>(most, static_cast<uint64_t>(limits.highest)) : most))
        return false;
    out = static_cast<T>(number);
    return true;
}

template <class T>
requires std::is_enum_v<T>
bool read_value(Reader &reader, Element const &element, T &out, RowLimits const &limits)
{
    std::underlying_type_t<T> number{};
    if (element.text.empty() && limits.when_empty)
        number = static_cast<std::underlying_type_t<T>>(*limits.when_empty);
    else if (!read_value(reader, element, number, limits))
        return false;
    out = static_cast<T>(number);
    return true;
}

template <class... T>
bool read_value(Reader &, Element const &, std::variant<std::monostate, T...> &, RowLimits const &)
{
    return true;
}

template <HasSchema T>
bool read_value(Reader &reader, Element const &element, T &out, RowLimits const &limits);
template <class T>
bool read_value(Reader &reader, Element const &element, std::optional<T> &out, RowLimits const &limits);

template <class T>
bool read_value(Reader &reader, Element const &element, std::optional<T> &out, RowLimits const &limits)
{
    return read_value(reader, element, out.emplace(), limits);
}

template <class T> std::vector<T> &list_of(std::vector<T> &list)
{
    return list;
}
template <class T> std::vector<T> &list_of(std::optional<std::vector<T>> &list)
{
    return list ? *list : list.emplace();
}

/// What became of a child element that was offered to a row.
enum class Match : uint8_t { no, taken, refused };

constexpr Match match(bool ok)
{
    return ok ? Match::taken : Match::refused;
}

template <class Struct, class Member, class T>
Match read_row(Reader &reader, Element const &child, PropertyRow<Struct, Member> const &row, T &out)
{
    if (child.tag != row.tag || !row.limits.admit(reader.version))
        return Match::no;
    return match(read_value(reader, child, out.*row.member, row.limits));
}

template <class Struct, class Member, class T>
Match read_row(Reader &reader, Element const &child, ListRow<Struct, Member> const &row, T &out)
{
    bool const is_bare = row.container == Tag{};
    if (child.tag != (is_bare ? row.item : row.container) || !row.limits.admit(reader.version))
        return Match::no;
    auto &list = list_of(out.*row.member);
    if (is_bare)
        return match(read_value(reader, child, list.emplace_back(), row.limits));
    for (Element const &item : child.children)
        if (item.tag == row.item && !read_value(reader, item, list.emplace_back(), row.limits))
            return Match::refused;
    return Match::taken;
}

template <class Row, size_t Count, class T>
Match read_row(Reader &reader, Element const &child, std::array<Row, Count> const &rows, T &out)
{
    for (auto const &row : rows)
        if (Match const result = read_row(reader, child, row, out); result != Match::no)
            return result;
    return Match::no;
}

template <HasSchema T> bool read_value(Reader &reader, Element const &element, T &out, RowLimits const &)
{
    out = T{}; // of an element that comes twice, the last counts as a whole
    for (Element const &child : element.children) {
        Match result = Match::no;
        Schema<T>::properties.apply([&](auto const &...rows) {
            (void)(((result = read_row(reader, child, rows, out)) != Match::no) || ...);
        });
        if (result == Match::refused)
            return false;
    }
    return true;
}

template <class Struct, class Member, class T>
void keep_row(T &value, PropertyRow<Struct, Member> const &row, Element const &wanted)
{
    if (!wanted.child(row.tag))
        value.*row.member = {};
}

template <class Struct, class Member, class T>
void keep_row(T &value, ListRow<Struct, Member> const &row, Element const &wanted)
{
    if (!wanted.child(row.container == Tag{} ? row.item : row.container))
        value.*row.member = {};
}

template <class Row, size_t Count, class T>
void keep_row(T &value, std::array<Row, Count> const &rows, Element const &wanted)
{
    for (auto const &row : rows)
        keep_row(value, row, wanted);
}

} // namespace eas::schema
