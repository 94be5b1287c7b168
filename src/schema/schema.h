// The declarative schema layer. A struct says once how it is read and written:
//
//   template <> struct Schema<Attachment> { static constexpr auto properties = Rows{
//       property(Tag::AirSyncBase_DisplayName, &Attachment::display_name),
//       list(Tag::AirSync_Collections, Tag::AirSync_Collection, &Sync::collections), // in a container
//       list(Tag::AirSync_Add, &Commands::adds),                                     // repeated, bare
//       property(Tag::AirSyncBase_Method, &Attachment::method, in_range(1, 6)),
//       property(Tag::AirSyncBase_IsInline, &Attachment::is_inline, since(v12_0), until(v14_1)) }; };
//
// Rows are in the order of the published schemas; that is the order of elements in answers.
// Absent differs from empty: an optional member that is absent is not written, an empty string is an
// empty tag. The member's type picks the wire form:
//   std::string                               text (reading: made valid UTF-8, see sanitize_utf8)
//   Content                                   text, as it came; streamed when written
//   Bytes                                     opaque
//   std::string_view                          (reading) text as it came; points into document or tree
//   int, uint32_t, uint64_t, enum class : int decimal
//   bool                                      "1" / "0"; an empty element reads as true, see when_empty()
//   Present                                   an empty tag that is there or not
//   Instant                                   2026-11-22T09:58:07.000Z (Compact<Instant>: 20261122T...)
//   a struct with a Schema                    nested elements
//   Element                                   the element itself with all below it, for later; its text
//                                             points into document or tree. Check Element::tag or use
//                                             std::optional to know whether it was there.
//   std::optional<any of these>, and through list() std::vector<any of these> and
//   std::optional<std::vector<any of these>>  (absent and empty container differ)
//   std::variant<std::monostate, Email, ...>  (writing) the properties of the struct it holds;
//                                             reading leaves it alone
//
// Reading: child elements without a row are skipped; so are rows outside the version. Of an element
// that comes twice the last counts, but list() collects all. A member whose element is missing keeps
// its default. A value of the wrong form is bad_request: "AirSync:WindowSize: not a number: abc".
#pragma once
#include "schema/reader.h"
#include "schema/rows.h"
#include "schema/writer.h"

namespace eas {

/// The struct in `element`'s children. bad_request names the element whose value is wrong.
/// `element` and its document must outlive string_view and Element members.
template <class T> Result<T> read(Element const &element, ProtocolVersion version)
{
    schema::Reader reader{version, std::nullopt};
    T value{};
    if (!schema::read_value(reader, element, value, {}))
        return std::move(*reader.error);
    return value;
}

/// Resets each property of `value` that has no element in `wanted`, unless `wanted` is empty.
template <class T> void keep_properties(T &value, Element const &wanted)
{
    if (!wanted.children.empty())
        Schema<T>::properties.apply(
            [&](auto const &...rows) { (schema::keep_row(value, rows, wanted), ...); });
}

/// `value`'s properties, one after the other, without an element around them.
template <class T> void write_properties(Encoder &encoder, T const &value, ProtocolVersion version)
{
    schema::write_struct(encoder, value, version);
}

/// <root>properties</root>
template <class T> void write(Encoder &encoder, Tag root, T const &value, ProtocolVersion version)
{
    encoder.start(root);
    write_properties(encoder, value, version);
    encoder.end();
}

} // namespace eas
