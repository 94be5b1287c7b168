#include "base/content-filters.h"
#include "base/text.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

/// Writes its text in pieces of a given size, and may fail at the end.
class PiecewiseSource final : public ContentSource {
public:
    PiecewiseSource(std::string text, size_t piece_bytes, bool fails = false)
        : m_text(std::move(text)), m_piece_bytes(piece_bytes), m_fails(fails)
    {}
    Result<void> copy_to(Sink &sink) const override
    {
        std::string_view rest = m_text;
        for (; !rest.empty(); rest.remove_prefix(std::min(m_piece_bytes, rest.size()))) {
            auto const written = sink.write(rest.substr(0, m_piece_bytes));
            if (!written)
                return written;
            ++pieces_written;
        }
        return m_fails ? Result<void>(Error{ErrorKind::not_found, "gone"}) : Result<void>();
    }
    mutable size_t pieces_written = 0;

private:
    std::string m_text;
    size_t m_piece_bytes;
    bool m_fails;
};

std::string text_of(Content const &content)
{
    StringSink sink;
    auto const copied = content.copy_to(sink);
    return copied ? sink.text : "error: " + copied.error().message;
}

Content pieces(std::string text, size_t piece_bytes)
{
    return Content(std::make_shared<PiecewiseSource const>(std::move(text), piece_bytes));
}

std::string const digits = "0123456789";

} // namespace

BOOST_AUTO_TEST_SUITE(content_filters)

BOOST_AUTO_TEST_CASE(base64_does_not_depend_on_the_pieces)
{
    std::string text;
    for (int i = 0; i < 40000; ++i)
        text += static_cast<char>(i * 7);
    for (size_t length : {size_t{0}, size_t{1}, size_t{2}, size_t{3}, size_t{4}, size_t{12287}, text.size()})
        for (size_t piece : {1, 2, 3, 4, 5, 7, 12288, 50000})
            BOOST_CHECK(text_of(base64_content(pieces(text.substr(0, length), piece))) ==
                        base64_encode(text.substr(0, length)));
}

BOOST_AUTO_TEST_CASE(a_range_has_both_its_ends)
{
    for (size_t piece : {1, 3, 10}) {
        BOOST_CHECK_EQUAL(text_of(content_range(pieces(digits, piece), 0, 0)), "0");
        BOOST_CHECK_EQUAL(text_of(content_range(pieces(digits, piece), 2, 5)), "2345");
        BOOST_CHECK_EQUAL(text_of(content_range(pieces(digits, piece), 0, 9)), digits);
        BOOST_CHECK_EQUAL(text_of(content_range(pieces(digits, piece), 8, 20)), "89");
        BOOST_CHECK_EQUAL(text_of(content_range(pieces(digits, piece), 10, 20)), "");
    }
}

BOOST_AUTO_TEST_CASE(what_is_behind_a_range_is_not_read)
{
    auto const source = std::make_shared<PiecewiseSource const>(digits, 1);
    text_of(content_range(Content(source), 2, 3));
    BOOST_CHECK_EQUAL(source->pieces_written, 3u);
}

BOOST_AUTO_TEST_CASE(errors_of_the_content_come_through)
{
    Content const failing(std::make_shared<PiecewiseSource const>(digits, 4, true));
    BOOST_CHECK_EQUAL(text_of(base64_content(failing)), "error: gone");
    BOOST_CHECK_EQUAL(text_of(content_range(failing, 5, 20)), "error: gone");
    BOOST_CHECK_EQUAL(text_of(content_range(failing, 5, 6)), "56");
    BOOST_CHECK(!failing.size());
}

BOOST_AUTO_TEST_CASE(size_counts_all_bytes)
{
    BOOST_CHECK_EQUAL(*pieces(digits, 3).size(), 10u);
    BOOST_CHECK_EQUAL(*Content("abc").size(), 3u);
    BOOST_CHECK_EQUAL(*content_range(pieces(digits, 3), 4, 6).size(), 3u);
    BOOST_CHECK_EQUAL(*content_range(pieces(digits, 3), 8, 100).size(), 2u);
    BOOST_CHECK_EQUAL(*content_range("abc", 5, 6).size(), 0u);
}

BOOST_AUTO_TEST_CASE(joined_contents_follow_one_another_until_one_fails)
{
    std::string const borrowed = "bc";
    BOOST_CHECK_EQUAL(text_of(joined_content({"a", borrowed_content(borrowed), "", "d"})), "abcd");
    BOOST_CHECK_EQUAL(text_of(joined_content({})), "");
    auto const broken = Content(std::make_shared<PiecewiseSource>("x", 1, true));
    BOOST_CHECK_EQUAL(text_of(joined_content({"a", broken, "b"})), "error: gone");
}

BOOST_AUTO_TEST_SUITE_END()
