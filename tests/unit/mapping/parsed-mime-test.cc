#include "mapping/parsed-mime.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

/// "multipart/mixed(text/plain image/png)"
std::string tree(MimePart const &part)
{
    std::string text = part.type;
    if (part.parts.empty())
        return text;
    text += '(';
    for (auto const &child : part.parts)
        text += (text.ends_with('(') ? "" : " ") + tree(child);
    return text + ')';
}

std::string tree_of(std::string_view mime)
{
    auto const parsed = ParsedMime::parse(mime);
    return parsed ? tree(parsed->structure()) : "error: " + parsed.error().message;
}

std::string text_of(std::string_view mime, std::string const &id = "", size_t max_bytes = 1000)
{
    auto const parsed = ParsedMime::parse(mime);
    auto const text = parsed->text(id, max_bytes);
    return text ? text->text + (text->more ? "..." : "") : text.error().message;
}

std::string const mixed = "Content-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\npreamble\r\n"
                          "--b 1\r\n\r\nfirst\r\n"
                          "--b 1x\r\n"
                          "--b 1 \r\nContent-Type: image/png\r\n\r\nPNG\r\n"
                          "--b 1--\r\nepilogue\r\n--b 1\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(parsed_mime)

BOOST_AUTO_TEST_CASE(parts_are_found_between_delimiters)
{
    BOOST_CHECK_EQUAL(tree_of(mixed), "multipart/mixed(text/plain image/png)");
    BOOST_CHECK_EQUAL(text_of(mixed, "1"), "first\r\n--b 1x");
    auto const parsed = ParsedMime::parse(mixed);
    BOOST_CHECK_EQUAL(parsed->raw("2"), "Content-Type: image/png\r\n\r\nPNG");
    BOOST_CHECK_EQUAL(parsed->raw(""), mixed);
}

BOOST_AUTO_TEST_CASE(lines_may_end_with_lf)
{
    BOOST_CHECK_EQUAL(tree_of("Content-Type: multipart/x; boundary=b\n\n--b\n\n1\n--b\n\n2\n--b--\n"),
                      "multipart/x(text/plain text/plain)");
}

BOOST_AUTO_TEST_CASE(without_a_last_delimiter_the_last_part_goes_to_the_end)
{
    auto const mime = mixed.substr(0, mixed.find("--b 1--"));
    BOOST_CHECK_EQUAL(tree_of(mime), "multipart/mixed(text/plain image/png)");
}

BOOST_AUTO_TEST_CASE(broken_multiparts_are_leaves)
{
    BOOST_CHECK_EQUAL(tree_of(""), "text/plain");
    BOOST_CHECK_EQUAL(tree_of("Content-Type: multipart/mixed\r\n\r\n--b\r\n"), "multipart/mixed");
    BOOST_CHECK_EQUAL(tree_of("Content-Type: multipart/mixed; boundary=b\r\n\r\ntext"), "multipart/mixed");
    BOOST_CHECK_EQUAL(tree_of("Content-Type: multipart/mixed; boundary=\"\\"), "multipart/mixed");
}

BOOST_AUTO_TEST_CASE(parts_and_depth_are_limited)
{
    std::string many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 1100; ++i)
        many += "--b\r\n\r\nx\r\n";
    BOOST_CHECK_EQUAL(tree_of(many), "error: the message has over 1000 parts");
    std::string deep;
    for (int i = 0; i < 100; ++i)
        deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
                std::to_string(i) + "\r\n";
    BOOST_CHECK(tree_of(deep).ends_with("(multipart/mixed" + std::string(20, ')')));
}

BOOST_AUTO_TEST_CASE(text_is_decoded_to_utf8)
{
    BOOST_CHECK_EQUAL(text_of("Content-Type: text/plain; charset=\"ISO-8859-1\"\r\n"
                              "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe"),
                      "Grüße");
    BOOST_CHECK_EQUAL(text_of("Content-Type: text/plain; charset=shift_jis\r\n\r\n\x93\xfa"), "日");
    BOOST_CHECK_EQUAL(text_of("Content-Type: text/plain; charset=../x//IGNORE\r\n\r\nGr\xfc"), "Grü");
    BOOST_CHECK_EQUAL(text_of("\r\nGr\xfc\xdf"
                              "e \x96 \x80 \x81"),
                      "Grüße – € \xef\xbf\xbd");
    BOOST_CHECK_EQUAL(text_of("Content-Type: text/plain; charset=utf-8\r\n\r\nGrü\xdf"
                              "e \xe2\x82"),
                      "Grüße â‚");
    BOOST_CHECK_EQUAL(text_of("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\na\xff z"),
                      "a\xef\xbf\xbd z");
    BOOST_CHECK_EQUAL(text_of("Content-Type: text/plain; charset=hz-gb-2312\r\n\r\na ~{VPND~} ~~"),
                      "a 中文 ~");
    BOOST_CHECK_EQUAL(text_of("\r\nGrüße", "", 3), "Gr...");
    BOOST_CHECK_EQUAL(text_of("", "7"), "no part 7");
}

BOOST_AUTO_TEST_CASE(what_tells_body_from_attachment_is_read)
{
    auto const parsed =
        ParsedMime::parse("Content-Type: Text/HTML; Name*0*=utf-8''x; Format=Flowed; delsp=yes\r\n"
                          "Content-Disposition: Attachment;\r\n\tfilename=\"a \\\"b\\\".html\"\r\n"
                          "Content-ID: <1@x>\r\n\r\n");
    MimePart const &part = parsed->structure();
    BOOST_CHECK_EQUAL(part.type, "text/html");
    BOOST_CHECK_EQUAL(part.disposition, "attachment");
    BOOST_CHECK_EQUAL(part.name, "a \"b\".html");
    BOOST_CHECK_EQUAL(part.content_id, "<1@x>");
    BOOST_CHECK(part.flowed && part.del_sp);
}

BOOST_AUTO_TEST_SUITE_END()
