// What the store tells of a message: headers, MIME structure, texts and contents, also of broken ones.
#include "base/text.h"
#include "private-storage.h"
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sys/resource.h>

namespace eas::test {

using namespace std::string_literals;

namespace {

/// A message in INBOX of a user of its own.
struct Stored {
    explicit Stored(std::string const &message, std::string const &format = "maildir") : user(format)
    {
        uid = user.save("INBOX", message);
        open();
    }
    void open()
    {
        message.reset();
        folder = user.open("INBOX");
        message = value_of(folder->message(uid));
    }

    User user;
    Uid uid = 0;
    std::unique_ptr<MailFolderHandle> folder;
    std::unique_ptr<MailMessage> message;
};

std::string text_of(Stored &stored, std::string const &part_id, size_t max_bytes = 100000)
{
    return value_of(stored.message->text(part_id, max_bytes)).text;
}

std::string part_with(std::string const &headers, std::string const &body)
{
    return "Subject: x\r\nMIME-Version: 1.0\r\n" + headers + "\r\n\r\n" + body;
}

std::string describe(MimePart const &part)
{
    std::string text = "[" + part.id + " " + part.type;
    for (auto const &child : part.parts)
        text += " " + describe(child);
    return text + "]";
}

/// Every leaf can be read in every way.
void read_everything(MailMessage &message, MimePart const &part)
{
    value_of(message.raw(part.id));
    bytes_of(value_of(message.part(part.id)));
    auto text = value_of(message.text(part.id, 1000));
    BOOST_TEST(text.text.size() <= 1000u);
    for (auto const &child : part.parts)
        read_everything(message, child);
}

constexpr char mixed[] =
    "From: a@b.c\r\nSubject: mixed\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=outer\r\n\r\npreamble\r\n"
    "--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    "--inner\r\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\nplain\r\n"
    "--inner\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--inner--\r\n"
    "--outer\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: =?utf-8?q?inn=C3=A9r?=\r\nContent-Type: multipart/mixed; boundary=deep\r\n\r\n"
    "--deep\r\n\r\ndeep text\r\n--deep--\r\n"
    "--outer\r\nContent-Type: message/rfc822\r\n\r\nSubject: single\r\n\r\nsingle text\r\n"
    "--outer\r\nContent-Type: image/png; name=\"=?utf-8?q?bl=C3=A4h.png?=\"\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-ID: <img@x>\r\n"
    "Content-Location: http://x/y.png\r\nContent-Disposition: inline\r\n\r\nAAEC\r\nAwQF\r\n"
    "--outer\r\nContent-Type: application/pdf\r\n"
    "Content-Disposition: ATTACHMENT; filename*0*=utf-8''Rechnung%20; filename*1*=%E2%82%AC.pdf\r\n"
    "\r\npdf\r\n--outer--\r\nepilogue\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(message)

BOOST_AUTO_TEST_CASE(headers_are_decoded)
{
    Stored stored("From: =?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= <joerg@example.com>\r\n"
                  "To: Bob <bob@example.com>,\r\n =?iso-8859-1?q?Ren=E9?= <rene@example.com>\r\nTo: "
                  "third@example.com\r\n"
                  "Cc: team: a@example.com, \"B, C\" <b@example.com>;\r\nReply-To: not an address at all\r\n"
                  "Subject: =?utf-8?b?w4Q=?= =?utf-8?b?w5Y=?=\r\n and more\r\nMessage-ID: <1@x>\r\n"
                  "References: <a@x>\r\n <b@x>\r\nX-Priority: 2 (High)\r\nContent-Class: "
                  "urn:content-classes:message\r\n"
                  "\r\nbody\r\n");
    auto headers = value_of(stored.message->headers());
    BOOST_TEST(headers.from == "\"Müller, Jörg\" <joerg@example.com>");
    BOOST_TEST(headers.to == "Bob <bob@example.com>, René <rene@example.com>, third@example.com");
    BOOST_TEST(headers.cc == "team: a@example.com, \"B, C\" <b@example.com>;");
    BOOST_TEST(headers.bcc == "");
    BOOST_TEST(headers.reply_to == "not an address at all");
    BOOST_TEST(headers.subject == "ÄÖ and more");
    BOOST_TEST(headers.message_id == "<1@x>");
    BOOST_TEST(headers.references == "<a@x> <b@x>");
    BOOST_TEST(headers.importance == "high");
    BOOST_TEST(headers.content_class == "urn:content-classes:message");
}

BOOST_AUTO_TEST_CASE(eight_bit_headers_that_are_no_utf8_are_windows_1252)
{
    Stored stored("From: Ren\xE9 <r@example.com>\r\nSubject: \xC3\xA9t\xC3\xA9 \xE9\r\n\r\nx\r\n");
    auto headers = value_of(stored.message->headers());
    BOOST_TEST(headers.subject == "été é");
    BOOST_TEST(headers.from == "René <r@example.com>");
}

BOOST_AUTO_TEST_CASE(the_structure_has_imap_part_numbers)
{
    for (auto format : {"maildir", "sdbox", "mdbox"}) {
        Stored stored(mixed, format);
        for (bool cached : {false, true}) {
            auto root = value_of(stored.message->structure());
            BOOST_TEST(describe(root) ==
                           "[ multipart/mixed [1 multipart/alternative [1.1 text/plain] [1.2 text/html]] "
                           "[2 message/rfc822 [2.0 multipart/mixed [2.1 text/plain]]] "
                           "[3 message/rfc822 [3.1 text/plain]] [4 image/png] [5 application/pdf]]",
                       format << (cached ? ", cached" : ""));
            BOOST_TEST(text_of(stored, "1.1") == "plain");
            BOOST_TEST(text_of(stored, "2.1") == "deep text");
            BOOST_TEST(text_of(stored, "3.1") == "single text");
            stored.open();
        }
    }
}

BOOST_AUTO_TEST_CASE(the_structure_describes_each_part)
{
    Stored stored(mixed);
    auto root = value_of(stored.message->structure());
    auto const &plain = root.parts[0].parts[0], &image = root.parts[3], &pdf = root.parts[4];
    BOOST_TEST(plain.charset == "utf-8");
    BOOST_TEST(plain.flowed);
    BOOST_TEST(plain.del_sp);
    BOOST_TEST(!root.parts[0].parts[1].flowed);
    BOOST_TEST(root.parts[1].subject == "innér");
    BOOST_TEST(image.name == "bläh.png");
    BOOST_TEST(image.disposition == "inline");
    BOOST_TEST(image.content_id == "img@x");
    BOOST_TEST(image.content_location == "http://x/y.png");
    BOOST_TEST(image.decoded_bytes == 6u);
    BOOST_TEST(pdf.name == "Rechnung €.pdf");
    BOOST_TEST(pdf.disposition == "attachment");
    BOOST_TEST(pdf.encoded_bytes == 3u);
}

BOOST_AUTO_TEST_CASE(a_message_without_parts_is_read_by_its_own_number_and_by_1)
{
    Stored stored("Subject: x\r\n\r\nno MIME at all\r\n");
    auto root = value_of(stored.message->structure());
    BOOST_TEST(describe(root) == "[ text/plain]");
    BOOST_TEST(text_of(stored, "") == "no MIME at all\n");
    BOOST_TEST(text_of(stored, "1") == "no MIME at all\n");
    auto missing = stored.message->text("2", 10);
    BOOST_TEST_REQUIRE(!missing);
    BOOST_CHECK(missing.error().kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(text_is_converted_to_utf8)
{
    struct {
        char const *headers, *body, *text;
    } const rows[] = {
        {"Content-Type: text/plain; charset=iso-8859-1", "caf\xE9 \x80", "café €"},
        {"Content-Type: text/plain; charset=\"UTF-8\"", "caf\xC3\xA9", "café"},
        {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
         "caf=C3=A9=\r\n!", "café!"},
        {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
         "Y2Fmw6k=\r\nIQ==\r\n", "café!"},
        {"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", "Y2Fm*w6\r\nk",
         "café"},
        {"Content-Type: text/plain; charset=gb2312", "\xD6\xD0\xCE\xC4", "中文"},
        {"Content-Type: text/plain; charset=iso-2022-jp", "\x1B$BF|K\\\x1B(B", "日本"},
        {"Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64", "YQDkAA==", "aä"},
        {"Content-Type: text/plain; charset=no-such-charset", "caf\xE9!", "café!"},
        {"Content-Type: text/plain; charset=utf-8//IGNORE", "caf\xE9!", "café!"},
        {"Content-Type: text/plain", "caf\xE9!", "café!"},
        {"Content-Type: text/plain; charset=utf-8", "cut \xC3", "cut Ã"},
        {"Content-Type: text/plain; charset=utf-8", "caf\xE9 ol\xE9 \xFF and more", "café olé ÿ and more"},
        {"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-unknown", "as it is", "as it is"},
        {"Content-Type: text/plain; charset=utf-8", "", ""},
    };
    for (auto const &row : rows) {
        Stored stored(part_with(row.headers, row.body));
        BOOST_TEST(text_of(stored, "") == row.text, row.headers);
    }
}

BOOST_AUTO_TEST_CASE(base64_is_decoded_whatever_its_lines)
{
    std::string bytes;
    for (unsigned i = 0; i < 30'000; ++i)
        bytes += static_cast<char>(i * 7 ^ i >> 8);
    auto const encoded = base64_encode(bytes);
    for (size_t const length : {1, 3, 75, 76, 77, 1001}) {
        std::string lines;
        for (size_t begin = 0; begin < encoded.size(); begin += length)
            lines += encoded.substr(begin, length) + "\r\n";
        lines += "QQ==QUI=QUJDRA"; // padded in the middle, and not at the end
        Stored stored(part_with("Content-Type: application/zip\r\nContent-Transfer-Encoding: base64", lines));
        BOOST_TEST((bytes_of(value_of(stored.message->part("1"))) == bytes + "AABABCD"), length);
    }
}

BOOST_AUTO_TEST_CASE(text_is_cut_at_a_character)
{
    Stored stored(part_with("Content-Type: text/plain; charset=utf-8", "aé€😀"));
    struct {
        size_t max_bytes;
        char const *text;
        bool more;
    } const rows[] = {{0, "", true},   {1, "a", true},   {2, "a", true},      {3, "aé", true},
                      {5, "aé", true}, {9, "aé€", true}, {10, "aé€😀", false}, {11, "aé€😀", false}};
    for (auto const &row : rows) {
        auto text = value_of(stored.message->text("", row.max_bytes));
        BOOST_TEST(text.text == row.text);
        BOOST_TEST(text.more == row.more, row.max_bytes);
    }
}

BOOST_AUTO_TEST_CASE(a_part_is_decoded_but_its_bytes_are_not_touched)
{
    Stored stored(mixed);
    value_of(stored.message->structure());
    BOOST_TEST(bytes_of(value_of(stored.message->part("4"))) == std::string("\0\1\2\3\4\5", 6));
    Stored latin(part_with("Content-Type: text/plain; charset=iso-8859-1", "caf\xE9\n"));
    BOOST_TEST(bytes_of(value_of(latin.message->part(""))).starts_with("caf\xE9"));
}

BOOST_AUTO_TEST_CASE(raw_parts_have_their_header_and_crlf)
{
    std::string with_lf =
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nX-A: 1\n\none\n--b--\n";
    std::string with_crlf;
    for (char c : with_lf)
        with_crlf += c == '\n' ? "\r\n" : std::string(1, c);
    Stored stored(with_lf);
    BOOST_TEST(bytes_of(value_of(stored.message->raw(""))) == with_crlf);
    BOOST_TEST(bytes_of(value_of(stored.message->raw("1"))) == "X-A: 1\r\n\r\none");
    BOOST_TEST(value_of(stored.message->size()) == with_crlf.size());
}

BOOST_AUTO_TEST_CASE(a_preview_is_the_beginning_of_the_text)
{
    Stored plain("Subject: x\r\n\r\nFirst words\r\nand others\r\n");
    BOOST_TEST(value_of(plain.message->preview()) == "First words and others");
    Stored html(part_with("Content-Type: text/html; charset=utf-8", "<style>x{}</style><p>Grüße</p>"));
    BOOST_TEST(value_of(html.message->preview()) == "Grüße");
}

BOOST_AUTO_TEST_CASE(broken_messages_can_be_read)
{
    std::string deep, parts;
    for (int i = 0; i < 1000; ++i)
        deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
                std::to_string(i) + "\r\n";
    for (int i = 0; i < 12000; ++i)
        parts += "--p\r\n\r\nx\r\n";
    std::string nested;
    for (int i = 0; i < 300; ++i)
        nested += "Content-Type: message/rfc822\r\n\r\n";
    std::string const messages[] = {
        "",
        "\r\n",
        "no header at all",
        "Subject: only a header",
        "Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nno boundary\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\nboundary that never comes\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nno end\r\n",
        "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nempty boundary\r\n----\r\n",
        "Content-Type: /\r\n\r\nx\r\n",
        "Content-Type: text\r\n\r\nx\r\n",
        "Content-Type: text/plain; charset=\r\nContent-Transfer-Encoding:\r\n\r\nx\r\n",
        "Content-Type: text/plain; name*=x'y; name*1*=q\r\nContent-Disposition: ;;=;\r\n\r\nx\r\n",
        "Content-Type: message/rfc822\r\n\r\n",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\nA\r\n",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n=4",
        "Subject: a\0b\r\nContent-Type: text/plain\r\n\r\nNUL \0 here\r\n"s,
        "Subject: \xFF\xFE\r\nFrom: \x80 <\x81@\x82>\r\nContent-Type: text/\xFF; "
        "charset=\xFF\r\n\r\n\xFF\r\n",
        deep,
        nested,
        "Content-Type: multipart/mixed; boundary=p\r\n\r\n" + parts,
    };
    User user("maildir");
    for (auto const &bytes : messages) {
        auto uid = user.save("INBOX", bytes);
        for (bool cached : {false, true}) {
            auto folder = user.open("INBOX");
            auto message = value_of(folder->message(uid));
            value_of(message->headers());
            value_of(message->received());
            value_of(message->preview());
            auto root = value_of(message->structure());
            if (root.parts.size() < 100)
                read_everything(*message, root);
            BOOST_TEST(cached + bytes_of(value_of(message->raw(""))).size() ==
                       cached + value_of(message->size()));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_changed_in_place_is_read_anew)
{
    for (auto size_changes : {-40, 40, 3000}) {
        Stored stored(mixed);
        value_of(stored.message->structure());
        value_of(stored.message->size());
        stored.open();
        value_of(stored.message->structure());
        std::string longer =
            std::string(mixed).replace(std::string(mixed).find("plain\r\n--inner"), 5,
                                       std::string(size_changes > 0 ? size_changes : 1, 'y'));
        stored.message.reset();
        stored.folder.reset();
        for (auto const &entry : std::filesystem::directory_iterator(stored.user.mail_directory() / "cur"))
            std::ofstream(entry.path(), std::ios::trunc) << longer;
        for (auto const &entry : std::filesystem::directory_iterator(stored.user.mail_directory() / "new"))
            std::ofstream(entry.path(), std::ios::trunc) << longer;
        stored.user.reconnect();
        stored.open();
        auto pdf = stored.message->part("5");
        if (!pdf)
            BOOST_CHECK(pdf.error().kind == ErrorKind::temporary);
        stored.open();
        auto raw = stored.message->raw("");
        BOOST_TEST(bytes_of(value_of(std::move(raw))) == longer);
    }
}

BOOST_AUTO_TEST_CASE(an_expunged_message_is_not_found)
{
    for (auto format : {"maildir", "sdbox", "mdbox"}) {
        Stored stored(message_with_body("x"), format);
        stored.user.doveadm({"expunge", "mailbox", "INBOX", "all"});
        auto text = stored.message->text("", 100);
        if (!text) // sdbox and mdbox may still have it
            BOOST_CHECK(text.error().kind == ErrorKind::not_found);
        stored.message.reset();
        auto again = stored.user.open("INBOX")->message(stored.uid);
        BOOST_TEST_REQUIRE(!again);
        BOOST_CHECK(again.error().kind == ErrorKind::not_found);
    }
}

#ifndef __SANITIZE_ADDRESS__ // which keeps freed memory
BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_an_attachment)
{
    class CountingSink final : public Sink {
    public:
        Result<void> write(std::string_view bytes) override
        {
            count += bytes.size();
            return {};
        }
        uint64_t count = 0;
    };
    class LargeMessage final : public ContentSource {
    public:
        Result<void> copy_to(Sink &sink) const override
        {
            std::string line = std::string(76, 'A') + "\r\n", block;
            for (int i = 0; i < 100; ++i)
                block += line;
            auto written = sink.write("Subject: large\r\nContent-Type: application/zip\r\n"
                                      "Content-Transfer-Encoding: base64\r\n\r\n");
            for (int i = 0; i < 14000 && written; ++i)
                written = sink.write(block);
            return written;
        }
    };
    auto peak_kilobytes = [] {
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    User user("sdbox");
    auto before = peak_kilobytes();
    auto inbox = user.folder("INBOX");
    auto uid = value_of(user.store().save(inbox, Content(std::make_shared<LargeMessage const>()), {}));
    auto folder = value_of(user.store().open(inbox));
    auto message = value_of(folder->message(uid));
    BOOST_TEST(value_of(message->structure()).decoded_bytes == 14000u * 100 * 57);
    auto part = value_of(message->part("1"));
    auto raw = value_of(message->raw(""));
    message.reset();
    CountingSink decoded, whole;
    value_of(part.copy_to(decoded));
    value_of(raw.copy_to(whole));
    BOOST_TEST(decoded.count == 14000u * 100 * 57);
    BOOST_TEST(whole.count > 14000u * 100 * 78);
    BOOST_TEST(peak_kilobytes() - before < 8 * 1024);
}
#endif

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test
