// MIME as XML text: exact where it can be, readable where it cannot.
#include "base/text.h"
#include "mapping/mime-content.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using eas::test::read;

BOOST_AUTO_TEST_SUITE(mime_content_suite)

namespace {

/// Gives its text in pieces of `piece_bytes`, and notes how much was asked for.
class PiecewiseSource final : public ContentSource {
public:
    PiecewiseSource(std::string text, size_t piece_bytes)
        : m_text(std::move(text)), m_piece_bytes(piece_bytes)
    {}
    Result<void> copy_to(Sink &sink) const override
    {
        for (size_t at = 0; at < m_text.size(); at += m_piece_bytes) {
            taken = at;
            if (auto written = sink.write(std::string_view(m_text).substr(at, m_piece_bytes)); !written)
                return written;
        }
        return {};
    }
    mutable size_t taken = 0;

private:
    std::string m_text;
    size_t m_piece_bytes;
};

std::string filtered(std::string text, size_t piece_bytes, uint64_t max_bytes = SIZE_MAX)
{
    std::shared_ptr<ContentSource const> source =
        std::make_shared<PiecewiseSource>(std::move(text), piece_bytes);
    return read(mime_content(Content(source), max_bytes));
}

} // namespace

BOOST_AUTO_TEST_CASE(valid_text_stays_as_it_is)
{
    std::string const text = "Subject: \u00fc\u20ac\U0001f600\r\n\r\n\tbody ~\r\n";
    for (size_t piece = 1; piece < 10; ++piece)
        BOOST_TEST(filtered(text, piece) == text);
}

BOOST_AUTO_TEST_CASE(other_bytes_are_read_as_latin_1)
{
    using namespace std::string_literals;
    for (size_t piece = 1; piece < 10; ++piece) {
        BOOST_TEST(filtered("Gr\xfc\xdf"s + "e \xe2\x82 \xf0\x9f\x98", piece) ==
                   "Gr\u00fc\u00dfe \u00e2\u0082 \u00f0\u009f\u0098");
        BOOST_TEST(filtered("a\0b\x01"s + "c\xef\xbf\xbe" + "d", piece) == "a b?c\u00ef\u00bf\u00bed");
        BOOST_TEST(filtered("\xc0\xaf\xed\xa0\x80\xff", piece) == "\u00c0\u00af\u00ed\u00a0\u0080\u00ff");
    }
}

BOOST_AUTO_TEST_CASE(parts_that_xml_cannot_hold_become_quoted_printable)
{
    constexpr struct {
        char const *what, *mime, *text;
    } examples[] = {
        {"8-bit text",
         "Subject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
         "8bit\n\nGr\xfc\xdf"
         "e =\n",
         "Subject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
         "quoted-printable\r\n\nGr=FC=DFe =3D\r\n"},
        {"no encoding said", "Subject: x\r\n\r\n\xfc \r\n",
         "Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=FC=20\r\n"},
        {"a folded encoding", "content-transfer-encoding:\r\n 8bit\r\nTo: a\r\n\r\n\xfc",
         "To: a\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=FC"},
        {"UTF-8 stays", "Content-Transfer-Encoding: 8bit\n\nGr\u00fc\u00dfe\n",
         "Content-Transfer-Encoding: 8bit\n\nGr\u00fc\u00dfe\n"},
        {"what is encoded stays", "Content-Transfer-Encoding: Base64\n\n\xfc\n",
         "Content-Transfer-Encoding: Base64\n\n\u00fc\n"},
        {"only the part that needs it",
         "Content-Type: multipart/mixed;\n boundary=\"b b\"\n\npre\xfc\n--b b\n\none\n--b b\nA: "
         "b\n\n\xfc\n--b b--\n\xfc\n",
         "Content-Type: multipart/mixed;\n boundary=\"b b\"\n\npre\u00fc\n--b b\n\none\n--b b\nA: "
         "b\nContent-Transfer-Encoding: quoted-printable\r\n\n=FC\r\n--b b--\n\u00fc\n"},
        {"in a message inside",
         "Content-Type: message/rfc822\n\nContent-Type: multipart/x; boundary=i\n\n--i\nA: "
         "b\n\n\xfc\n--i--\n",
         "Content-Type: message/rfc822\n\nContent-Type: multipart/x; boundary=i\n\n--i\nA: "
         "b\nContent-Transfer-Encoding: quoted-printable\r\n\n=FC\r\n--i--\n"},
        {"an inner multipart that does not end",
         "Content-Type: multipart/x; boundary=o\n\n--o\nContent-Type: multipart/x; "
         "boundary=i\n\n--i\n\na\n--o\nA: b\n\n\xfc\n",
         "Content-Type: multipart/x; boundary=o\n\n--o\nContent-Type: multipart/x; "
         "boundary=i\n\n--i\n\na\n--o\nA: "
         "b\nContent-Transfer-Encoding: quoted-printable\r\n\n=FC\r\n"},
        {"header fields only", "Subject: \xfc\n", "Subject: \u00fc\n"},
        {"a part that is a header", "Content-Type: multipart/x; boundary=b\n\n--b\nA: \xfc\n--b--\n",
         "Content-Type: multipart/x; boundary=b\n\n--b\nA: \u00fc\n--b--\n"},
    };
    for (auto const &example : examples)
        for (size_t piece : {1, 2, 5, 1000})
            BOOST_TEST(filtered(example.mime, piece) == example.text,
                       example.what << ": " << filtered(example.mime, piece));
}

BOOST_AUTO_TEST_CASE(quoted_printable_lines_are_short)
{
    std::string binary = "A: b\r\n\r\n";
    for (int i = 0; i < 100'000; ++i)
        binary += static_cast<char>(i * 7 % 251);
    auto text = filtered(binary, 1000);
    for (auto line : split(text, '\n'))
        BOOST_REQUIRE(line.size() <= 77u);
    BOOST_TEST(text.find("quoted-printable") != text.npos);
}

BOOST_AUTO_TEST_CASE(every_result_is_valid_text)
{
    std::string bytes;
    unsigned value = 1;
    for (int i = 0; i < 20000; ++i)
        bytes += static_cast<char>((value = value * 1103515245 + 12345) >> 16);
    for (size_t piece : {1, 3, 7, 4096, 30000}) {
        auto text = filtered(bytes, piece);
        BOOST_TEST((sanitize_utf8(text) == text));
        BOOST_TEST((text == filtered(bytes, 1)));
    }
}

BOOST_AUTO_TEST_CASE(is_cut_at_a_character_and_not_read_further)
{
    BOOST_TEST(filtered("abc\u20ac", 2, 5) == "abc");
    BOOST_TEST(filtered("abc\u20ac", 2, 6) == "abc\u20ac");
    BOOST_TEST(filtered("abc", 2, 0) == "");
    auto source = std::make_shared<PiecewiseSource>("Subject: x\r\n\r\n" + std::string(1 << 20, 'x'), 1000);
    BOOST_TEST(read(mime_content(Content(std::shared_ptr<ContentSource const>(source)), 1500)).size() ==
               1500u);
    BOOST_TEST(source->taken <= 20000u);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_message_is_passed_on)
{
    struct Failing final : ContentSource {
        Result<void> copy_to(Sink &) const override { return Error{ErrorKind::not_found, "expunged"}; }
    };
    std::shared_ptr<ContentSource const> source = std::make_shared<Failing>();
    StringSink sink;
    auto copied = mime_content(Content(source), 100).copy_to(sink);
    BOOST_TEST((!copied && copied.error().kind == ErrorKind::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
