#include "mapping/parsed-mime.h"
#include "mapping/reply-message.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

std::string entity(std::string const &type, std::string const &content)
{
    return "Content-Type: " + type + "\r\n\r\n" + content;
}

std::string joined(std::string const &type, std::vector<std::string> const &parts)
{
    std::string text = "Content-Type: multipart/" + type + "; boundary=" + type + "\r\n\r\n";
    for (auto const &part : parts)
        text += "--" + type + "\r\n" + part + "\r\n";
    return text + "--" + type + "--\r\n";
}

std::string const image = "Content-Type: image/gif\r\nContent-ID: <own>\r\n\r\nGIF";
std::string const own_plain = entity("text/plain; charset=utf-8", "Mein Gruß");
std::string const own_html = entity("text/html; charset=utf-8", "<html><body><b>Mein Gruß</b></body></html>");

/// The client's messages without their common header.
std::map<std::string, std::string> const clients = {
    {"plain", own_plain},
    {"html", own_html},
    {"alternative", joined("alternative", {own_plain, own_html})},
    {"mixed", joined("mixed", {own_plain, entity("application/zip", "ZIP")})},
    {"related", joined("related", {own_html, image})},
    {"file", entity("application/zip", "ZIP")},
    {"signed", joined("signed", {own_plain, entity("application/pkcs7-signature", "SIG")})},
    {"invitation", joined("alternative", {own_plain, entity("text/calendar", "BEGIN:VCALENDAR")})},
};

Part const picture = leaf("image/png", "PNG").cid("pic").disposed("inline");
Part const pdf = leaf("application/pdf", "PDF").disposed("attachment");

std::map<std::string, Part> const originals = {
    {"plain", plain("Their text\r\n> older\r\n")},
    {"html", html("<html><head><style>p{}</style></head><body class=x><p>Their HTML</body></html>")},
    {"alternative", multipart("alternative", {plain("Their text"), html("<p>Their HTML")})},
    {"mixed", multipart("mixed", {plain("Their text"), pdf})},
    {"related", multipart("related", {html("<p>Their HTML <img src=\"cid:pic\">"), picture})},
    {"nested",
     multipart("mixed", {multipart("alternative", {plain("Their text"),
                                                   multipart("related", {html("<p>Their HTML"), picture})}),
                         pdf, leaf("message/rfc822", "Subject: inner")})},
    {"file", leaf("application/pdf", "PDF")},
    {"signed", multipart("signed", {plain("Their text"), leaf("application/pkcs7-signature", "SIG")})},
    {"encrypted", leaf("application/pkcs7-mime", "SEALED").with(&MimePart::smime_type, "enveloped-data")},
    {"broken", leaf("multipart/mixed", "Their text")},
    {"empty", plain("")},
};

/// What is sent: text parts decoded, everything else as its tree.
struct Sent {
    std::string mime, tree, plain, html, error;
    OutgoingChanges changes;
};

void describe(Sent &sent, ParsedMime const &parsed, MimePart const &part)
{
    static std::map<std::string, std::string> const short_names = {
        {"text/plain", "plain"}, {"text/html", "html"}, {"message/rfc822", "message"}};
    auto const name = short_names.find(part.type);
    sent.tree += name != short_names.end() ? name->second : part.type.substr(part.type.find('/') + 1);
    if (part.type == "text/plain" && sent.plain.empty())
        sent.plain = parsed.text(part.id, 1 << 20)->text;
    if (part.type == "text/html" && sent.html.empty())
        sent.html = parsed.text(part.id, 1 << 20)->text;
    if (part.parts.empty())
        return;
    sent.tree += '(';
    for (auto const &child : part.parts) {
        describe(sent, parsed, child);
        sent.tree += &child == &part.parts.back() ? ")" : " ";
    }
}

Sent send(std::string const &client, MailMessage &original, Verb verb)
{
    Sent sent;
    std::string const mime = "To: bob@example.org\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\n" + client;
    auto changes = add_original(mime, original, verb, "=_BOUNDARY", Instant{});
    if (!changes) {
        sent.error = changes.error().message;
        return sent;
    }
    auto const message = prepare_outgoing(mime, {{}, "<new@example.com>", {"anna@example.com"}}, *changes);
    sent.mime = read(message->message);
    sent.changes = *changes;
    auto const parsed = ParsedMime::parse(sent.mime);
    describe(sent, *parsed, parsed->structure());
    return sent;
}

