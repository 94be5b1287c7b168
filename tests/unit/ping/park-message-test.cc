// The messages between eas, eas-ping and eas: round trips, limits, broken bytes, and the pace of waking.
#include "ping/park-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

ParkMessage park_message()
{
    ParkMessage message;
    message.user = "user1@demo.example";
    message.device_id = "ABCDEF0123456789";
    message.remote_ip = "192.0.2.7";
    message.deadline_ms = 0x123456789ab;
    message.idle_seconds = 300;
    message.poll_seconds = 60;
    message.input_read = true;
    message.history = {77, 60};
    message.watches = {{1, 0x2}, {2147483647, 0x80000100}};
    message.contacts = {"ou=contacts,dc=example", "dn:uid=user1,dc=example"};
    message.command = "Ping";
    message.folders = "INBOX, Work";
    message.answer = "HTTP/1.1 200 OK\r\n\r\n";
    message.connection = std::string("\0\1\2", 3);
    message.request = std::string(5000, 'x');
    return message;
}

ResumeMessage resume_message()
{
    ResumeMessage message;
    message.reason = ResumeReason::changed;
    message.parked_by_uid = 5000;
    message.deadline_ms = 99;
    message.wait_left_ms = 12;
    message.history = {5, 10};
    message.user = "u";
    message.connection = "c";
    message.request = "r";
    return message;
}

std::string frame(FrameType type, std::string_view body)
{
    std::optional<std::string> bytes = encode_frame(type, body);
    BOOST_REQUIRE(bytes);
    return *bytes;
}

template <class Decode> void every_cut_is_refused(std::string const &bytes, Decode decode)
{
    for (size_t size = 0; size < bytes.size(); size++)
        BOOST_TEST(!decode(std::string_view(bytes).substr(0, size)), "cut at " << size);
    BOOST_TEST(!decode(bytes + "x"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(park_message_test)

BOOST_AUTO_TEST_CASE(messages_survive_the_wire)
{
    BOOST_TEST((decode_park(encode(park_message())) == park_message()));
    BOOST_TEST((decode_resume(encode(resume_message())) == resume_message()));
    EndWaitsMessage end = {"user", "device"};
    BOOST_TEST((decode_end_waits(encode(end)) == end));
    ConnectionRecord connection = {
        "session", "127.0.0.1",           "2001:db8::1",           443,      50000, true,
        false,     std::string(16, '\0'), std::string(16, '\xff'), "POST /", "more"};
    BOOST_TEST((decode_connection(encode(connection)) == connection));
    SavedRequest request = {"POST",
                            "/Microsoft-Server-ActiveSync",
                            "Cmd=Ping",
                            {{"Host", "h"}, {"X", ""}},
                            std::string("\x03\x01\x6a\0", 4)};
    BOOST_TEST((decode_request(encode(request)) == request));
}

BOOST_AUTO_TEST_CASE(messages_that_are_cut_or_too_long_are_refused)
{
    ParkMessage message = park_message();
    message.request.resize(20);
    every_cut_is_refused(encode(message), decode_park);
    every_cut_is_refused(encode(resume_message()), decode_resume);
    every_cut_is_refused(encode(EndWaitsMessage{"u", "d"}), decode_end_waits);
    every_cut_is_refused(encode(ConnectionRecord{}), decode_connection);
    every_cut_is_refused(encode(SavedRequest{"POST", "/", "", {{"a", "b"}}, "x"}), decode_request);
}

BOOST_AUTO_TEST_CASE(fields_beyond_their_limits_are_refused)
{
    ParkMessage message = park_message();
    message.user.assign(max_user_bytes + 1, 'u');
    BOOST_TEST(!decode_park(encode(message)));
    message = park_message();
    message.device_id.assign(max_device_id_bytes + 1, 'd');
    BOOST_TEST(!decode_park(encode(message)));
    message = park_message();
    message.answer.assign(max_answer_bytes + 1, 'a');
    BOOST_TEST(!decode_park(encode(message)));
    message = park_message();
    message.watches.resize(max_watches + 1);
    BOOST_TEST(!decode_park(encode(message)));
}

BOOST_AUTO_TEST_CASE(a_count_larger_than_the_message_allocates_nothing)
{
    std::string bytes = encode(ParkMessage{});
    constexpr size_t watch_count_offset = 8 + 4 + 4 + 1 + 8 + 4;
    bytes.replace(watch_count_offset, 4, "\xff\xff\xff\xff", 4);
    BOOST_TEST(!decode_park(bytes));
}

BOOST_AUTO_TEST_CASE(an_unknown_reason_to_resume_is_refused)
{
    std::string bytes = encode(resume_message());
    bytes[0] = 3;
    BOOST_TEST(!decode_resume(bytes));
}

BOOST_AUTO_TEST_CASE(frames_are_found_however_the_bytes_arrive)
{
    std::string stream = frame(FrameType::lend, "") + frame(FrameType::prepare, "body");
    for (size_t piece = 1; piece <= stream.size(); piece++) {
        FrameReader reader;
        std::vector<std::pair<FrameType, std::string>> got;
        for (size_t at = 0; at < stream.size(); at += piece) {
            reader.append(std::string_view(stream).substr(at, piece));
            Frame next;
            FrameReader::State state;
            while ((state = reader.next(next)) == FrameReader::State::frame)
                got.emplace_back(next.type, next.body);
            BOOST_TEST((state == FrameReader::State::incomplete));
        }
        BOOST_TEST(got.size() == 2);
        BOOST_TEST((got.front().first == FrameType::lend && got.front().second.empty()));
        BOOST_TEST((got.back().first == FrameType::prepare && got.back().second == "body"));
        BOOST_TEST(reader.empty());
    }
}

BOOST_AUTO_TEST_CASE(another_version_or_an_endless_frame_breaks_the_stream)
{
    Frame next;
    FrameReader other_version, endless, padding;
    other_version.append("\x01");
    BOOST_TEST((other_version.next(next) == FrameReader::State::broken));
    endless.append(std::string("\x02\x02\0\0\x01\0\x02\0", 8)); // 128 KB + 1
    BOOST_TEST((endless.next(next) == FrameReader::State::broken));
    padding.append(std::string("\x02\x02\x01\0\0\0\0\0", 8));
    BOOST_TEST((padding.next(next) == FrameReader::State::broken));
    BOOST_TEST(!encode_frame(FrameType::resume, std::string(max_frame_body_bytes + 1, ' ')));
}

BOOST_AUTO_TEST_CASE(the_first_wake_after_a_quiet_second_is_immediate)
{
    BOOST_TEST(wake_delay_ms({}, 5) == 0U);
    BOOST_TEST(wake_delay_ms({10000, 2000}, 11000) == 0U);
    BOOST_TEST(wake_delay_ms({10000, 0}, 9000) == 0U); // a clock that went back
}

BOOST_AUTO_TEST_CASE(false_wakes_come_later_each_time_up_to_two_seconds)
{
    WakeHistory history = {10000, 0};
    std::vector<uint32_t> delays;
    for (int i = 0; i < 60; i++) {
        history.delay_ms = wake_delay_ms(history, history.last_wake_ms + 5);
        history.last_wake_ms += 5 + history.delay_ms;
        delays.push_back(history.delay_ms);
    }
    BOOST_TEST(
        (std::vector<uint32_t>(delays.begin(), delays.begin() + 3) == std::vector<uint32_t>{10, 60, 110}));
    BOOST_TEST(delays.back() == 2000U);
}

BOOST_AUTO_TEST_SUITE_END()
