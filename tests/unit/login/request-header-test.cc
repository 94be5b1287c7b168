// Tests of login/request-header.h: what clients and other processes may send, and what must be refused.
#include "base/text.h"
#include "login/request-header.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

constexpr std::string_view good =
    "POST /Microsoft-Server-ActiveSync?Cmd=Sync HTTP/1.1\r\nHost: mail.example\r\nContent-Length: 12\r\n"
    "User-Agent:  Phone/1 \r\nX-Unused: 1\r\n\r\n";

bool refused(std::string_view fields)
{
    std::string const raw = "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
    return !parse_request_header(raw);
}

} // namespace

BOOST_AUTO_TEST_SUITE(request_header)

BOOST_AUTO_TEST_CASE(a_header_is_read)
{
    auto const header = parse_request_header(good);
    BOOST_REQUIRE(header);
    BOOST_TEST(header->method == "POST");
    BOOST_TEST(header->target == "/Microsoft-Server-ActiveSync?Cmd=Sync");
    BOOST_TEST(header->version == "1.1");
    BOOST_TEST(header->find("user-agent") == "Phone/1");
    BOOST_TEST(header->find("Cookie") == "");
    BOOST_TEST(*sized_body_bytes(*header) == 12u);
}

BOOST_AUTO_TEST_CASE(the_end_is_found_with_either_line_end)
{
    BOOST_TEST(find_header_end(good) == good.size());
    BOOST_TEST(find_header_end("GET / HTTP/1.1\nHost: h\n\nbody") == 24u);
    BOOST_TEST(find_header_end("GET / HTTP/1.1\r\nHost: h\r\n") == std::string_view::npos);
    BOOST_TEST(find_header_end("GET / HTTP/1.1\r\nHost: h\r\n\r") == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(what_two_servers_may_read_differently_is_refused)
{
    BOOST_TEST(!refused("A: b\r\n"));
    BOOST_TEST(refused("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"));
    BOOST_TEST(refused("Content-Length: 3\r\nContent-Length: 3\r\n"));
    BOOST_TEST(refused("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
    BOOST_TEST(refused("Content-Length: +3\r\n"));
    BOOST_TEST(refused("Content-Length: 3, 3\r\n"));
    BOOST_TEST(refused("Content-Length: 99999999999999999999\r\n"));
    BOOST_TEST(refused("Host: other\r\n"));
    BOOST_TEST(refused("A: b\r\n folded\r\n"));
    BOOST_TEST(refused("A : b\r\n"));
    BOOST_TEST(refused(": b\r\n"));
    BOOST_TEST(refused("A: b\rContent-Length: 3\r\n"));
    BOOST_TEST(refused(std::string_view("A: b\0c\r\n", 8)));
    BOOST_TEST(refused("no colon\r\n"));
}

BOOST_AUTO_TEST_CASE(broken_request_lines_are_refused)
{
    for (std::string_view const line :
         {"", "POST", "POST /", "POST / HTTP/2.0", "POST / HTTP/1.1 ", "GET  HTTP/1.1", "G\tT / HTTP/1.1",
          "GET /a b HTTP/1.1", "GET /\x7f HTTP/1.1"}) {
        std::string const raw = std::string(line) + "\r\nHost: h\r\n\r\n";
        BOOST_TEST(!parse_request_header(raw), "'" << line << "' was accepted");
    }
    BOOST_TEST(!parse_request_header("GET / HTTP/1.1"));
}

BOOST_AUTO_TEST_CASE(the_compact_header_has_only_what_the_module_uses)
{
    BOOST_TEST(compact_header(*parse_request_header(good), 600) ==
               "POST /Microsoft-Server-ActiveSync?Cmd=Sync HTTP/1.1\r\nHost: mail.example\r\n"
               "Content-Length: 12\r\nUser-Agent: Phone/1\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_compact_header_cuts_the_user_agent)
{
    std::string const raw =
        "GET / HTTP/1.0\r\nUser-Agent: " + std::string(300, 'x') + "\r\nAuthorization: Basic secret\r\n\r\n";
    BOOST_TEST(compact_header(*parse_request_header(raw), 600) ==
               "GET / HTTP/1.0\r\nUser-Agent: " + std::string(100, 'x') + "\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_compact_header_cuts_lists_behind_an_item)
{
    std::string const list = "xxxxdeflate, br, zstd, compress, identity, bzip2;q=0.1";
    auto const raw = "GET / HTTP/1.1\r\nAccept-Encoding: " + list + ", gzip;q=0\r\n\r\n";
    BOOST_TEST(compact_header(*parse_request_header(raw), 600) ==
               "GET / HTTP/1.1\r\nAccept-Encoding: " + list + "\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_compact_header_leaves_out_what_has_no_room)
{
    std::string const raw = "GET /eas/ HTTP/1.1\r\nUser-Agent: Phone/1\r\nHost: mail.example\r\n\r\n";
    std::string const needed = "GET /eas/ HTTP/1.1\r\nHost: mail.example\r\n";
    std::string const all = needed + "User-Agent: Phone/1\r\n\r\n";
    auto const header = parse_request_header(raw);
    BOOST_TEST(compact_header(*header, all.size()) == all);
    BOOST_TEST(compact_header(*header, all.size() - 1) == needed + "\r\n");
    BOOST_TEST(compact_header(*header, 1) == needed + "\r\n");
}

BOOST_AUTO_TEST_CASE(options_of_the_connection_are_a_list)
{
    auto const asks = [](std::string const &version, std::string const &connection) {
        std::string const raw = "GET / HTTP/" + version + "\r\nConnection: " + connection + "\r\n\r\n";
        return asks_to_keep_alive(*parse_request_header(raw));
    };
    BOOST_TEST(asks("1.1", "TE"));
    BOOST_TEST(!asks("1.1", "TE, Close"));
    BOOST_TEST(asks("1.0", "TE, keep-alive"));
    BOOST_TEST(!asks("1.0", "TE"));
}

BOOST_AUTO_TEST_CASE(a_bare_cr_is_refused_at_the_end_too)
{
    for (std::string_view const value : {"chunked\r", "\rchunked", "chun\rked"}) {
        std::string const raw = "POST / HTTP/1.1\r\nTransfer-Encoding: " + std::string(value) + "\r\n\r\n";
        BOOST_TEST(!parse_request_header(raw));
    }
}

BOOST_AUTO_TEST_CASE(the_compact_header_is_a_header_again)
{
    std::string const compact = compact_header(*parse_request_header(good), 600);
    auto const again = parse_request_header(compact);
    BOOST_REQUIRE(again);
    BOOST_TEST(compact_header(*again, 600) == compact);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_has_no_known_size)
{
    BOOST_TEST(
        !sized_body_bytes(*parse_request_header("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")));
    BOOST_TEST(*sized_body_bytes(*parse_request_header("GET / HTTP/1.1\r\n\r\n")) == 0u);
}

BOOST_AUTO_TEST_CASE(the_last_forwarded_address_is_the_peers_own)
{
    auto const header =
        parse_request_header("GET / HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1, 192.0.2.7\r\n\r\n");
    BOOST_TEST(forwarded_for(*header) == "192.0.2.7");
    auto const twice = parse_request_header(
        "GET / HTTP/1.1\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 2001:db8::1\r\n\r\n");
    BOOST_TEST(forwarded_for(*twice) == "2001:db8::1");
}

BOOST_AUTO_TEST_CASE(user_names_come_in_four_forms)
{
    BOOST_TEST(login_user_name("anna@example.org") == "anna@example.org");
    BOOST_TEST(login_user_name("CORP\\anna@example.org") == "anna@example.org");
    BOOST_TEST(login_user_name("example.org\\anna") == "anna@example.org");
    BOOST_TEST(login_user_name("CORP\\anna") == "anna");
    BOOST_TEST(login_user_name("\\anna") == "anna");
    BOOST_TEST(login_user_name("anna") == "anna");
    BOOST_TEST(login_user_name("CORP\\") == "");
}

BOOST_AUTO_TEST_CASE(basic_credentials_are_decoded)
{
    auto const credentials = parse_authorization("basic " + base64_encode("example.org\\jürgen:pa:ss wörd"));
    BOOST_TEST((credentials.kind == Credentials::Kind::basic));
    BOOST_TEST(credentials.user == "jürgen@example.org");
    BOOST_TEST(credentials.password == "pa:ss wörd");
}

BOOST_AUTO_TEST_CASE(broken_credentials_are_told_from_none)
{
    using Kind = Credentials::Kind;
    BOOST_TEST((parse_authorization("").kind == Kind::none));
    BOOST_TEST((parse_authorization("Negotiate abc").kind == Kind::none));
    BOOST_TEST((parse_authorization("Basic").kind == Kind::malformed));
    BOOST_TEST((parse_authorization("Basic !!!").kind == Kind::malformed));
    BOOST_TEST((parse_authorization("Basic " + base64_encode("no colon")).kind == Kind::malformed));
    BOOST_TEST((parse_authorization("Basic " + base64_encode(":password")).kind == Kind::malformed));
    BOOST_TEST(
        (parse_authorization("Basic " + base64_encode(std::string("a\0b:c", 5))).kind == Kind::malformed));
    BOOST_TEST((parse_authorization("Bearer").kind == Kind::malformed));
    BOOST_TEST((parse_authorization("Bearer abc").kind == Kind::bearer));
}

BOOST_AUTO_TEST_CASE(autodiscover_over_plain_http_goes_to_https)
{
    auto const location = [](std::string const &request) {
        return autodiscover_redirect(*parse_request_header(request));
    };
    BOOST_TEST(location("GET /AutoDiscover/autodiscover.xml HTTP/1.1\r\nHost: a.example:80\r\n\r\n") ==
               "https://a.example/autodiscover/autodiscover.xml");
    BOOST_TEST(location("POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a.example\r\n\r\n") == "");
    BOOST_TEST(location("GET /Microsoft-Server-ActiveSync HTTP/1.1\r\nHost: a.example\r\n\r\n") == "");
    BOOST_TEST(location("GET /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a/b\r\n\r\n") == "");
    BOOST_TEST(location("GET /autodiscover/autodiscover.xml HTTP/1.1\r\n\r\n") == "");
}

BOOST_AUTO_TEST_CASE(sasl_responses_are_those_of_the_rfcs)
{
    BOOST_TEST(*base64_decode(sasl_plain("u", "p")) == std::string("\0u\0p", 4));
    BOOST_TEST(*base64_decode(sasl_oauthbearer("u@d", "t")) == "n,a=u@d,\x01"
                                                               "auth=Bearer t\x01\x01");
    BOOST_TEST(*base64_decode(sasl_oauthbearer("", "t")) == "n,,\x01"
                                                            "auth=Bearer t\x01\x01");
}

BOOST_AUTO_TEST_SUITE_END()
