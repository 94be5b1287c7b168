// How each kind of member is written as an element; schema.h explains the rules.
#pragma once
#include "base/content.h"
#include "base/protocol-version.h"
#include "base/time.h"
#include "schema/rows.h"
#include "wbxml/element.h"
#include "wbxml/encoder.h"
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace eas::schema {

void write_value(Encoder &encoder, Tag tag, std::string const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, std::string_view const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, Content const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, Bytes const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, bool const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, Present const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, Instant const &value, ProtocolVersion version);
void write_value(Encoder &encoder, Tag tag, Compact<Instant> const &value, ProtocolVersion version);
/// Writes `value` with all below it, under `tag`; nothing for an element that was not there.
void write_value(Encoder &encoder, Tag tag, Element const &value, ProtocolVersion version);

void write_signed(Encoder &encoder, Tag tag, int64_t value);
void write_unsigned(Encoder &encoder, Tag tag, uint64_t value);

template <std::integral T> void write_value(Encoder &encoder, Tag tag, T const &value, ProtocolVersion)
{
    if constexpr (std::is_signed_v<T>)
        write_signed(encoder, tag, value);
    else
        write_unsigned(encoder, tag, value);
}

template <class T>
requires std::is_enum_v<T>
void write_value(Encoder &encoder, Tag tag, T const &value, ProtocolVersion version)
{
    write_value(encoder, tag, static_cast<std::underlying_type_t<T>>(value), version);
}

template <HasSchema T> void write_struct(Encoder &encoder, T const &value, ProtocolVersion version);

template <HasSchema T> void write_value(Encoder &encoder, Tag tag, T const &value, ProtocolVersion version)
{
    encoder.start(tag);
    write_struct(encoder, value, version);
    encoder.end();
}

template <class... T> void write_value(Encoder &encoder, Tag tag,
                                       std::variant<std::monostate, T...> const &value,
                                       ProtocolVersion version)
{
    std::visit(
        [&]<class Held>(Held const &held) {
            if constexpr (!std::is_same_v<Held, std::monostate>)
                write_value(encoder, tag, held, version);
        },
        value);
}

template <class T>
void write_value(Encoder &encoder, Tag tag, std::optional<T> const &value, ProtocolVersion version)
{
    if (value)
        write_value(encoder, tag, *value, version);
}

template <class T> std::vector<T> const *list_of(std::vector<T> const &list)
{
    return list.empty() ? nullptr : &list;
}
template <class T> std::vector<T> const *list_of(std::optional<std::vector<T>> const &list)
{
    return list ? &*list : nullptr;
}

template <class Struct, class Member, class T> void
write_row(Encoder &encoder, PropertyRow<Struct, Member> const &row, T const &value, ProtocolVersion version)
{
    if (row.limits.admit(version))
        write_value(encoder, row.tag, value.*row.member, version);
}

template <class Struct, class Member, class T>
void write_row(Encoder &encoder, ListRow<Struct, Member> const &row, T const &value, ProtocolVersion version)
{
    auto const *list = list_of(value.*row.member);
    if (!list || !row.limits.admit(version))
        return;
    bool const is_bare = row.container == Tag{};
    if (!is_bare)
        encoder.start(row.container);
    for (auto const &item : *list)
        write_value(encoder, row.item, item, version);
    if (!is_bare)
        encoder.end();
}

template <class Row, size_t Count, class T>
void write_row(Encoder &encoder, std::array<Row, Count> const &rows, T const &value, ProtocolVersion version)
{
    for (auto const &row : rows)
        write_row(encoder, row, value, version);
}

template <HasSchema T> void write_struct(Encoder &encoder, T const &value, ProtocolVersion version)
{
    Schema<T>::properties.apply(
        [&](auto const &...rows) { (write_row(encoder, rows, value, version), ...); });
}

} // namespace eas::schema