MemoryMessage message_of(Part const &part)
{
    MemoryMessage message(part);
    message.message_headers.from = "\"Bob\" <bob@example.org>";
    message.message_headers.to = "anna@example.com";
    message.message_headers.subject = "Grüße & <mehr>";
    message.message_headers.message_id = "<1@example.org>";
    message.message_headers.sent = Instant::from_seconds(999'999'940); // a minute before it was received
    message.whole = "Subject: whole\r\nContent-Type: " + part.mime.type + "; name=x\r\n\r\n" + part.content;
    return message;
}

Sent send(std::string const &client, std::string const &original, Verb verb)
{
    auto message = message_of(originals.at(original));
    return send(clients.at(client), message, verb);
}

} // namespace

BOOST_AUTO_TEST_SUITE(reply_message)

BOOST_AUTO_TEST_CASE(each_form_of_message_gets_each_form_of_original)
{
    struct Row {
        std::string client, original, reply, forward;
    };
    std::vector<Row> const rows = {
        {"plain", "plain", "plain", "plain"},
        {"plain", "html", "plain", "plain"},
        {"plain", "mixed", "plain", "mixed(plain pdf)"},
        {"plain", "related", "plain", "mixed(plain png)"},
        {"plain", "nested", "plain", "mixed(plain png pdf message)"},
        {"plain", "file", "plain", "mixed(plain pdf)"},
        {"plain", "signed", "plain", "mixed(plain message)"},
        {"plain", "encrypted", "plain", "mixed(plain message)"},
        {"plain", "broken", "plain", "plain"},
        {"plain", "empty", "plain", "plain"},
        {"html", "plain", "html", "html"},
        {"html", "alternative", "html", "html"},
        {"html", "related", "related(html png)", "related(html png)"},
        {"html", "nested", "related(html png)", "mixed(related(html png) pdf message)"},
        {"html", "encrypted", "html", "mixed(html message)"},
        {"alternative", "plain", "alternative(plain html)", "alternative(plain html)"},
        {"alternative", "nested", "alternative(plain related(html png))",
         "mixed(alternative(plain related(html png)) pdf message)"},
        {"mixed", "mixed", "mixed(plain zip)", "mixed(plain zip pdf)"},
        {"related", "plain", "related(html gif)", "related(html gif)"},
        {"related", "related", "related(html gif png)", "related(html gif png)"},
        {"file", "mixed", "mixed(plain zip)", "mixed(plain zip pdf)"},
        {"signed", "mixed", "signed(plain pkcs7-signature)", "mixed(signed(plain pkcs7-signature) message)"},
        {"invitation", "plain", "alternative(plain calendar)", "mixed(alternative(plain calendar) message)"},
    };
    for (auto const &[client, original, reply, forward] : rows) {
        BOOST_CHECK_EQUAL(client + " " + original + ": " + send(client, original, Verb::reply).tree,
                          client + " " + original + ": " + reply);
        BOOST_CHECK_EQUAL(client + " " + original + ": " + send(client, original, Verb::forward).tree,
                          client + " " + original + ": " + forward);
    }
}

BOOST_AUTO_TEST_CASE(plain_text_of_a_reply_is_quoted)
{
    BOOST_CHECK_EQUAL(send("plain", "plain", Verb::reply).plain, "Mein Gruß\r\n\r\n"
                                                                 "-----Original Message-----\r\n"
                                                                 "From: \"Bob\" <bob@example.org>\r\n"
                                                                 "Sent: Sun, 09 Sep 2001 01:45:40 +0000\r\n"
                                                                 "To: anna@example.com\r\n"
                                                                 "Subject: Grüße & <mehr>\r\n\r\n"
                                                                 "> Their text\r\n>> older\r\n");
}

BOOST_AUTO_TEST_CASE(a_text_of_the_clients_that_is_too_long_is_not_cut)
{
    auto original = message_of(originals.at("plain"));
    BOOST_CHECK_EQUAL(
        send(entity("text/plain", std::string((16 << 20) + 1, 'x')), original, Verb::reply).error,
        "the text of the message itself has over 16 MiB");
}

