#include "mapping/draft-header.h"
#include "mapping/draft-message.h"
#include "mapping/parsed-mime.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

DraftDefaults const defaults{Instant::from_seconds(1795341487), "<new@example.com>", "anna@example.com",
                             "=_random", "request-1"};

std::string short_name(MimePart const &part)
{
    return part.type.substr(part.type.find('/') + 1);
}

/// "mixed(plain, pdf)"
std::string tree(MimePart const &part)
{
    std::string text = short_name(part);
    for (MimePart const &child : part.parts)
        text += (&child == &part.parts.front() ? "(" : ", ") + tree(child);
    return part.parts.empty() ? text : text + ")";
}

struct Made {
    std::string mime, parts, attachments, error;
};

/// Attachments as "part<stored_as or client_id".
Made make(Draft const &draft, MailMessage *stored = nullptr, std::vector<std::string> const &deleted = {})
{
    auto const composed = compose_draft(draft, stored, deleted, defaults);
    if (!composed)
        return {"", "", "", composed.error().message};
    Made made{test::read(whole_message(*composed)), "", "", ""};
    made.parts = tree(ParsedMime::parse(made.mime)->structure());
    for (PlacedAttachment const &placed : composed->attachments)
        made.attachments += placed.part + "<" + placed.stored_as + placed.client_id + " ";
    return made;
}

Body body(BodyType type, std::string text)
{
    Body body;
    body.type = type;
    body.data = Content(std::move(text));
    return body;
}

std::string const bytes = std::string("\x00\xff", 2);

Element opaque_element(std::string_view text)
{
    Element element;
    element.tag = Tag::AirSyncBase_Content;
    element.is_opaque = true;
    element.text = text;
    return element;
}

AttachmentToAdd file(std::string const &client_id)
{
    AttachmentToAdd added;
    added.client_id = client_id;
    added.method = 1;
    added.display_name = client_id + ".pdf";
    added.content = opaque_element(bytes);
    return added;
}

AttachmentToAdd image(std::string const &client_id)
{
    auto added = file(client_id);
    added.content_id = client_id;
    added.is_inline = true;
    return added;
}

Part const picture = leaf("image/png", "PNG").cid("pic").disposed("inline");
Part const pdf = leaf("application/pdf", "PDF").disposed("attachment");

std::map<std::string, Part> const drafts = {
    {"plain", plain("Text")},
    {"html", html("<p>Text")},
    {"both", multipart("alternative", {plain("Text"), html("<p>Text")})},
    {"related", multipart("alternative", {plain("Text"), multipart("related", {html("<p>Text"), picture})})},
    {"file", multipart("mixed", {plain("Text"), pdf})},
    {"full", multipart("mixed", {multipart("alternative",
                                           {plain("Text"), multipart("related", {html("<p>Text"), picture})}),
                                 pdf, leaf("application/zip", "ZIP").disposed("attachment")})},
    {"apple", multipart("mixed", {plain("One"), pdf, plain("Two")})},
    {"lonely", pdf},
};

