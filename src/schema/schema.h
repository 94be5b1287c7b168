// The declarative schema layer. A struct says once how it is read and written:
//
//   template <> struct Schema<Attachment> { static constexpr auto properties = std::tuple{
//       property(Tag::AirSyncBase_DisplayName, &Attachment::display_name),
//       list(Tag::AirSync_Collections, Tag::AirSync_Collection, &Sync::collections), // in a container
//       list(Tag::AirSync_Add, &Commands::adds),                                     // repeated, bare
//       property(Tag::AirSyncBase_IsInline, &Attachment::is_inline, since(v12_0), until(v14_1)) }; };
//
// Rows are in the order of the published schemas; that is the order of elements in answers.
// Absent differs from empty: an optional member that is absent is not written, an empty string is an
// empty tag. The member's type picks the wire form:
//   std::string, Content, Bytes (opaque)      text
//   int, uint32_t, uint64_t, enum class : int decimal
//   bool                                      "1" / "0"; an empty element reads as true
//   Present                                   an empty tag that is there or not
//   Instant                                   2026-11-22T09:58:07.000Z (Compact<Instant>: 20261122T...)
//   a struct with a Schema                    nested elements
//   Element                                   (reading) the element itself, for later
//   std::optional<any of these>, std::vector<any of these> through list()
//   std::variant<std::monostate, Email, ...>  (writing) the properties of the struct it holds
#pragma once