BOOST_AUTO_TEST_CASE(plain_text_of_a_forward_is_as_it_was)
{
    BOOST_CHECK(send("plain", "plain", Verb::forward).plain.ends_with("\r\n\r\nTheir text\r\n> older\r\n"));
}

BOOST_AUTO_TEST_CASE(html_goes_into_the_clients_document)
{
    auto const reply = send("html", "html", Verb::reply).html;
    BOOST_CHECK(reply.starts_with("<html><body><b>Mein Gruß</b><br><div>"));
    BOOST_CHECK_NE(reply.find("Grüße &amp; &lt;mehr&gt;"), reply.npos);
    BOOST_CHECK_NE(
        reply.find("<blockquote type=\"cite\"><style>p{}</style><p>Their HTML</blockquote></body></html>"),
        reply.npos);
    BOOST_CHECK_NE(send("html", "html", Verb::forward).html.find("</style><p>Their HTML</div></body></html>"),
                   reply.npos);
    BOOST_CHECK_NE(send("html", "plain", Verb::reply).html.find("Their text"), reply.npos);
}

BOOST_AUTO_TEST_CASE(what_stands_behind_the_end_of_a_document_is_kept)
{
    auto const html = with_original_html(
        "<P>Mine", "", "<!DOCTYPE html>\n<HTML lang=en><header>a</header></BODY></html>list<body",
        Verb::reply);
    BOOST_CHECK_NE(html.find("<blockquote type=\"cite\">\n<header>a</header>list</blockquote>"), html.npos);
}

BOOST_AUTO_TEST_CASE(both_alternatives_have_the_original)
{
    auto const sent = send("alternative", "alternative", Verb::reply);
    BOOST_CHECK_NE(sent.plain.find("> Their text"), sent.plain.npos);
    BOOST_CHECK_NE(sent.html.find("<p>Their HTML"), sent.html.npos);
}

BOOST_AUTO_TEST_CASE(attachments_pass_with_their_headers_byte_by_byte)
{
    auto const mime = send("mixed", "nested", Verb::forward).mime;
    BOOST_CHECK_NE(mime.find("\r\nContent-Type: application/zip\r\n\r\nZIP\r\n--"), mime.npos);
    BOOST_CHECK_NE(mime.find("\r\nContent-Type: application/pdf\r\nX-Part: 2\r\n\r\nPDF\r\n--"), mime.npos);
}

BOOST_AUTO_TEST_CASE(an_attachment_that_is_the_whole_original_keeps_its_mime_fields_only)
{
    auto const mime = send("plain", "file", Verb::forward).mime;
    BOOST_CHECK_NE(mime.find("\r\nContent-Type: application/pdf; name=x\r\n\r\nPDF\r\n--"), mime.npos);
    BOOST_CHECK_EQUAL(mime.find("Subject: whole"), mime.npos);
}

BOOST_AUTO_TEST_CASE(a_sealed_original_is_attached_whole)
{
    auto const mime = send("plain", "encrypted", Verb::forward).mime;
    BOOST_CHECK_NE(mime.find("Content-Type: message/rfc822\r\n"), mime.npos);
    BOOST_CHECK_NE(mime.find("\r\n\r\nSubject: whole\r\n"), mime.npos);
}

BOOST_AUTO_TEST_CASE(a_text_too_long_to_be_quoted_is_attached_whole)
{
    auto original = message_of(plain(std::string(5 << 20, 'x')));
    BOOST_CHECK_EQUAL(send(clients.at("plain"), original, Verb::forward).tree, "mixed(plain message)");
    BOOST_CHECK_EQUAL(send(clients.at("plain"), original, Verb::reply).tree, "plain");
}

BOOST_AUTO_TEST_CASE(the_header_keeps_what_is_no_mime_field_and_has_each_once)
{
    auto const mime = send("mixed", "mixed", Verb::forward).mime;
    auto const header = mime.substr(0, mime.find("\r\n\r\n"));
    BOOST_CHECK_NE(header.find("Subject: Re: x\r\n"), header.npos);
    BOOST_CHECK_EQUAL(header.find("MIME-Version"), header.rfind("MIME-Version"));
    BOOST_CHECK_EQUAL(header.find("Content-Type"), header.rfind("Content-Type"));
}

