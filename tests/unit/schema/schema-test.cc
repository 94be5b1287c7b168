#include "schema/every-kind.h"
#include "support.h"
#include "wbxml/decoder.h"
#include <algorithm>

using namespace eas;
using namespace std::string_literals;
using test::encoded;
using test::error_of;
using test::Everything;
using test::EverythingOptional;
using test::Importance;
using test::Member;
using test::Other;

namespace {

struct Versioned {
    std::optional<std::string> always, old, recent, one;
};

struct Bounded {
    int from_one_to_nine = 5;
    std::optional<Importance> importance;
    std::optional<uint64_t> unsigned_number;
    std::vector<int> list;
};

} // namespace

namespace eas {

template <> struct Schema<Versioned> {
    static constexpr auto properties = Rows{
        property(Tag::Email_To, &Versioned::always),
        property(Tag::Email_Cc, &Versioned::old, until(v14_0)),
        property(Tag::Email_From, &Versioned::recent, since(v14_1)),
        property(Tag::Email_Subject, &Versioned::one, since(v14_1), until(v14_1)),
    };
};

template <> struct Schema<Bounded> {
    static constexpr auto properties = Rows{
        property(Tag::AirSync_WindowSize, &Bounded::from_one_to_nine, in_range(1, 9)),
        property(Tag::Email_Importance, &Bounded::importance, in_range(0, 2)),
        property(Tag::AirSync_Wait, &Bounded::unsigned_number, in_range(1, 59)),
        list(Tag::AirSync_Limit, &Bounded::list, in_range(0, 1)),
    };
};

} // namespace eas

/// A document <Sync>...</Sync> and what it is as a T. The document lives as long as this.
template <class T> struct Parsed {
    explicit Parsed(std::function<void(Encoder &)> const &write, ProtocolVersion version = v14_1)
        : document(encoded([&](Encoder &encoder) {
              encoder.start(Tag::AirSync_Sync);
              write(encoder);
              encoder.end();
          })),
          root(decode(document)), result(read<T>(*root, version))
    {}
    T *operator->() { return &*result; }
    std::string error() const { return error_of(result); }

    std::string document;
    Result<Element> root;
    Result<T> result;
};

template <class T> static std::string written(T const &value, ProtocolVersion version = v14_1)
{
    return encoded([&](Encoder &encoder) { write(encoder, Tag::AirSync_Sync, value, version); });
}

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(every_kind_of_member_survives_a_round_trip)
{
    Everything value;
    value.text = "\xC3\xA4 & <b>";
    value.content = Content("content");
    value.bytes.value = "\0\1\xFF"s;
    value.number = -2147483647 - 1;
    value.small = 4294967295;
    value.large = 18446744073709551615U;
    value.importance = Importance::high;
    value.yes = true;
    value.present = true;
    value.instant = Instant{1795341487123};
    value.compact = Instant{1795341487000};
    value.part = {"p", 3};
    value.bare = {{"a", 1}, {"b", std::nullopt}};
    value.in_container = {"x", "", "z"};

    auto const document = written(value);
    auto const root = decode(document);
    BOOST_REQUIRE_EQUAL(error_of(root), "");
    auto const result = read<Everything>(*root, v14_1);
    BOOST_REQUIRE_EQUAL(error_of(result), "");
    BOOST_TEST(result->text == value.text);
    BOOST_TEST((result->content == value.content));
    BOOST_TEST((result->bytes == value.bytes));
    BOOST_TEST(result->number == value.number);
    BOOST_TEST(result->small == value.small);
    BOOST_TEST(result->large == value.large);
    BOOST_TEST((result->importance == value.importance));
    BOOST_TEST(result->yes);
    BOOST_TEST(static_cast<bool>(result->present));
    BOOST_TEST((result->instant == value.instant));
    BOOST_TEST((result->compact == value.compact));
    BOOST_TEST((result->part == value.part));
    BOOST_TEST((result->bare == value.bare));
    BOOST_TEST((result->in_container == value.in_container));
    BOOST_TEST(written(*result) == document);
}