MemoryMessage stored(std::string const &name)
{
    MemoryMessage message(drafts.at(name));
    message.whole = "From: Anna <anna@example.com>\r\nTo: bob@example.com\r\nX-Own: kept\r\nSubject: Old\r\n"
                    "MIME-Version: 1.0\r\nContent-Type: text/x-whole\r\nContent-Language: de\r\n\r\nWHOLE";
    message.message_headers.to = "bob@example.com";
    message.message_headers.subject = "Old";
    return message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(draft_message)

BOOST_AUTO_TEST_CASE(a_new_draft_has_the_usual_form)
{
    Draft draft;
    BOOST_TEST(make(draft).parts == "plain");
    draft.body = body(BodyType::plain, "Text");
    BOOST_TEST(make(draft).parts == "plain");
    draft.body = body(BodyType::html, "<p>Text");
    BOOST_TEST(make(draft).parts == "alternative(plain, html)");
    draft.attachments.emplace().adds = {file("f"), image("i"), file("g")};
    auto const made = make(draft);
    BOOST_TEST(made.parts == "mixed(alternative(plain, related(html, pdf)), pdf, pdf)");
    BOOST_TEST(made.attachments == "1.2.2<i 2<f 3<g ");
    draft.body = body(BodyType::plain, "Text");
    BOOST_TEST(make(draft).parts == "mixed(plain, pdf, pdf, pdf)");
}

BOOST_AUTO_TEST_CASE(a_new_draft_has_a_header)
{
    Draft draft;
    draft.to = "\"Bob\" <bob@example.com>";
    draft.bcc = "carl@example.com";
    draft.subject = "Grüße";
    draft.importance = 0;
    BOOST_TEST(make(draft).mime == "Date: Sun, 22 Nov 2026 09:58:07 +0000\r\n"
                                   "X-EAS-Request: request-1\r\n"
                                   "Message-ID: <new@example.com>\r\n"
                                   "From: anna@example.com\r\n"
                                   "To: \"Bob\" <bob@example.com>\r\n"
                                   "Bcc: carl@example.com\r\n"
                                   "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n"
                                   "Importance: low\r\n"
                                   "X-Priority: 5\r\n"
                                   "MIME-Version: 1.0\r\n"
                                   "Content-Type: text/plain; charset=utf-8\r\n"
                                   "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(where_only_the_header_changes_the_body_stays_as_it_is)
{
    for (auto const &[name, part] : drafts) {
        auto message = stored(name);
        if (part.parts.empty())
            continue; // of a message without parts the fixture has no whole
        Draft draft;
        draft.subject = "New";
        auto const made = make(draft, &message);
        BOOST_TEST_INFO(name);
        BOOST_TEST(
            made.mime.ends_with("From: Anna <anna@example.com>\r\nTo: bob@example.com\r\nX-Own: kept\r\n"
                                "Subject: New\r\nMIME-Version: 1.0\r\nContent-Type: text/x-whole\r\n"
                                "Content-Language: de\r\n\r\nWHOLE"));
    }
}

BOOST_AUTO_TEST_CASE(what_the_client_was_shown_is_no_change)
{
    auto message = stored("both");
    message.message_headers.to = "bob@example.com";
    message.whole = "To: (comment) bob@example.com\r\nSubject:  Old\r\nX-Priority: 3\r\n\r\nWHOLE";
    Draft draft;
    draft.to = "bob@example.com";
    draft.subject = "Old";
    draft.importance = 1;
    draft.body = body(BodyType::html, "<p>Text\r\n");
    auto const made = make(draft, &message).mime;
    BOOST_TEST(made.find("To: (comment) bob@example.com\r\nSubject:  Old\r\nX-Priority: 3\r\nMIME-Version: "
                         "1.0\r\n\r\nWHOLE") != made.npos);
}

BOOST_AUTO_TEST_CASE(recipients_change_together)
{
    auto message = stored("both");
    message.whole = "To: bob@example.com\r\nCc: carl@example.com\r\nReply-To: dora@example.com\r\n\r\nWHOLE";
    message.message_headers.cc = "carl@example.com";
    message.message_headers.reply_to = "dora@example.com";
    Draft draft;
    draft.to = "bob@example.com";
    auto made = make(draft, &message).mime;
    BOOST_TEST(made.find("To: bob@example.com\r\nReply-To: dora@example.com\r\n") != made.npos);
    BOOST_TEST(made.find("Cc:") == made.npos);
    draft.to.reset();
    draft.subject = "x";
    BOOST_TEST(make(draft, &message).mime.find("Cc: carl@example.com\r\n") != made.npos);
}

BOOST_AUTO_TEST_CASE(importance_replaces_what_programs_say_of_it)
{
    auto message = stored("both");
    message.whole = "X-Priority: 5\r\nX-MSMail-Priority: low\r\npriority: non-urgent\r\n\r\nWHOLE";
    message.message_headers.importance = "low";
    Draft draft;
    draft.importance = 2;
    auto made = make(draft, &message).mime;
    BOOST_TEST(made.find("X-Priority: 1\r\nMIME-Version: 1.0\r\n") == made.npos);
    BOOST_TEST(made.find("X-Priority: 1\r\n") != made.npos);
    BOOST_TEST(made.find("Importance: high\r\n") != made.npos);
    BOOST_TEST(made.find("low") == made.npos);
    BOOST_TEST(made.find("urgent") == made.npos);
    draft.importance = 1;
    BOOST_TEST(make(draft, &message).mime.find("riority") == made.npos);
}

BOOST_AUTO_TEST_CASE(a_new_body_takes_the_place_of_all_forms_of_the_old_one)
{
    std::map<std::string, std::pair<std::string, std::string>> const expected = {
        {"plain", {"alternative(plain, html)", "plain"}},
        {"html", {"alternative(plain, html)", "plain"}},
        {"both", {"alternative(plain, html)", "plain"}},
        {"related", {"alternative(plain, related(html, png))", "mixed(plain, png)"}},
        {"file", {"mixed(alternative(plain, html), pdf)", "mixed(plain, pdf)"}},
        {"full", {"mixed(alternative(plain, related(html, png)), pdf, zip)", "mixed(plain, png, pdf, zip)"}},
        {"apple", {"mixed(alternative(plain, html), pdf)", "mixed(plain, pdf)"}},
        {"lonely", {"mixed(alternative(plain, html), pdf)", "mixed(plain, pdf)"}},
    };
    for (auto const &[name, forms] : expected) {
        BOOST_TEST_INFO(name);
        auto message = stored(name);
        if (name == "lonely")
            message.whole = "Content-Type: application/pdf\r\n\r\nPDF";
        Draft draft;
        draft.body = body(BodyType::html, "<p>New");
        BOOST_TEST(make(draft, &message).parts == forms.first);
        draft.body = body(BodyType::plain, "New");
        BOOST_TEST(make(draft, &message).parts == forms.second);
        BOOST_TEST(make(draft, &message).mime.find("Text") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(attachments_come_and_go_and_the_body_stays)
{
    struct Row {
        std::string name;
        std::vector<std::string> deleted;
        std::string parts, attachments;
    };
    Row const rows[] = {
        {"plain", {}, "mixed(plain, pdf)", "2<f "},
        {"both", {}, "mixed(alternative(plain, html), pdf)", "2<f "},
        {"file", {"2"}, "mixed(plain, pdf)", "2<f "},
        {"full", {"2"}, "mixed(alternative(plain, related(html, png)), zip, pdf)", "1.2.2<1.2.2 2<3 3<f "},
        {"full", {"1.2.2"}, "mixed(alternative(plain, html), pdf, zip, pdf)", "2<2 3<3 4<f "},
        {"full", {"1.2.2", "2", "3"}, "mixed(alternative(plain, html), pdf)", "2<f "},
        {"apple", {"2"}, "mixed(plain, plain, pdf)", "3<f "},
    };
    for (Row const &row : rows) {
        BOOST_TEST_INFO(row.name);
        auto message = stored(row.name);
        message.whole = "Subject: Old\r\n" + message.mime_of_root;
        Draft draft;
        draft.attachments.emplace().adds = {file("f")};
        auto const made = make(draft, &message, row.deleted);
        BOOST_TEST(made.parts == row.parts);
        BOOST_TEST(made.attachments == row.attachments);
    }
    auto message = stored("file");
    auto const made = make(Draft(), &message, {"2"});
    BOOST_TEST(made.mime.ends_with("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nText"));
}

BOOST_AUTO_TEST_CASE(an_image_is_put_beside_the_html_that_shows_it)
{
    std::map<std::string, std::string> const expected = {
        {"plain", "mixed(plain, pdf)"},
        {"html", "related(html, pdf)"},
        {"both", "alternative(plain, related(html, pdf))"},
        {"related", "alternative(plain, related(html, png, pdf))"},
        {"full", "mixed(alternative(plain, related(html, png, pdf)), pdf, zip)"},
    };
    for (auto const &[name, parts] : expected) {
        BOOST_TEST_INFO(name);
        auto message = stored(name);
        message.whole = "Subject: Old\r\n" + message.mime_of_root;
        Draft draft;
        draft.attachments.emplace().adds = {image("i")};
        BOOST_TEST(make(draft, &message).parts == parts);
    }
}

BOOST_AUTO_TEST_CASE(parts_that_stay_are_copied_byte_by_byte)
{
    auto message = stored("full");
    Draft draft;
    draft.body = body(BodyType::plain, "New");
    auto const made = make(draft, &message).mime;
    for (std::string const part : {"Content-Type: image/png\r\nX-Part: 1.2.2\r\n\r\nPNG\r\n",
                                   "Content-Type: application/pdf\r\nX-Part: 2\r\n\r\nPDF\r\n"})
        BOOST_TEST(made.find(part) != made.npos);
}

BOOST_AUTO_TEST_CASE(a_mime_body_is_the_whole_message)
{
    std::string const mime =
        "Subject: Mine\r\nMessage-ID: <m@e>\r\nX-Own: 1\r\nContent-Type: text/plain\r\n\r\nText\r\n";
    Draft draft;
    draft.body = body(BodyType::mime, mime);
    auto message = stored("full");
    auto made = make(draft, &message);
    BOOST_TEST(
        made.mime.ends_with("From: anna@example.com\r\nSubject: Mine\r\nMessage-ID: <m@e>\r\nX-Own: 1\r\n"
                            "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nText\r\n"));
    draft.attachments.emplace().adds = {file("f")};
    made = make(draft);
    BOOST_TEST(made.parts == "mixed(plain, pdf)");
    BOOST_TEST(made.attachments == "2<f ");
    draft.body = body(BodyType::mime, "no header");
    BOOST_TEST(make(draft).error == "AirSyncBase:Data: not a message");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused)
{
    Draft draft;
    draft.body = body(BodyType::rtf, "x");
    BOOST_TEST(make(draft).error == "AirSyncBase:Type: a draft's body cannot be RTF");
    draft.body.reset();
    draft.attachments.emplace().adds = {file("f")};
    draft.attachments->adds[0].method = 6;
    BOOST_TEST(make(draft).error == "AirSyncBase:Method: 6 cannot be added");
    draft.attachments->adds[0] = file("f");
    draft.attachments->adds[0].content->is_opaque = false;
    BOOST_TEST(make(draft).error == "AirSyncBase:Content: not base64");
    draft.attachments->adds[0].content.reset();
    BOOST_TEST(make(draft).error == "AirSyncBase:Add: ClientId, Content, DisplayName or Method is missing");
}

BOOST_AUTO_TEST_CASE(errors_of_the_stored_draft_are_passed_on)
{
    auto message = stored("both");
    message.failure = Error{ErrorKind::not_found, "gone"};
    BOOST_TEST(make(Draft(), &message).error == "gone");
}

BOOST_AUTO_TEST_CASE(notes_of_programs_are_not_sent)
{
    BOOST_TEST(header_to_send("To: a\r\nX-EAS-Request: 1\r\nx-mozilla-draft-info: 2\r\nX-Own:\r\n 3\r\n") ==
               "To: a\r\nX-Own:\r\n 3\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
