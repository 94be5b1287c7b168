#include "support.h"
#include "wbxml/encoder.h"

using namespace eas;
using namespace std::string_literals;
using test::bytes;
using test::encoded;

namespace {

/// Takes some bytes, then has no space left.
class FullSink final : public Sink {
public:
    explicit FullSink(size_t space) : m_space(space) {}
    Result<void> write(std::string_view bytes) override
    {
        writes++;
        if (bytes.size() > m_space)
            return Error{ErrorKind::temporary, "no space"};
        m_space -= bytes.size();
        return {};
    }
    int writes = 0;

private:
    size_t m_space;
};

/// Gives its text in pieces, and then perhaps an error.
class PiecewiseSource final : public ContentSource {
public:
    PiecewiseSource(std::vector<std::string> pieces, bool fails) : m_pieces(std::move(pieces)), m_fails(fails)
    {}
    Result<void> copy_to(Sink &sink) const override
    {
        for (auto const &piece : m_pieces)
            if (auto const written = sink.write(piece); !written)
                return written;
        if (m_fails)
            return Error{ErrorKind::not_found, "the message is gone"};
        return {};
    }

private:
    std::vector<std::string> m_pieces;
    bool m_fails;
};

} // namespace

BOOST_AUTO_TEST_SUITE(wbxml_encoder)

// MS-ASWBXML 4: the response that adds the contact Don Funk.
BOOST_AUTO_TEST_CASE(example_of_the_specification)
{
    auto const document = encoded([](Encoder &e) {
        e.start(Tag::AirSync_Sync);
        e.start(Tag::AirSync_Collections);
        e.start(Tag::AirSync_Collection);
        e.element(Tag::AirSync_Class, "Contacts");
        e.element(Tag::AirSync_SyncKey, "2");
        e.element(Tag::AirSync_CollectionId, "2");
        e.element(Tag::AirSync_Status, "1");
        e.start(Tag::AirSync_Commands);
        e.start(Tag::AirSync_Add);
        e.element(Tag::AirSync_ServerId, "2:1");
        e.start(Tag::AirSync_ApplicationData);
        e.start(Tag::AirSyncBase_Body);
        e.element(Tag::AirSyncBase_Type, "1");
        e.element(Tag::AirSyncBase_EstimatedDataSize, "0");
        e.element(Tag::AirSyncBase_Truncated, "1");
        e.end();
        e.element(Tag::Contacts_FileAs, "Funk, Don");
        e.element(Tag::Contacts_FirstName, "Don");
        e.element(Tag::Contacts_LastName, "Funk");
        e.element(Tag::AirSyncBase_NativeBodyType, "1");
        for (int i = 0; i < 6; i++)
            e.end();
    });
    BOOST_TEST(hex_encode(document) ==
               hex_encode(bytes(
                   "03 01 6A 00 45 5C 4F 50 03 43 6F 6E 74 61 63 74 73 00 01 4B 03 32 00 01 52 03 32 00 01"
                   "4E 03 31 00 01 56 47 4D 03 32 3A 31 00 01 5D 00 11 4A 46 03 31 00 01 4C 03 30 00 01"
                   "4D 03 31 00 01 01 00 01 5E 03 46 75 6E 6B 2C 20 44 6F 6E 00 01 5F 03 44 6F 6E 00 01"
                   "69 03 46 75 6E 6B 00 01 00 11 56 03 31 00 01 01 01 01 01 01 01")));
}

BOOST_AUTO_TEST_CASE(empty_elements_have_no_end)
{
    auto const document = encoded([](Encoder &e) {
        e.start(Tag::AirSync_Sync);
        e.element(Tag::AirSync_MoreAvailable);
        e.element(Tag::AirSync_ServerId, "");
        e.start(Tag::AirSync_Fetch);
        e.text("");
        e.opaque("");
        e.content(Content(""));
        e.end();
        e.end();
    });
    BOOST_TEST(hex_encode(document) == hex_encode(bytes("03016A00 45 14 0D 0A 01")));
}

