// Headers and flags of a message as properties of an e-mail. MS-ASEMAIL 2.2.2.
#include "mapping/code-page.h"
#include "mapping/email-from-message.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(email_from_message_suite)

namespace {

Email email_of(MemoryMessage &message, ProtocolVersion version = v16_1)
{
    auto email = email_from_message(message, {}, version, "folder:1:");
    BOOST_REQUIRE(email);
    return std::move(*email);
}

} // namespace

BOOST_AUTO_TEST_CASE(headers_become_properties)
{
    MemoryMessage message(plain("text"));
    auto &headers = message.message_headers;
    headers.from = "Ann Lee <ann@example.com>";
    headers.sender = "Office <office@example.com>";
    headers.to = "Bob <bob@example.com>, carol@example.com";
    headers.cc = "Dan <dan@example.com>";
    headers.bcc = "eve@example.com";
    headers.reply_to = "a@example.com, b@example.com";
    headers.subject = " AW: Mittag\r\n essen";
    headers.importance = "high";
    auto email = email_of(message);
    BOOST_TEST(email.from.value() == "\"Ann Lee\" <ann@example.com>");
    BOOST_TEST(email.sender.value() == "\"Office\" <office@example.com>");
    BOOST_TEST(email.to.value() == "\"Bob\" <bob@example.com>, carol@example.com");
    BOOST_TEST(email.display_to.value() == "Bob; carol@example.com");
    BOOST_TEST(email.cc.value() == "\"Dan\" <dan@example.com>");
    BOOST_TEST(email.bcc.value() == "eve@example.com");
    BOOST_TEST(email.reply_to.value() == "a@example.com;b@example.com");
    BOOST_TEST(email.subject.value() == "AW: Mittag   essen");
    BOOST_TEST(email.thread_topic.value() == "Mittag   essen");
    BOOST_TEST(email.importance.value() == 2);
    BOOST_TEST(email.date_received->seconds() == 1'000'000'000);
    BOOST_TEST(email.content_class.value() == "urn:content-classes:message");
    BOOST_TEST(email.message_class.value() == "IPM.Note");
}

BOOST_AUTO_TEST_CASE(what_the_message_has_not_is_absent)
{
    MemoryMessage message(plain(""));
    auto email = email_of(message);
    for (auto *field :
         {&email.from, &email.sender, &email.to, &email.display_to, &email.cc, &email.bcc, &email.reply_to})
        BOOST_TEST(!*field);
    BOOST_TEST(email.subject.value() == "");
    BOOST_TEST(email.importance.value() == 1);
    BOOST_TEST(!email.attachments);
    BOOST_TEST(!email.last_verb_executed);
    BOOST_TEST(read(email.body->data) == "");
}

BOOST_AUTO_TEST_CASE(the_sender_is_told_only_if_it_is_somebody_else)
{
    MemoryMessage message(plain(""));
    message.message_headers.from = "Ann Lee <ann@example.com>";
    message.message_headers.sender = "ANN@example.com";
    BOOST_TEST(!email_of(message).sender);
    message.message_headers.sender = "bob@example.com";
    BOOST_TEST(email_of(message).sender.value() == "bob@example.com");
}

BOOST_AUTO_TEST_CASE(flags_become_properties)
{
    MemoryMessage message(plain(""));
    auto email = email_of(message);
    BOOST_TEST(!email.read.value());
    BOOST_TEST(!email.is_draft.value());
    BOOST_REQUIRE(email.flag); // an empty container: no flag
    BOOST_TEST(!email.flag->status);
    BOOST_TEST(!email.flag->flag_type);

    message.message_flags = {
        .seen = true, .flagged = true, .answered = true, .forwarded = true, .draft = true};
    email = email_of(message);
    BOOST_TEST(email.read.value());
    BOOST_TEST(email.is_draft.value());
    BOOST_TEST(email.flag->status.value() == 2);
    BOOST_TEST(email.flag->flag_type.value() == "Flag for follow up");
    BOOST_TEST(email.last_verb_executed.value() == 1);

    message.message_flags = {.forwarded = true};
    BOOST_TEST(email_of(message).last_verb_executed.value() == 3);
}

BOOST_AUTO_TEST_CASE(a_blind_copy_is_one_whose_bcc_names_the_user)
{
    auto as_bcc = [](std::string bcc, std::string from = "ann@e.example") {
        MemoryMessage message(plain(""));
        message.message_headers.bcc = std::move(bcc);
        message.message_headers.from = std::move(from);
        auto email = email_of(message);
        set_received_as_bcc(email, {"me@e.example", "also@e.example"});
        return email.received_as_bcc.has_value();
    };
    BOOST_TEST(as_bcc("Bob <bob@e.example>, Me <ALSO@e.example>"));
    BOOST_TEST(!as_bcc("Bob <bob@e.example>"));
    BOOST_TEST(!as_bcc(""));
    BOOST_TEST(!as_bcc("me@e.example", "Me <me@e.example>"));
}

BOOST_AUTO_TEST_CASE(importance_is_low_normal_or_high)
{
    MemoryMessage message(plain(""));
    for (auto [header, value] : {std::pair("low", 0), {"normal", 1}, {"high", 2}, {"", 1}}) {
        message.message_headers.importance = header;
        BOOST_TEST(email_of(message).importance.value() == value);
    }
}

BOOST_AUTO_TEST_CASE(the_native_form_and_charset_are_told)
{
    MemoryMessage mixed(
        multipart("alternative", {plain("x"), html("y").with(&MimePart::charset, "iso-8859-15")}));
    BodyOptions wanted;
    wanted.body_preferences = {{BodyType::plain, {}, {}, {}}};
    auto email = email_from_message(mixed, wanted, v14_1, "");
    BOOST_TEST((email->native_body_type == BodyType::html));
    BOOST_TEST((email->body->type == BodyType::plain));
    BOOST_TEST(email->internet_cpid.value() == "28605");
    MemoryMessage without_charset(plain("x"));
    BOOST_TEST(email_of(without_charset).internet_cpid.value() == "20127");
    MemoryMessage image(leaf("image/png"));
    BOOST_TEST((email_of(image).native_body_type == BodyType::plain));
    BOOST_TEST(email_of(image).internet_cpid.value() == "65001");
    BOOST_TEST(code_page("x-unheard-of") == "65001");
    BOOST_TEST(code_page("us-ascii") == "20127");
}

BOOST_AUTO_TEST_CASE(attachments_are_listed_with_any_form_of_body)
{
    MemoryMessage message(multipart("mixed", {plain("x"), leaf("application/pdf", "123").named("a.pdf")}));
    BodyOptions mime;
    mime.mime_support = 2;
    mime.body_preferences = {{BodyType::mime, {}, {}, {}}};
    for (auto const &options : {BodyOptions{}, mime}) {
        auto email = email_from_message(message, options, v14_1, "folder:1:");
        BOOST_REQUIRE(email->attachments);
        BOOST_REQUIRE(email->attachments->size() == 1u);
        BOOST_TEST(email->attachments->front().file_reference == "folder:1:2");
        BOOST_TEST(email->attachments->front().display_name.value() == "a.pdf");
    }
}

BOOST_AUTO_TEST_CASE(hostile_headers_are_bounded_and_valid)
{
    MemoryMessage message(plain(""));
    message.message_headers.subject = std::string(100'000, 'x') + '\x01';
    message.message_headers.from = "\x01\xff <a@example.com>";
    message.message_headers.bcc = std::string(2000, 'a') + "@example.com";
    auto email = email_of(message);
    BOOST_TEST(email.subject->size() == 32768u);
    BOOST_TEST(email.from.value() == "\"\ufffd\ufffd\" <a@example.com>");
    BOOST_TEST(!email.bcc);
}

BOOST_AUTO_TEST_CASE(errors_are_passed_on)
{
    MemoryMessage message(plain(""));
    message.failure = Error{ErrorKind::temporary, "disk"};
    auto email = email_from_message(message, {}, v14_1, "");
    BOOST_TEST((!email && email.error().kind == ErrorKind::temporary));
}

BOOST_AUTO_TEST_SUITE_END()
