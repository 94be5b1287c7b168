#include "mapping/outgoing-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

OutgoingDefaults const defaults{
    Instant::from_seconds(1795341487), "<made@example.com>", {"anna@example.com", "office@example.com"}};

std::string text_of(Content const &content)
{
    StringSink sink;
    BOOST_REQUIRE(content.copy_to(sink));
    return sink.text;
}

std::string completed(std::string const &mime)
{
    auto const message = prepare_outgoing(mime, defaults);
    return message ? text_of(message->message) : "error: " + message.error().message;
}

/// "anna@example.com; bob@example.org"
std::string addresses(std::string_view value)
{
    std::string joined;
    for (auto const &each : parse_address_list(value))
        joined += (joined.empty() ? "" : "; ") + each.address;
    return joined;
}

std::string const complete = "Date: Sun, 22 Nov 2026 10:00:00 +0100\r\n"
                             "Message-ID: <own@example.com>\r\n"
                             "From: Anna <anna@example.com>\r\n"
                             "To: bob@example.org\r\n"
                             "\r\n"
                             "Hello\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(outgoing_message)

BOOST_AUTO_TEST_CASE(a_complete_message_stays_as_it_is)
{
    BOOST_CHECK_EQUAL(completed(complete), complete);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_filled_in)
{
    BOOST_CHECK_EQUAL(completed("To: bob@example.org\n\nHello\n"), "Date: Sun, 22 Nov 2026 09:58:07 +0000\r\n"
                                                                   "Message-ID: <made@example.com>\r\n"
                                                                   "From: anna@example.com\r\n"
                                                                   "To: bob@example.org\r\n"
                                                                   "\r\n"
                                                                   "Hello\n");
}

BOOST_AUTO_TEST_CASE(bcc_is_in_the_copy_but_not_in_what_is_sent)
{
    std::string const mime = complete.substr(0, complete.find("\r\n\r\n") + 2) +
                             "Bcc: carl@example.net,\r\n dora@example.net\r\nSubject: x\r\n\r\nHello";
    auto const message = prepare_outgoing(mime, defaults);
    BOOST_REQUIRE(message);
    BOOST_CHECK_EQUAL(text_of(message->message), mime);
    auto const sent = text_of(message->without_bcc);
    BOOST_CHECK_EQUAL(sent.find("example.net"), sent.npos);
    BOOST_CHECK(sent.ends_with("Subject: x\r\n\r\nHello"));
    BOOST_REQUIRE_EQUAL(message->recipients.size(), 3u);
    BOOST_CHECK_EQUAL(message->recipients[2].address, "dora@example.net");
}

BOOST_AUTO_TEST_CASE(any_own_address_may_be_the_sender)
{
    auto mime = complete;
    mime.replace(mime.find("anna@"), 5, "Office@");
    BOOST_CHECK_EQUAL(completed(mime), mime);
    BOOST_CHECK_EQUAL(prepare_outgoing(mime, defaults)->from, "Office@example.com");
}

BOOST_AUTO_TEST_CASE(a_foreign_sender_becomes_the_primary_address_and_keeps_its_name)
{
    auto const from = [](std::string const &value) {
        auto const text = completed("From: " + value + "\r\nDate: x\r\nMessage-ID: <x>\r\n\r\n");
        return text.substr(0, text.find("\r\n"));
    };
    BOOST_CHECK_EQUAL(from("\"Boss, The\" <boss@example.com>"), "From: \"Boss, The\" <anna@example.com>");
    BOOST_CHECK_EQUAL(from("=?utf-8?q?B=C3=B6ss?= <boss@example.com>"),
                      "From: =?utf-8?q?B=C3=B6ss?= <anna@example.com>");
    BOOST_CHECK_EQUAL(from("boss@example.com"), "From: anna@example.com");
    BOOST_CHECK_EQUAL(from(""), "From: anna@example.com");
}

BOOST_AUTO_TEST_CASE(nobody_else_stands_beside_the_user)
{
    std::string const rest = "Date: x\r\nMessage-ID: <x>\r\n\r\n";
    BOOST_CHECK_EQUAL(completed("From: Anna <anna@example.com>, boss@example.com\r\n" + rest),
                      "From: Anna <anna@example.com>\r\n" + rest);
    BOOST_CHECK_EQUAL(completed("From: anna@example.com\r\nFROM: boss@example.com\r\n" + rest),
                      "From: anna@example.com\r\n" + rest);
    BOOST_CHECK_EQUAL(completed("From: anna@example.com\r\nSender: boss@example.com\r\n" + rest),
                      "From: anna@example.com\r\n" + rest);
    std::string const own =
        "From: anna@example.com, office@example.com\r\nSender: office@example.com\r\n" + rest;
    BOOST_CHECK_EQUAL(completed(own), own);
}

