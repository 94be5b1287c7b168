// Which body a client gets. MS-ASAIRS 2.2.2.3.2, 2.2.2.35, 2.2.2.40; MS-ASCMD 2.2.3.110 and 2.2.3.111.
#include "base/text.h"
#include "mapping/body-choice.h"
#include "mapping/email-from-message.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(body_choice)

namespace {

constexpr auto plain_type = BodyType::plain;
constexpr auto html_type = BodyType::html;
constexpr auto rtf_type = BodyType::rtf;
constexpr auto mime_type = BodyType::mime;

BodyPreference prefer(BodyType type, std::optional<uint64_t> truncation_size = {},
                      std::optional<bool> all_or_none = {}, std::optional<uint32_t> preview = {})
{
    return {type, truncation_size, all_or_none, preview};
}

BodyOptions options(std::vector<BodyPreference> preferences, int mime_support = 0,
                    std::optional<int> mime_truncation = {})
{
    BodyOptions made;
    made.body_preferences = std::move(preferences);
    made.mime_support = mime_support;
    made.mime_truncation = mime_truncation;
    return made;
}

/// "2 10 cut: data" (type, EstimatedDataSize, whether Truncated is 1)
std::string described(Body const &body)
{
    return std::to_string(static_cast<int>(body.type)) + " " + std::to_string(*body.estimated_data_size) +
           (body.truncated.value_or(false) ? " cut: " : ": ") + read(body.data);
}

struct Example {
    char const *what;
    Part root;
    BodyOptions options;
    char const *body;
};

Part const text = plain("plain text"), page = html("<p>html page</p>"),
           both = multipart("alternative", {text, page}),
           opaque = leaf("application/pkcs7-mime", "CMS").with(&MimePart::smime_type, "enveloped-data"),
           clear_signed = multipart("signed", {text, leaf("application/pkcs7-signature", "sig")});

std::vector<Example> const examples = {
    // the native form first, then the client's order
    {"HTML as stored", both, options({prefer(plain_type), prefer(html_type)}), "2 16: <p>html page</p>"},
    {"text as stored", text, options({prefer(html_type), prefer(plain_type)}), "1 10: plain text"},
    {"the client knows no HTML", both, options({prefer(plain_type)}), "1 10: plain text"},
    {"HTML as text", page, options({prefer(plain_type)}), "1 9: html page"},
    {"RTF gives way", both, options({prefer(rtf_type), prefer(plain_type)}), "1 10: plain text"},
    {"only RTF", both, options({prefer(rtf_type)}), "2 16: <p>html page</p>"},
    {"no preference", both, options({}), "2 16: <p>html page</p>"},
    {"no preference, text", text, options({}), "1 10: plain text"},

    // truncation, in bytes of UTF-8
    {"cut", text, options({prefer(plain_type, 5)}), "1 10 cut: plain"},
    {"just fits", text, options({prefer(plain_type, 10)}), "1 10: plain text"},
    {"one too long", text, options({prefer(plain_type, 9)}), "1 10 cut: plain tex"},
    {"at a character", plain("a\u20acb"), options({prefer(plain_type, 3)}), "1 5 cut: a"},
    {"line ends count", plain("a\nb"), options({prefer(plain_type, 3)}), "1 4 cut: a\r\n"},
    {"nothing but the size", text, options({prefer(plain_type, 0)}), "1 10 cut: (absent)"},
    {"not inside a tag", page, options({prefer(html_type, 14)}), "2 16 cut: <p>html page"},
    {"HTML as text, cut", page, options({prefer(plain_type, 4)}), "1 9 cut: html"},

    // AllOrNone
    {"all fits", both, options({prefer(html_type, 16, true), prefer(plain_type, 100)}),
     "2 16: <p>html page</p>"},
    {"none, but the next fits", both, options({prefer(html_type, 15, true), prefer(plain_type, 100)}),
     "1 10: plain text"},
    {"none, the next is cut", both, options({prefer(html_type, 15, true), prefer(plain_type, 5)}),
     "1 10 cut: plain"},
    {"none at all", both, options({prefer(html_type, 15, true), prefer(plain_type, 5, true)}),
     "2 16 cut: (absent)"},
    {"AllOrNone without a size", both, options({prefer(html_type, {}, true)}), "2 16: <p>html page</p>"},
    {"empty is all", plain(""), options({prefer(plain_type, 0, true)}), "1 0: "},

    // MIME
    {"MIME not allowed", both, options({prefer(mime_type), prefer(html_type)}), "2 16: <p>html page</p>"},
    {"only MIME, not allowed", both, options({prefer(mime_type, 5)}), "2 16 cut: <p>ht"},
    {"MIME for all", both, options({prefer(html_type), prefer(mime_type)}, 2),
     "4 21: MIME of the message\r\n"},
    {"MIME for S/MIME, none", both, options({prefer(mime_type), prefer(html_type)}, 1),
     "2 16: <p>html page</p>"},
    {"MIME for S/MIME, opaque", opaque, options({prefer(html_type), prefer(mime_type)}, 1),
     "4 21: MIME of the message\r\n"},
    {"MIME for S/MIME, clear signed", clear_signed, options({prefer(plain_type), prefer(mime_type)}, 1),
     "4 21: MIME of the message\r\n"},
    {"S/MIME, client cannot", clear_signed, options({prefer(plain_type)}, 1), "1 10: plain text"},
    {"S/MIME, client cannot, opaque", opaque, options({prefer(plain_type)}, 1), "1 0: "},
    {"MIME without preference", both, options({}, 2), "4 21: MIME of the message\r\n"},
    {"MIME cut", both, options({prefer(mime_type, 4)}, 2), "4 21 cut: MIME"},
    {"MIME, only the size", both, options({prefer(mime_type, 0)}, 2), "4 21 cut: (absent)"},
    {"MIMETruncation 0", both, options({prefer(mime_type)}, 2, 0), "4 21 cut: (absent)"},
    {"MIMETruncation 1", both, options({prefer(mime_type)}, 2, 1), "4 21: MIME of the message\r\n"},
    {"MIMETruncation 8", both, options({prefer(mime_type, 4)}, 2, 8), "4 21 cut: MIME"},
    {"MIME all or none", both, options({prefer(mime_type, 4, true), prefer(html_type)}, 2),
     "2 16: <p>html page</p>"},

    // messages without text
    {"empty", plain(""), options({prefer(plain_type, 100)}), "1 0: "},
    {"empty as HTML", plain(""), options({prefer(html_type, 100)}), "2 0: "},
    {"an image only", leaf("image/png", "png"), options({prefer(html_type, 100)}), "2 0: "},
    {"an empty multipart", multipart("mixed", {}), options({prefer(plain_type)}), "1 0: "},

    // several stretches of text
    {"a footer", multipart("mixed", {text, plain("footer")}), options({prefer(plain_type)}),
     "1 20: plain text\r\n\r\nfooter"},
    {"a footer under HTML", multipart("mixed", {page, plain("<footer>")}), options({prefer(html_type)}),
     "2 45: <p>html page</p><br><div>&lt;footer&gt;</div>"},
    {"HTML under text", multipart("mixed", {text, page}), options({prefer(html_type)}),
     "2 37: <div>plain text</div><p>html page</p>"},
    {"a footer under HTML as text", multipart("mixed", {page, plain("footer")}),
     options({prefer(plain_type)}), "1 19: html page\r\n\r\nfooter"},
    {"a footer that is cut", multipart("mixed", {text, plain("footer")}), options({prefer(plain_type, 16)}),
     "1 20 cut: plain text\r\n\r\nfo"},

    // repairs
    {"flowed", plain("one \r\ntwo\r\n").with(&MimePart::flowed, true), options({prefer(plain_type)}),
     "1 9: one two\r\n"},
    {"flowed with DelSp", plain("one \ntwo\n").with(&MimePart::flowed, true).with(&MimePart::del_sp, true),
     options({prefer(plain_type)}), "1 8: onetwo\r\n"},
    {"characters that XML has not", plain(std::string("a\0b\x01", 4)), options({prefer(plain_type)}),
     "1 8: a\ufffdb\ufffd"},
    {"an old charset label", html("<meta charset=latin1>\u00fc"), options({prefer(html_type)}),
     "2 22: <meta charset=utf-8>\u00fc"},
};

} // namespace