BOOST_AUTO_TEST_CASE(each_kind_has_its_form_on_the_wire)
{
    Everything value;
    value.present = true;
    value.yes = true;
    value.compact = Instant{0};
    value.bytes.value = "\0"s;
    value.bare = {{"n", 7}};
    value.in_container = {"c"};
    value.one_of = Other{.flag = false};
    auto const expected = encoded([](Encoder &e) {
        e.start(Tag::AirSync_Sync);
        e.element(Tag::Email_Subject);
        e.element(Tag::AirSyncBase_Data);
        e.start(Tag::Email2_ConversationId);
        e.opaque("\0"s);
        e.end();
        e.element(Tag::AirSync_WindowSize, "0");
        e.element(Tag::AirSync_Wait, "0");
        e.element(Tag::AirSync_MIMETruncation, "0");
        e.element(Tag::Email_Importance, "1");
        e.element(Tag::Email_Read, "1");
        e.element(Tag::AirSync_MoreAvailable);
        e.element(Tag::Email_DateReceived, "1970-01-01T00:00:00.000Z");
        e.element(Tag::Calendar_DtStamp, "19700101T000000Z");
        e.start(Tag::AirSyncBase_Body);
        e.element(Tag::AirSyncBase_DisplayName);
        e.end();
        e.start(Tag::AirSync_Add);
        e.element(Tag::AirSyncBase_DisplayName, "n");
        e.element(Tag::AirSyncBase_EstimatedDataSize, "7");
        e.end();
        e.start(Tag::Email_Categories);
        e.element(Tag::Email_Category, "c");
        e.end();
        e.start(Tag::AirSync_ApplicationData);
        e.element(Tag::AirSyncBase_IsInline, "0");
        e.end();
        e.end();
    });
    BOOST_TEST(hex_encode(written(value)) == hex_encode(expected));
}

BOOST_AUTO_TEST_CASE(absent_differs_from_empty)
{
    auto const empty_root = encoded([](Encoder &e) { e.element(Tag::AirSync_Sync); });
    EverythingOptional value;
    BOOST_TEST(written(value) == empty_root);
    value.text = "";
    value.in_container.emplace();
    auto const document = written(value);
    BOOST_TEST(hex_encode(document) == hex_encode(encoded([](Encoder &e) {
                   e.start(Tag::AirSync_Sync);
                   e.element(Tag::Email_Subject);
                   e.element(Tag::Email_Categories);
                   e.end();
               })));

    auto const root = decode(document);
    auto const result = read<EverythingOptional>(*root, v14_1);
    BOOST_REQUIRE(result);
    BOOST_TEST((result->text && result->text->empty()));
    BOOST_TEST((result->in_container && result->in_container->empty()));
    BOOST_TEST(!result->content);
    BOOST_TEST(!result->number);
    BOOST_TEST(!result->part);
    BOOST_TEST(!result->view);
    BOOST_TEST(!result->element);
}

BOOST_AUTO_TEST_CASE(write_properties_writes_no_root)
{
    auto const document = encoded([](Encoder &e) {
        e.start(Tag::Ping_Ping);
        write_properties(e, Member{"n", 1}, v14_1);
        e.end();
    });
    auto const root = decode(document);
    BOOST_TEST(root->children.size() == 2u);
    BOOST_TEST((root->tag == Tag::Ping_Ping));
}

BOOST_AUTO_TEST_CASE(a_member_whose_element_is_missing_keeps_its_default)
{
    Parsed<Bounded> value([](Encoder &) {});
    BOOST_TEST(value->from_one_to_nine == 5);
    BOOST_TEST(!value->importance);
}

BOOST_AUTO_TEST_CASE(elements_without_a_row_are_skipped)
{
    Parsed<Member> value([](Encoder &e) {
        e.element(Tag::AirSyncBase_Type, "x");
        e.element(Tag::AirSyncBase_DisplayName, "n");
        e.start(Tag::AirSyncBase_Body);
        e.element(Tag::AirSyncBase_DisplayName, "another's");
        e.end();
    });
    BOOST_TEST(value->name == "n");
}

BOOST_AUTO_TEST_CASE(the_last_of_several_elements_counts_as_a_whole)
{
    Parsed<EverythingOptional> value([](Encoder &e) {
        e.element(Tag::AirSync_WindowSize, "1");
        e.start(Tag::AirSyncBase_Body);
        e.element(Tag::AirSyncBase_DisplayName, "first");
        e.element(Tag::AirSyncBase_EstimatedDataSize, "1");
        e.end();
        e.start(Tag::AirSyncBase_Body);
        e.element(Tag::AirSyncBase_DisplayName, "last");
        e.end();
        e.element(Tag::AirSync_WindowSize, "2");
    });
    BOOST_TEST(value->number.value() == 2);
    BOOST_TEST((value->part == Member{"last", std::nullopt}));
}

BOOST_AUTO_TEST_CASE(lists_collect_every_item_of_every_container)
{
    Parsed<Everything> value([](Encoder &e) {
        for (auto const *names : {"ab", "c"}) {
            e.start(Tag::Email_Categories);
            for (char const *name = names; *name; name++)
                e.element(Tag::Email_Category, {name, 1});
            e.element(Tag::Calendar_Category, "not mine");
            e.end();
        }
        e.element(Tag::AirSync_Add);
        e.element(Tag::Email_Category, "outside");
        e.element(Tag::AirSync_Add);
    });
    BOOST_TEST((value->in_container == std::vector{"a"s, "b"s, "c"s}));
    BOOST_TEST(value->bare.size() == 2u);
}

