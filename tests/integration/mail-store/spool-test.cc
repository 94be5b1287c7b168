// Spool: bytes of a request or an answer, in a file where they are many.
#include "eas/spool.h"
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <sys/resource.h>

namespace eas::test {

namespace {

/// "0123456789" again and again.
class Digits final : public ContentSource {
public:
    explicit Digits(uint64_t count) : m_count(count) {}
    Result<void> copy_to(Sink &sink) const override
    {
        std::string block;
        for (int i = 0; i < 1000; ++i)
            block += "0123456789";
        Result<void> written;
        for (auto left = m_count; left > 0 && written; left -= std::min<uint64_t>(left, block.size()))
            written = sink.write(std::string_view(block).substr(0, left));
        return written;
    }

private:
    uint64_t m_count;
};

class BrokenSource final : public ContentSource {
public:
    Result<void> copy_to(Sink &) const override { return Error{ErrorKind::not_found, "it has gone"}; }
};

Content digits(uint64_t count)
{
    return Content(std::make_shared<Digits const>(count));
}

Spool spool()
{
    return Spool("/tmp/eas-spool-test.");
}

std::string range_of(Content const &content, uint64_t first, uint64_t count)
{
    StringSink text;
    BOOST_REQUIRE(content.copy_range(first, count, text));
    return text.text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(spool_of_an_answer)

BOOST_AUTO_TEST_CASE(what_is_kept_is_read_as_it_was)
{
    constexpr auto memory = Spool::max_memory_bytes;
    for (uint64_t const count : {uint64_t{0}, uint64_t{25}, memory, memory + 1, 5 * memory + 25}) {
        auto const kept = spool().keep(digits(count));
        BOOST_REQUIRE(kept);
        StringSink wanted, whole;
        BOOST_REQUIRE(digits(count).copy_to(wanted));
        BOOST_REQUIRE(kept->copy_to(whole));
        BOOST_CHECK(whole.text == wanted.text);
        BOOST_TEST(*kept->size() == count);
        for (auto const first : {uint64_t{0}, count / 2, count - std::min<uint64_t>(count, 7), count + 1})
            for (uint64_t const length : {uint64_t{0}, uint64_t{5}, 2 * memory, count})
                BOOST_CHECK(range_of(*kept, first, length) ==
                            wanted.text.substr(std::min(first, count), length));
    }
}

BOOST_AUTO_TEST_CASE(much_that_is_kept_shares_one_file)
{
    auto answer = spool();
    std::vector<Content> kept;
    auto const files = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
    auto const before = files();
    for (uint64_t count = 0; count < 50; ++count) {
        auto content = answer.keep(digits(count * 10'000));
        BOOST_REQUIRE(content);
        kept.push_back(std::move(*content));
    }
    BOOST_TEST(files() - before == 1);
    for (uint64_t count = 0; count < 50; ++count) {
        StringSink wanted, whole;
        BOOST_REQUIRE(digits(count * 10'000).copy_to(wanted));
        BOOST_REQUIRE(kept[count].copy_to(whole));
        BOOST_CHECK(whole.text == wanted.text);
    }
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_is_not_kept)
{
    auto const kept = spool().keep(Content(std::make_shared<BrokenSource const>()));
    BOOST_REQUIRE(!kept);
    BOOST_CHECK(kept.error().kind == ErrorKind::not_found);
}

#ifndef __SANITIZE_ADDRESS__ // which keeps freed memory
BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_what_is_kept)
{
    auto const peak_kilobytes = [] {
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    auto const before = peak_kilobytes();
    auto const kept = spool().keep(digits(100'000'000));
    BOOST_REQUIRE(kept);
    auto answer = spool();
    BOOST_REQUIRE(kept->copy_to(answer));
    BOOST_TEST(answer.size() == 100'000'000u);
    BOOST_TEST(peak_kilobytes() - before < 4 * 1024);
}
#endif

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test