BOOST_AUTO_TEST_CASE(follows_the_options)
{
    for (auto const &example : examples) {
        MemoryMessage message(example.root);
        auto body = body_from_message(message, example.options, v14_1);
        BOOST_REQUIRE(body);
        BOOST_TEST(described(*body) == example.body, example.what << ": " << described(*body));
    }
}

BOOST_AUTO_TEST_CASE(text_as_html_is_a_document)
{
    MemoryMessage message(plain("a < b\n"));
    auto body = read(body_from_message(message, options({prefer(html_type)}), v14_1)->data);
    BOOST_TEST(body.starts_with("<html>"));
    BOOST_TEST(body.find("a &lt; b") != body.npos);
}

BOOST_AUTO_TEST_CASE(mime_says_whether_it_is_truncated)
{
    MemoryMessage message(both);
    BOOST_TEST((body_from_message(message, options({prefer(mime_type)}, 2), v12_1)->truncated ==
                std::optional(false)));
    BOOST_TEST((body_from_message(message, options({prefer(mime_type, 3)}, 2), v12_1)->truncated ==
                std::optional(true)));
    BOOST_TEST(!body_from_message(message, options({prefer(html_type)}), v12_1)->truncated);
}

BOOST_AUTO_TEST_CASE(a_preview_comes_with_what_is_not_plain_text)
{
    MemoryMessage message(both);
    message.first_words = "\u00e4first words";
    auto preview = [&](BodyPreference preference, ProtocolVersion version) {
        return body_from_message(message, options({preference}), version)->preview.value_or("(absent)");
    };
    BOOST_TEST(preview(prefer(html_type, {}, {}, 6), v14_0) == "\u00e4first");
    BOOST_TEST(preview(prefer(html_type, 0, {}, 255), v16_1) == "\u00e4first words");
    BOOST_TEST(preview(prefer(html_type, {}, {}, 6), v12_1) == "(absent)");
    BOOST_TEST(preview(prefer(html_type, {}, {}, 0), v14_1) == "(absent)");
    BOOST_TEST(preview(prefer(html_type), v14_1) == "(absent)");
    BOOST_TEST(preview(prefer(plain_type, {}, {}, 6), v14_1) == "(absent)");
    BOOST_TEST(preview(prefer(plain_type, 0, {}, 6), v14_1) == "\u00e4first");
    message.first_words = "";
    BOOST_TEST(preview(prefer(html_type, {}, {}, 6), v14_1) == "(absent)");
}

