// Structs with a member of every kind that the schema layer knows, for its tests and its fuzzer.
#pragma once
#include "schema/schema.h"

namespace eas::test {

enum class Importance : int { low = 0, normal = 1, high = 2 };

struct Member {
    std::string name;
    std::optional<int> size;
    bool operator==(Member const &) const = default;
};

struct Other {
    std::optional<bool> flag;
};

/// One member of every kind.
struct Everything {
    std::string text;
    Content content;
    Bytes bytes;
    int number = 0;
    uint32_t small = 0;
    uint64_t large = 0;
    Importance importance = Importance::normal;
    bool yes = false;
    Present present;
    Instant instant;
    Compact<Instant> compact;
    Member part;
    std::vector<Member> bare;
    std::vector<std::string> in_container;
    std::variant<std::monostate, Member, Other> one_of;
};

struct EverythingOptional {
    std::optional<std::string> text;
    std::optional<Content> content;
    std::optional<Bytes> bytes;
    std::optional<int> number;
    std::optional<Importance> importance;
    std::optional<bool> yes;
    std::optional<Instant> instant;
    std::optional<Member> part;
    std::optional<std::vector<uint32_t>> in_container;
    std::optional<std::string_view> view;
    std::optional<Element> element;
};

} // namespace eas::test

namespace eas {

template <> struct Schema<test::Member> {
    static constexpr auto properties = Rows{
        property(Tag::AirSyncBase_DisplayName, &test::Member::name),
        property(Tag::AirSyncBase_EstimatedDataSize, &test::Member::size),
    };
};

template <> struct Schema<test::Other> {
    static constexpr auto properties = Rows{property(Tag::AirSyncBase_IsInline, &test::Other::flag)};
};

template <> struct Schema<test::Everything> {
    static constexpr auto properties = Rows{
        property(Tag::Email_Subject, &test::Everything::text),
        property(Tag::AirSyncBase_Data, &test::Everything::content),
        property(Tag::Email2_ConversationId, &test::Everything::bytes),
        property(Tag::AirSync_WindowSize, &test::Everything::number),
        property(Tag::AirSync_Wait, &test::Everything::small),
        property(Tag::AirSync_MIMETruncation, &test::Everything::large),
        property(Tag::Email_Importance, &test::Everything::importance),
        property(Tag::Email_Read, &test::Everything::yes),
        property(Tag::AirSync_MoreAvailable, &test::Everything::present),
        property(Tag::Email_DateReceived, &test::Everything::instant),
        property(Tag::Calendar_DtStamp, &test::Everything::compact),
        property(Tag::AirSyncBase_Body, &test::Everything::part),
        list(Tag::AirSync_Add, &test::Everything::bare),
        list(Tag::Email_Categories, Tag::Email_Category, &test::Everything::in_container),
        property(Tag::AirSync_ApplicationData, &test::Everything::one_of),
    };
};

template <> struct Schema<test::EverythingOptional> {
    static constexpr auto properties = Rows{
        property(Tag::Email_Subject, &test::EverythingOptional::text),
        property(Tag::AirSyncBase_Data, &test::EverythingOptional::content),
        property(Tag::Email2_ConversationId, &test::EverythingOptional::bytes),
        property(Tag::AirSync_WindowSize, &test::EverythingOptional::number),
        property(Tag::Email_Importance, &test::EverythingOptional::importance),
        property(Tag::Email_Read, &test::EverythingOptional::yes),
        property(Tag::Email_DateReceived, &test::EverythingOptional::instant),
        property(Tag::AirSyncBase_Body, &test::EverythingOptional::part),
        list(Tag::Email_Categories, Tag::Email_Category, &test::EverythingOptional::in_container),
        property(Tag::ComposeMail_Mime, &test::EverythingOptional::view),
        property(Tag::AirSync_Supported, &test::EverythingOptional::element),
    };
};

} // namespace eas
