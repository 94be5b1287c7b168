#include "base/quick-hash.h"
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

using namespace eas;

BOOST_AUTO_TEST_SUITE(quick_hash_of_bytes)

/// Of every length up to some words: each bit that differs, each byte more, and the seed, make another hash.
BOOST_AUTO_TEST_CASE(each_bit_counts)
{
    for (size_t size = 0; size <= 40; size++) {
        std::string text(size, '\0');
        std::set<uint64_t> hashes{quick_hash(text), quick_hash(text, 1), quick_hash(text + '\0')};
        for (size_t bit = 0; bit < size * 8; bit++) {
            auto other = text;
            other[bit / 8] = static_cast<char>(1 << bit % 8);
            hashes.insert(quick_hash(other));
        }
        BOOST_TEST(hashes.size() == 3 + size * 8);
        BOOST_TEST(!hashes.contains(0));
    }
}

BOOST_AUTO_TEST_CASE(the_place_of_a_byte_counts)
{
    std::set<uint64_t> hashes;
    for (size_t at = 0; at < 64; at++)
        hashes.insert(quick_hash(std::string(at, 'x') + 'y' + std::string(63 - at, 'x')));
    BOOST_TEST(hashes.size() == 64u);
}

BOOST_AUTO_TEST_CASE(half_of_the_bits_change_with_one)
{
    size_t changed = 0, tries = 0;
    for (size_t bit = 0; bit < 32 * 8; bit++, tries++) {
        std::string text = "12345678901234567890123456789012";
        auto const before = quick_hash(text);
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
        changed += static_cast<size_t>(std::popcount(before ^ quick_hash(text)));
    }
    BOOST_TEST(changed > tries * 28);
    BOOST_TEST(changed < tries * 36);
}

BOOST_AUTO_TEST_SUITE_END()