BOOST_AUTO_TEST_CASE(reads_no_more_than_is_wanted)
{
    std::string const lots(1 << 20, 'x');
    MemoryMessage message(multipart("mixed", {multipart("alternative", {plain(lots), html("<p>" + lots)}),
                                              plain(lots), leaf("application/pdf", lots)}));
    BOOST_TEST(read(body_from_message(message, options({prefer(html_type, 500)}), v14_1)->data).size() ==
               500u);
    BOOST_TEST(message.bytes_read.size() == 1u);
    BOOST_TEST(message.bytes_read["1.2"] <= 1024u);
    BOOST_TEST(
        body_from_message(message, options({prefer(html_type, 500)}), v14_1)->estimated_data_size.value() ==
        2u * lots.size() + 3);

    message.bytes_read.clear();
    BOOST_REQUIRE(body_from_message(message, options({prefer(html_type, 0)}), v14_1));
    BOOST_TEST(message.bytes_read.empty());
    BOOST_REQUIRE(body_from_message(message, options({prefer(mime_type, 0)}, 2), v14_1));
    BOOST_TEST(message.bytes_read.empty());
    BOOST_TEST(message.raw_read == 0);
    BOOST_TEST(message.previews_read == 0);
}

BOOST_AUTO_TEST_CASE(html_with_little_text_is_read_until_there_is_enough)
{
    std::string page = "<style>" + std::string(100'000, ' ') + "</style>";
    for (int i = 0; i < 5000; ++i)
        page += "<p style='margin: 0; padding: 0; color: #000000'>word</p>";
    MemoryMessage message(html(page));
    auto body = body_from_message(message, options({prefer(plain_type, 2000)}), v14_1);
    BOOST_TEST(read(body->data).size() >= 1990u);
    BOOST_TEST(body->truncated.value());
    BOOST_TEST(message.bytes_read["1"] < page.size());
}

BOOST_AUTO_TEST_CASE(data_is_never_longer_than_wanted_nor_broken)
{
    std::string words;
    for (int i = 0; i < 300; ++i)
        words += "w\u00f6rd \u20ac <b>" + std::to_string(i) + "</b> &amp; \U0001f600\n";
    for (auto const &root : {plain(words), html(words), multipart("mixed", {html(words), plain(words)})})
        for (uint64_t size = 1; size < 700; size += 7)
            for (auto type : {plain_type, html_type}) {
                MemoryMessage message(root);
                auto body = body_from_message(message, options({prefer(type, size)}), v14_1);
                auto data = read(body->data);
                BOOST_TEST(data.size() <= size);
                BOOST_TEST(body->truncated.value());
                BOOST_TEST(body->estimated_data_size.value() > data.size());
                BOOST_TEST((sanitize_utf8(data) == data));
            }
}

BOOST_AUTO_TEST_CASE(a_body_part_is_html)
{
    MemoryMessage message(both);
    message.first_words = "first words";
    auto wanted = options({prefer(plain_type, 5)});
    wanted.body_part_preference = prefer(html_type, 8, {}, 5);
    auto email = email_from_message(message, wanted, v14_1, "");
    BOOST_REQUIRE(email->body_part);
    BOOST_TEST(email->body_part->status == 1);
    BOOST_TEST((email->body_part->type == html_type));
    BOOST_TEST(read(email->body_part->data) == "<p>html ");
    BOOST_TEST(email->body_part->truncated.value());
    BOOST_TEST(email->body_part->estimated_data_size.value() == 16u);
    BOOST_TEST(email->body_part->preview.value() == "first");
    BOOST_TEST(!email_from_message(message, wanted, v14_0, "")->body_part);
    BOOST_TEST(read(email->body->data) == "plain");
}

BOOST_AUTO_TEST_CASE(errors_of_the_message_are_passed_on)
{
    MemoryMessage message(both);
    message.failure = Error{ErrorKind::not_found, "expunged"};
    for (int mime_support : {0, 2}) {
        auto body =
            body_from_message(message, options({prefer(mime_type), prefer(html_type)}, mime_support), v14_1);
        BOOST_TEST((!body && body.error().kind == ErrorKind::not_found));
    }
}

BOOST_AUTO_TEST_SUITE_END()