BOOST_AUTO_TEST_CASE(rows_are_for_their_versions_only)
{
    struct {
        ProtocolVersion version;
        bool old, recent, one;
    } const examples[] = {{v12_1, true, false, false},
                          {v14_0, true, false, false},
                          {v14_1, false, true, true},
                          {v16_0, false, true, false},
                          {v16_1, false, true, false}};
    Versioned const all{"a", "b", "c", "d"};
    auto const write_all = [](Encoder &e) {
        for (Tag const tag : {Tag::Email_To, Tag::Email_Cc, Tag::Email_From, Tag::Email_Subject})
            e.element(tag, "x");
    };
    for (auto const &example : examples)
        BOOST_TEST_CONTEXT(to_string(example.version))
        {
            Parsed<Versioned> value(write_all, example.version);
            BOOST_TEST(value->always.has_value());
            BOOST_TEST(value->old.has_value() == example.old);
            BOOST_TEST(value->recent.has_value() == example.recent);
            BOOST_TEST(value->one.has_value() == example.one);

            auto const document = written(all, example.version);
            auto const root = decode(document);
            BOOST_TEST((root->child(Tag::Email_To) != nullptr));
            BOOST_TEST((root->child(Tag::Email_Cc) != nullptr) == example.old);
            BOOST_TEST((root->child(Tag::Email_From) != nullptr) == example.recent);
            BOOST_TEST((root->child(Tag::Email_Subject) != nullptr) == example.one);
        }
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_refused_with_the_name_of_its_element)
{
    struct {
        Tag tag;
        std::string_view value, error;
    } const examples[] = {
        {Tag::AirSync_WindowSize, "abc", "AirSync:WindowSize: not a number: abc"},
        {Tag::AirSync_WindowSize, "", "AirSync:WindowSize: not a number"},
        {Tag::AirSync_WindowSize, " 1", "AirSync:WindowSize: not a number:  1"},
        {Tag::AirSync_WindowSize, "2147483648", "AirSync:WindowSize: out of range: 2147483648"},
        {Tag::AirSync_WindowSize, "-2147483649", "AirSync:WindowSize: out of range: -2147483649"},
        {Tag::AirSync_Wait, "-1", "AirSync:Wait: not a number: -1"},
        {Tag::AirSync_Wait, "4294967296", "AirSync:Wait: out of range: 4294967296"},
        {Tag::AirSync_MIMETruncation, "18446744073709551616",
         "AirSync:MIMETruncation: not a number: 18446744073709551616"},
        {Tag::Email_Importance, "high", "Email:Importance: not a number: high"},
        {Tag::Email_Read, "2", "Email:Read: neither 0 nor 1: 2"},
        {Tag::Email_Read, "true", "Email:Read: neither 0 nor 1: true"},
        {Tag::Email_DateReceived, "yesterday", "Email:DateReceived: not a date and time: yesterday"},
        {Tag::Calendar_DtStamp, "", "Calendar:DtStamp: not a date and time"},
        {Tag::Calendar_DtStamp, "20261301", "Calendar:DtStamp: not a date and time: 20261301"},
        {Tag::AirSync_WindowSize, "a\x1B\xFF", "AirSync:WindowSize: not a number: a\xEF\xBF\xBD\xEF\xBF\xBD"},
        {Tag::AirSync_WindowSize, "0123456789012345678901234567890123456789x",
         "AirSync:WindowSize: not a number: 0123456789012345678901234567890123456789..."},
    };
    for (auto const &example : examples)
        BOOST_TEST_CONTEXT(example.error)
        {
            Parsed<Everything> value([&](Encoder &e) { e.element(example.tag, example.value); });
            BOOST_TEST(value.error() == example.error);
            BOOST_TEST((!value.result && value.result.error().kind == ErrorKind::bad_request));
        }
}