BOOST_AUTO_TEST_CASE(a_recipient_that_is_named_twice_gets_it_once)
{
    auto const message = prepare_outgoing(
        "To: Bob <bob@example.org>, dora@example.net\r\nCc: BOB@example.org\r\nBcc: dora@example.net\r\n\r\n",
        defaults);
    BOOST_REQUIRE_EQUAL(message->recipients.size(), 2u);
    BOOST_CHECK_EQUAL(message->recipients[0].address, "bob@example.org");
}

BOOST_AUTO_TEST_CASE(the_sender_stays_if_the_users_addresses_are_not_known)
{
    auto unknown = defaults;
    unknown.addresses.clear();
    auto const message = prepare_outgoing(complete, unknown);
    BOOST_CHECK_EQUAL(text_of(message->message), complete);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_field_ends_the_header)
{
    BOOST_CHECK(completed("To: bob@example.org\r\nno field\r\nmore\r\n")
                    .ends_with("To: bob@example.org\r\n\r\nno field\r\nmore\r\n"));
}

BOOST_AUTO_TEST_CASE(a_header_without_body_is_a_message)
{
    BOOST_CHECK(completed("To: bob@example.org").ends_with("To: bob@example.org\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(what_has_no_header_is_refused)
{
    for (std::string mime : {"", "\r\nTo: bob@example.org\r\n", "just text", " To: bob@example.org\r\n"})
        BOOST_CHECK_EQUAL(completed(mime), "error: the message has no header");
    BOOST_CHECK_EQUAL(completed(std::string("To: b\0b\r\n\r\n", 11)),
                      "error: the message's header has a NUL byte");
    BOOST_CHECK_EQUAL(completed("To: " + std::string(2 << 20, 'x')),
                      "error: the message's header is over 1 MiB");
}

BOOST_AUTO_TEST_CASE(no_bare_carriage_return_leaves)
{
    BOOST_CHECK(completed("Subject: a\rBcc: b\r\n\r\n").find("Subject: aBcc: b\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(address_lists_are_read_in_all_their_forms)
{
    BOOST_CHECK_EQUAL(addresses("anna@example.com"), "anna@example.com");
    BOOST_CHECK_EQUAL(addresses("\"Last, First\" <a@b.c>, Carl (home, work) <c@d.e> , d@e.f (Dora)"),
                      "a@b.c; c@d.e; d@e.f");
    BOOST_CHECK_EQUAL(addresses("Friends: a@b.c, \"x:y\" <c@d.e>; e@f.g"), "a@b.c; c@d.e; e@f.g");
    BOOST_CHECK_EQUAL(addresses("undisclosed-recipients:;"), "");
    BOOST_CHECK_EQUAL(addresses("<@relay.example:a@b.c>"), "a@b.c");
    BOOST_CHECK_EQUAL(addresses("\"a,b\"@c.d, <\"x>y\"@c.d>, u@[IPv6:::1]"),
                      "\"a,b\"@c.d; \"x>y\"@c.d; u@[IPv6:::1]");
    BOOST_CHECK_EQUAL(addresses("J\xc3\xbcrgen <j\xc3\xbcrgen@m\xc3\xbcller.example>"),
                      "j\xc3\xbcrgen@m\xc3\xbcller.example");
    BOOST_CHECK_EQUAL(addresses(" ,, <>, "), "");
    BOOST_CHECK_EQUAL(addresses("nobody"), "nobody");
    BOOST_CHECK_EQUAL(addresses("<a@b.c\r\n x>"), "a@b.c x");
    BOOST_CHECK_EQUAL(parse_address_list("\"Last, First\" <a@b.c>")[0].display_name, "\"Last, First\"");
}

BOOST_AUTO_TEST_CASE(broken_address_lists_end)
{
    for (auto text :
         {"\"open", "<open", "(open", "a\\", "\"a\\", "(\\", "<\"", "[", "<\"a\\", ")", ">", "(()"})
        BOOST_TEST(parse_address_list(text).size() <= 1u);
}

BOOST_AUTO_TEST_CASE(message_ids_are_random_in_the_users_domain)
{
    auto const id = new_message_id("anna@example.com");
    BOOST_CHECK(id.starts_with("<"));
    BOOST_CHECK(id.ends_with("@example.com>"));
    BOOST_CHECK_NE(id, new_message_id("anna@example.com"));
}

BOOST_AUTO_TEST_SUITE_END()
