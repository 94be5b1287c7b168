// The rows of a Schema and the types that stand for a wire form; schema.h says how to use them.
#pragma once
#include "base/protocol-version.h"
#include "wbxml/tag.h"
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace eas {

namespace schema {

template <size_t Index, class Row> struct RowAt {
    Row row;
};

template <class Indexes, class... Row> struct RowPack;
template <size_t... Index, class... Row> struct RowPack<std::index_sequence<Index...>, Row...>
    : RowAt<Index, Row>... {
    template <class Visitor> constexpr auto apply(Visitor const &visitor) const
    {
        return visitor(static_cast<RowAt<Index, Row> const &>(*this).row...);
    }
};

} // namespace schema

/// The rows of a schema, in order: PropertyRow, ListRow, or std::array of one of them. Holds what a
/// std::tuple would, but compiles in a small part of the time that a tuple of thirty elements takes.
template <class... Row> class Rows {
public:
    constexpr Rows(Row... rows) : rows_{{rows}...} {}
    /// visitor(row, row, ...)
    template <class Visitor> constexpr auto apply(Visitor const &visitor) const
    {
        return rows_.apply(visitor);
    }
    /// These rows and then others.
    template <class... Other> constexpr Rows<Row..., Other...> and_then(Rows<Other...> const &others) const
    {
        return apply([&](auto const &...mine) {
            return others.apply(
                [&](auto const &...theirs) { return Rows<Row..., Other...>(mine..., theirs...); });
        });
    }

private:
    schema::RowPack<std::index_sequence_for<Row...>, Row...> rows_;
};

/// Specialised for each struct that goes over the wire; has `properties`, which are Rows.
template <class T> struct Schema;

template <class T>
concept HasSchema = requires
{
    Schema<T>::properties;
};

/// An element without content whose presence is the value (MoreAvailable).
struct Present {
    bool value = false;
    constexpr Present() = default;
    constexpr Present(bool is_present) : value(is_present) {}
    constexpr operator bool() const { return value; }
};

/// Binary content, written as opaque data. MS-ASDTYPE 2.7.1.
struct Bytes {
    std::string value;
    bool operator==(Bytes const &) const = default;
};

/// Compact<Instant>: an instant in the form 20261122T095807Z. MS-ASDTYPE 2.7.5.
template <class T> struct Compact {
    T value{};
    constexpr Compact() = default;
    constexpr Compact(T initial) : value(initial) {}
    constexpr operator T() const { return value; }
    bool operator==(Compact const &) const = default;
};

/// Which versions a row is for and which numbers it takes (all unless said otherwise), and what an empty
/// element means.
struct RowLimits {
    ProtocolVersion first{0}, last{255};
    int64_t lowest = std::numeric_limits<int64_t>::min();
    int64_t highest = std::numeric_limits<int64_t>::max();
    std::optional<int64_t> when_empty;
    constexpr bool admit(ProtocolVersion version) const { return version >= first && version <= last; }
};

struct Since {
    ProtocolVersion version;
    constexpr void apply(RowLimits &limits) const { limits.first = version; }
};
struct Until {
    ProtocolVersion version;
    constexpr void apply(RowLimits &limits) const { limits.last = version; }
};
struct InRange {
    int64_t lowest, highest;
    constexpr void apply(RowLimits &limits) const
    {
        limits.lowest = lowest;
        limits.highest = highest;
    }
};
struct WhenEmpty {
    int64_t value;
    constexpr void apply(RowLimits &limits) const { limits.when_empty = value; }
};
/// The first version that has the element; ignored and not written in older ones.
constexpr Since since(ProtocolVersion version)
{
    return {version};
}
/// The last version that has the element; ignored and not written in newer ones.
constexpr Until until(ProtocolVersion version)
{
    return {version};
}
/// Numbers and enumerators outside are refused on reading (both bounds are admitted).
constexpr InRange in_range(int64_t lowest, int64_t highest)
{
    return {lowest, highest};
}

/// As what enumerator or bool an empty element is read.
template <class T> constexpr WhenEmpty when_empty(T value)
{
    return {static_cast<int64_t>(value)};
}

/// One element, one member.
template <class Struct, class Member> struct PropertyRow {
    Tag tag;
    Member Struct::*member;
    RowLimits limits;
};

/// Repeated elements, within a container or (container == Tag{}) directly in the struct's element.
template <class Struct, class Member> struct ListRow {
    Tag container, item;
    Member Struct::*member;
    RowLimits limits;
};

template <class... Options> constexpr RowLimits row_limits(Options... options)
{
    RowLimits limits;
    (options.apply(limits), ...);
    return limits;
}

template <class Struct, class Member, class... Options>
constexpr PropertyRow<Struct, Member> property(Tag tag, Member Struct::*member, Options... options)
{
    return {tag, member, row_limits(options...)};
}

template <class Struct, class Member, class... Options>
constexpr ListRow<Struct, Member> list(Tag container, Tag item, Member Struct::*member, Options... options)
{
    return {container, item, member, row_limits(options...)};
}

template <class Struct, class Member, class... Options>
constexpr ListRow<Struct, Member> list(Tag item, Member Struct::*member, Options... options)
{
    return {Tag{}, item, member, row_limits(options...)};
}

} // namespace eas