BOOST_AUTO_TEST_CASE(a_wrong_value_deep_inside_refuses_the_whole)
{
    Parsed<Everything> in_struct([](Encoder &e) {
        e.start(Tag::AirSyncBase_Body);
        e.element(Tag::AirSyncBase_EstimatedDataSize, "x");
        e.end();
        e.element(Tag::Email_Read, "also wrong");
    });
    BOOST_TEST(in_struct.error() == "AirSyncBase:EstimatedDataSize: not a number: x");
    Parsed<Everything> in_list([](Encoder &e) {
        e.start(Tag::AirSync_Add);
        e.element(Tag::AirSyncBase_EstimatedDataSize, "y");
        e.end();
    });
    BOOST_TEST(in_list.error() == "AirSyncBase:EstimatedDataSize: not a number: y");
    Parsed<EverythingOptional> in_container([](Encoder &e) {
        e.start(Tag::Email_Categories);
        e.element(Tag::Email_Category, "1");
        e.element(Tag::Email_Category, "z");
        e.end();
    });
    BOOST_TEST(in_container.error() == "Email:Category: not a number: z");
}

BOOST_AUTO_TEST_CASE(ranges_admit_their_bounds_and_nothing_beyond)
{
    struct {
        Tag tag;
        std::string_view value;
        bool is_admitted;
    } const examples[] = {
        {Tag::AirSync_WindowSize, "0", false}, {Tag::AirSync_WindowSize, "1", true},
        {Tag::AirSync_WindowSize, "9", true},  {Tag::AirSync_WindowSize, "10", false},
        {Tag::Email_Importance, "-1", false},  {Tag::Email_Importance, "0", true},
        {Tag::Email_Importance, "2", true},    {Tag::Email_Importance, "3", false},
        {Tag::AirSync_Wait, "0", false},       {Tag::AirSync_Wait, "1", true},
        {Tag::AirSync_Wait, "59", true},       {Tag::AirSync_Wait, "60", false},
        {Tag::AirSync_Limit, "1", true},       {Tag::AirSync_Limit, "2", false},
    };
    for (auto const &example : examples)
        BOOST_TEST_CONTEXT(local_name(example.tag) << " " << example.value)
        {
            Parsed<Bounded> value([&](Encoder &e) { e.element(example.tag, example.value); });
            BOOST_TEST(static_cast<bool>(value.result) == example.is_admitted);
        }
}

BOOST_AUTO_TEST_CASE(an_empty_boolean_is_true)
{
    Parsed<Everything> value([](Encoder &e) { e.element(Tag::Email_Read); });
    BOOST_TEST(value->yes);
}

BOOST_AUTO_TEST_CASE(a_compact_time_may_be_a_day)
{
    Parsed<Everything> value([](Encoder &e) { e.element(Tag::Calendar_DtStamp, "20261201"); });
    BOOST_TEST((value->compact.value == *parse_datetime("20261201T000000Z")));
}

BOOST_AUTO_TEST_CASE(text_is_made_valid_but_views_and_bytes_stay_as_they_came)
{
    std::string const raw = "a\xFF\x01";
    Parsed<EverythingOptional> value([&](Encoder &e) {
        for (Tag const tag :
             {Tag::Email_Subject, Tag::AirSyncBase_Data, Tag::Email2_ConversationId, Tag::ComposeMail_Mime})
            e.element(tag, raw);
    });
    BOOST_TEST(value->text.value() == "a\xEF\xBF\xBD\xEF\xBF\xBD");
    BOOST_TEST(*value->content.value().text() == raw);
    BOOST_TEST(value->bytes.value().value == raw);
    BOOST_TEST(value->view.value() == raw);
    BOOST_TEST((value->view->data() > value.document.data() &&
                value->view->data() < value.document.data() + value.document.size()));
}

BOOST_AUTO_TEST_CASE(an_element_is_kept_with_all_below_it)
{
    Parsed<EverythingOptional> value([](Encoder &e) {
        e.start(Tag::AirSync_Supported);
        e.element(Tag::Contacts_JobTitle);
        e.element(Tag::Contacts_Department, "d");
        e.start(Tag::Contacts_Picture);
        e.opaque("\0"s);
        e.end();
        e.end();
    });
    BOOST_REQUIRE(value->element);
    BOOST_TEST((value->element->tag == Tag::AirSync_Supported));
    BOOST_TEST(value->element->children.size() == 3u);
    BOOST_TEST(value->element->child(Tag::Contacts_Department)->text == "d");
    BOOST_TEST(written(*value.result) == value.document);
}

BOOST_AUTO_TEST_CASE(a_variant_is_written_as_the_struct_that_it_holds)
{
    Everything value;
    auto const application_data = [&] {
        auto const document = written(value);
        auto const root = decode(document);
        auto const *element = root->child(Tag::AirSync_ApplicationData);
        return element ? std::optional(element->children.size()) : std::nullopt;
    };
    BOOST_TEST(!application_data());
    value.one_of = Member{"n", 1};
    BOOST_TEST(application_data().value() == 2u);
    value.one_of = Other{};
    BOOST_TEST(application_data().value() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
