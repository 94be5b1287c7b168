// A hash of bytes that costs little, for telling what is there apart from what was there: words of eight
// bytes, two at a time, multiplied to 128 bits and folded. No defence against who makes equal hashes on
// purpose. It may change with a version of this program, so it is kept only where a difference means to look
// again.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace eas {

namespace quick_hash_detail {

inline uint64_t fold(uint64_t a, uint64_t b)
{
    auto const product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// `bytes` (1 to 8) of them as a number.
inline uint64_t word(char const *from, size_t bytes)
{
    uint64_t word = 0;
    std::memcpy(&word, from, bytes);
    return word;
}

} // namespace quick_hash_detail

/// Never 0. `seed`: the hash of what came before.
inline uint64_t quick_hash(std::string_view text, uint64_t seed = 0)
{
    using quick_hash_detail::fold, quick_hash_detail::word;
    constexpr uint64_t first = 0xA076'1D64'78BD'642F, second = 0xE703'7ED1'A0B4'28DB; // odd, half of the bits
    auto hash = fold(seed ^ first, text.size() ^ second);
    auto const *at = text.data();
    auto left = text.size();
    for (; left >= 16; at += 16, left -= 16)
        hash = fold(word(at, 8) ^ first, word(at + 8, 8) ^ hash);
    if (left > 8)
        hash = fold(word(at, 8) ^ first, word(at + 8, left - 8) ^ hash);
    else if (left > 0)
        hash = fold(word(at, left) ^ first, hash ^ second);
    return hash | (hash == 0);
}

} // namespace eas
