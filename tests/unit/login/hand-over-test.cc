// Tests of login/hand-over.h: what clients and other processes may send, and what must be refused.
#include "login/hand-over.h"
#include "login/request-header.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

HandOver example()
{
    HandOver hand_over;
    hand_over.credentials.key.fill(7);
    hand_over.credentials.fingerprint.fill(200);
    hand_over.origin = {true, false, false, true, std::string("\x7f\0\0\1", 4)};
    hand_over.header = "GET / HTTP/1.1\r\n\r\n";
    return hand_over;
}

Relogin relogin_example()
{
    Relogin relogin;
    relogin.origin = {true, true, false, false, "192.0.2.1"};
    relogin.remote_ip = "2001:db8::7";
    relogin.local_ip = "127.0.0.1";
    relogin.remote_port = 65535;
    relogin.local_port = 8008;
    relogin.header = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n";
    relogin.rest = std::string("a\0\n", 3);
    return relogin;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hand_over)

BOOST_AUTO_TEST_CASE(what_is_handed_over_arrives)
{
    std::string const data = encode_hand_over(example()) + "unread";
    auto const read = decode_hand_over(data);
    BOOST_REQUIRE(read);
    BOOST_TEST((read->credentials.key == example().credentials.key));
    BOOST_TEST((read->credentials.fingerprint == example().credentials.fingerprint));
    BOOST_TEST(read->origin.secured);
    BOOST_TEST(!read->origin.ssl_secured);
    BOOST_TEST(!read->origin.trusted);
    BOOST_TEST(read->origin.forwarded);
    BOOST_TEST(read->origin.peer == example().origin.peer);
    BOOST_TEST(read->header == example().header);
    BOOST_TEST(read->rest == "unread");
}

BOOST_AUTO_TEST_CASE(the_longest_fits_into_what_dovecot_passes_on)
{
    HandOver longest = example();
    std::string const header(max_compact_header_bytes, 'x');
    longest.header = header;
    longest.origin.peer.assign(16, '\1');
    constexpr size_t session_id = 33, unread = 512, limit = 1024 + 128 + 64 + 2;
    BOOST_TEST(encode_hand_over(longest).size() + session_id + unread <= limit);
}

BOOST_AUTO_TEST_CASE(a_cut_hand_over_is_refused)
{
    std::string const data = encode_hand_over(example());
    for (size_t size = 0; size < data.size(); size++)
        BOOST_TEST(!decode_hand_over(data.substr(0, size)), size << " bytes were accepted");
    BOOST_TEST(!decode_hand_over("\2" + data.substr(1)));
}

BOOST_AUTO_TEST_CASE(a_connection_that_goes_back_arrives)
{
    Relogin read;
    BOOST_TEST((decode_relogin(encode_relogin(relogin_example()), read) == DecodeStatus::ok));
    BOOST_TEST(read.origin.secured);
    BOOST_TEST(read.origin.ssl_secured);
    BOOST_TEST(!read.origin.trusted);
    BOOST_TEST(read.origin.peer == "192.0.2.1");
    BOOST_TEST(read.remote_ip == "2001:db8::7");
    BOOST_TEST(read.remote_port == 65535);
    BOOST_TEST(read.local_ip == "127.0.0.1");
    BOOST_TEST(read.local_port == 8008);
    BOOST_TEST(read.header == relogin_example().header);
    BOOST_TEST(read.rest == relogin_example().rest);
}

BOOST_AUTO_TEST_CASE(a_relogin_may_come_in_pieces)
{
    std::string const data = encode_relogin(relogin_example());
    Relogin read;
    for (size_t size = 0; size < data.size(); size++)
        BOOST_TEST((decode_relogin(data.substr(0, size), read) == DecodeStatus::incomplete));
}

BOOST_AUTO_TEST_CASE(a_relogin_over_the_limits_is_refused)
{
    Relogin read, large = relogin_example();
    large.header.assign(max_raw_header_bytes + 1, 'x');
    BOOST_TEST((decode_relogin(encode_relogin(large), read) == DecodeStatus::malformed));
    large = relogin_example();
    large.rest.assign(max_relogin_rest_bytes + 1, 'x');
    BOOST_TEST((decode_relogin(encode_relogin(large), read) == DecodeStatus::malformed));
    BOOST_TEST((decode_relogin(std::string(1000, 'x'), read) == DecodeStatus::malformed));
    BOOST_TEST((decode_relogin("eas-relogin 2\t1\n", read) == DecodeStatus::malformed));
}

BOOST_AUTO_TEST_SUITE_END()