BOOST_AUTO_TEST_CASE(page_is_switched_only_when_it_changes)
{
    auto const document = encoded([](Encoder &e) {
        e.start(Tag::Ping_Ping);
        e.element(Tag::Ping_Status, "1");
        e.element(Tag::AirSync_Status);
        e.element(Tag::AirSync_Wait);
        e.end();
    });
    BOOST_TEST(hex_encode(document) == hex_encode(bytes("03016A00 000D 45 47 033100 01 0000 0E 24 01")));
}

BOOST_AUTO_TEST_CASE(nul_bytes_are_left_out_of_text_but_not_of_opaque_data)
{
    auto const document = encoded([](Encoder &e) {
        e.start(Tag::AirSync_Sync);
        e.element(Tag::AirSync_ServerId, "\0a\0\0b\0"s);
        e.start(Tag::AirSync_ServerId);
        e.opaque("\0a"s);
        e.end();
        e.end();
    });
    BOOST_TEST(hex_encode(document) == hex_encode(bytes("03016A00 45 4D 03616200 01 4D C3020061 01 01")));
}

BOOST_AUTO_TEST_CASE(opaque_lengths_take_as_many_bytes_as_they_need)
{
    struct {
        size_t length;
        std::string_view hex;
    } const examples[] = {{1, "01"},       {127, "7F"},       {128, "8100"},
                          {16383, "FF7F"}, {16384, "818000"}, {70000, "84A270"}};
    for (auto const &[length, hex] : examples) {
        auto const document = encoded([&](Encoder &e) {
            e.start(Tag::AirSync_Sync);
            e.opaque(std::string(length, 'x'));
            e.end();
        });
        BOOST_TEST((document == bytes("03016A00 45 C3") + bytes(hex) + std::string(length, 'x') + "\x01"));
    }
}

BOOST_AUTO_TEST_CASE(streamed_content_is_one_inline_string)
{
    std::string const large(100'000, 'y');
    auto const source =
        std::make_shared<PiecewiseSource>(std::vector<std::string>{"ab\0c"s, "", large}, false);
    auto const document = encoded([&](Encoder &e) {
        e.start(Tag::AirSyncBase_Data);
        e.content(Content(source));
        e.end();
    });
    BOOST_TEST((document == bytes("03016A00 0011 4B 03") + "abc" + large + "\0\1"s));
}

BOOST_AUTO_TEST_CASE(failing_content_is_the_result)
{
    StringSink sink;
    Encoder encoder(sink);
    encoder.start(Tag::AirSyncBase_Data);
    encoder.content(Content(std::make_shared<PiecewiseSource>(std::vector<std::string>{"ab"}, true)));
    encoder.end();
    auto const finished = encoder.finish();
    BOOST_REQUIRE(!finished);
    BOOST_TEST((finished.error().kind == ErrorKind::not_found));
}

BOOST_AUTO_TEST_CASE(a_sink_that_failed_is_not_written_to_again)
{
    FullSink sink(20'000);
    Encoder encoder(sink);
    encoder.start(Tag::AirSync_Sync);
    for (int i = 0; i < 100; i++)
        encoder.element(Tag::AirSync_ServerId, std::string(10'000, 'z'));
    encoder.end();
    auto const finished = encoder.finish();
    BOOST_REQUIRE(!finished);
    BOOST_TEST(finished.error().message == "no space");
    BOOST_TEST(sink.writes <= 3);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_before_the_buffer_is_full)
{
    FullSink sink(0);
    {
        Encoder encoder(sink);
        encoder.start(Tag::AirSync_Sync);
        encoder.element(Tag::AirSync_ServerId, std::string(1000, 'z'));
    }
    BOOST_TEST(sink.writes == 0);
}

BOOST_AUTO_TEST_CASE(unbalanced_calls_are_an_error)
{
    StringSink sink;
    Encoder left_open(sink);
    left_open.start(Tag::AirSync_Sync);
    BOOST_TEST(test::error_of(left_open.finish()) == "WBXML encoder: Sync was not ended");
    Encoder not_open(sink);
    not_open.end();
    BOOST_TEST(test::error_of(not_open.finish()) == "WBXML encoder: end() without start()");
}

BOOST_AUTO_TEST_SUITE_END()