BOOST_AUTO_TEST_CASE(an_original_that_vanishes_while_it_is_read_is_no_unknown_recipient)
{
    class Vanished final : public ContentSource {
        Result<void> copy_to(Sink &) const override { return Error{ErrorKind::not_found, "expunged"}; }
    };
    auto original = message_of(originals.at("encrypted"));
    auto const mime = clients.at("plain");
    class Vanishing final : public MailMessage {
    public:
        explicit Vanishing(MailMessage &message) : m_message(message) {}
        Uid uid() const override { return m_message.uid(); }
        Result<MailFlags> flags() override { return m_message.flags(); }
        Result<Instant> received() override { return m_message.received(); }
        Result<MailHeaders> headers() override { return m_message.headers(); }
        Result<MimePart> structure() override { return m_message.structure(); }
        Result<uint64_t> size() override { return m_message.size(); }
        Result<Text> text(std::string const &id, size_t max) override { return m_message.text(id, max); }
        Result<Content> part(std::string const &id) override { return m_message.part(id); }
        Result<Content> raw(std::string const &) override
        {
            return Content(std::make_shared<Vanished const>());
        }
        Result<std::string> preview() override { return m_message.preview(); }

    private:
        MailMessage &m_message;
    } vanishing(original);
    auto const changes = add_original(mime, vanishing, Verb::forward, "b", Instant{});
    BOOST_REQUIRE(changes);
    StringSink sink;
    auto const copied = changes->body->content.copy_to(sink);
    BOOST_REQUIRE(!copied);
    BOOST_CHECK(copied.error().kind == ErrorKind::conflict);
}

BOOST_AUTO_TEST_CASE(errors_of_the_original_are_told)
{
    auto original = message_of(originals.at("plain"));
    original.failure = Error{ErrorKind::not_found, "gone"};
    BOOST_CHECK_EQUAL(send(clients.at("plain"), original, Verb::reply).error, "gone");
}

BOOST_AUTO_TEST_CASE(threads_go_on)
{
    MailHeaders headers;
    headers.message_id = "<3@x>";
    headers.references = "<1@x>\r\n <2@x> garbage <br oken>";
    auto changes = threading_fields(headers, Instant{});
    BOOST_CHECK_EQUAL(changes.in_reply_to, "<3@x>");
    BOOST_CHECK_EQUAL(changes.references, "<1@x>\r\n <2@x>\r\n <3@x>");
    headers.references.clear();
    headers.in_reply_to = "<2@x>";
    BOOST_CHECK_EQUAL(threading_fields(headers, Instant{}).references, "<2@x>\r\n <3@x>");
    headers.message_id = "none";
    BOOST_CHECK_EQUAL(threading_fields(headers, Instant{}).references, "");
}

BOOST_AUTO_TEST_CASE(a_long_thread_keeps_its_first_and_its_last_references)
{
    MailHeaders headers;
    headers.message_id = "<new@x>";
    for (int i = 0; i < 200; ++i)
        headers.references += "<" + std::to_string(i) + "@x> ";
    auto const references = threading_fields(headers, Instant{}).references;
    BOOST_CHECK(references.starts_with("<0@x>\r\n <152@x>"));
    BOOST_CHECK(references.ends_with("<199@x>\r\n <new@x>"));
}

BOOST_AUTO_TEST_CASE(the_clients_own_threading_fields_stay)
{
    auto original = message_of(originals.at("plain"));
    BOOST_CHECK_NE(
        send(clients.at("plain"), original, Verb::reply).mime.find("\r\nIn-Reply-To: <1@example.org>\r\n"),
        std::string::npos);
    auto const mime = send("In-Reply-To: <own@x>\r\n" + clients.at("plain"), original, Verb::reply).mime;
    BOOST_CHECK_NE(mime.find("In-Reply-To: <own@x>"), mime.npos);
    BOOST_CHECK_EQUAL(mime.find("In-Reply-To"), mime.rfind("In-Reply-To"));
}

BOOST_AUTO_TEST_SUITE_END()
