// All operations are linear in the number of pieces at most; single additions find their place by bisection.
#include "base/uid-set.h"
#include "base/text.h"
#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace eas {

namespace {

using Range = UidSet::Range;

/// The bits from `first` to `last`, at most 63.
constexpr uint64_t bits_between(unsigned first, unsigned last)
{
    return (~uint64_t{0} << first) & (~uint64_t{0} >> (63 - last));
}

/// Calls `visit(block, bits)` for the block at each end, and for those between.
template <class Visit> void for_blocks_of(Uid first, Uid last, unsigned block_size, Visit visit)
{
    uint32_t const first_block = first / block_size, last_block = last / block_size;
    unsigned const first_bit = first % block_size, last_bit = last % block_size;
    if (first_block == last_block) {
        visit(first_block, first_block, bits_between(first_bit, last_bit));
        return;
    }
    visit(first_block, first_block, bits_between(first_bit, block_size - 1));
    if (first_block + 1 < last_block)
        visit(first_block + 1, last_block - 1, ~uint64_t{0});
    visit(last_block, last_block, bits_between(0, last_bit));
}

} // namespace

UidSet::UidSet(std::initializer_list<Uid> uids)
{
    for (Uid const uid : uids)
        add(uid);
}

uint64_t UidSet::bits_of(uint32_t block) const
{
    auto const piece = std::ranges::partition_point(m_pieces, [&](auto &each) { return each.last < block; });
    return piece != m_pieces.end() && piece->first <= block ? piece->bits : 0;
}

/// At the end, where nothing is yet.
void UidSet::append(uint32_t first, uint32_t last, uint64_t bits)
{
    if (bits == 0)
        return;
    bool const joins = bits == full && !m_pieces.empty() && m_pieces.back().bits == full &&
                       m_pieces.back().last + 1 == first;
    if (joins)
        m_pieces.back().last = last;
    else
        m_pieces.push_back({first, last, bits});
}

/// Whatever was in these blocks, `bits` are now; of several blocks, all or none.
void UidSet::replace(uint32_t first, uint32_t last, uint64_t bits)
{
    auto begin = std::ranges::partition_point(m_pieces, [&](auto &piece) { return piece.last < first; });
    auto end = std::partition_point(begin, m_pieces.end(), [&](auto &piece) { return piece.first <= last; });
    if (end - begin == 1 && first == last && begin->first == begin->last && bits != 0 && bits != full) {
        begin->bits = bits;
        return;
    }
    // One neighbour at each side is made anew too: a full one may join.
    if (begin != m_pieces.begin())
        --begin;
    if (end != m_pieces.end())
        ++end;
    UidSet middle;
    for (auto piece = begin; piece != end && piece->first < first; ++piece)
        middle.append(piece->first, std::min(piece->last, first - 1), piece->bits);
    middle.append(first, last, bits);
    for (auto piece = begin; piece != end; ++piece)
        if (piece->last > last)
            middle.append(std::max(piece->first, last + 1), piece->last, piece->bits);
    auto const &fresh = middle.m_pieces;
    auto const kept = std::min(end - begin, static_cast<std::ptrdiff_t>(fresh.size()));
    auto const place = std::copy(fresh.begin(), fresh.begin() + kept, begin);
    auto const after = m_pieces.erase(place, end);
    m_pieces.insert(after, fresh.begin() + kept, fresh.end());
}

void UidSet::add(Uid first, Uid last)
{
    first = std::max<Uid>(first, 1);
    if (first > last)
        return;
    for_blocks_of(first, last, block_size, [this](uint32_t begin, uint32_t end, uint64_t bits) {
        replace(begin, end, begin == end ? bits_of(begin) | bits : full);
    });
}

void UidSet::remove(Uid first, Uid last)
{
    if (first > last)
        return;
    for_blocks_of(first, last, block_size, [this](uint32_t begin, uint32_t end, uint64_t bits) {
        replace(begin, end, begin == end ? bits_of(begin) & ~bits : 0);
    });
}

bool UidSet::contains(Uid uid) const
{
    return (bits_of(uid / block_size) >> uid % block_size & 1) != 0;
}

uint64_t UidSet::size() const
{
    uint64_t count = 0;
    for (auto const &piece : m_pieces)
        count += uint64_t{piece.last - piece.first + 1} * static_cast<unsigned>(std::popcount(piece.bits));
    return count;
}

Uid UidSet::highest() const
{
    if (m_pieces.empty())
        return 0;
    auto const &piece = m_pieces.back();
    return piece.last * block_size + 63 - static_cast<unsigned>(std::countl_zero(piece.bits));
}

/// `operation` says of the bits of two blocks those of the result; none if both have none.
template <class Operation>
UidSet UidSet::combined(UidSet const &one, UidSet const &other, Operation operation)
{
    constexpr uint32_t behind_all = std::numeric_limits<Uid>::max() / block_size + 1;
    UidSet result;
    result.m_pieces.reserve(std::max(one.m_pieces.size(), other.m_pieces.size()));
    auto a = one.m_pieces.begin(), b = other.m_pieces.begin();
    auto const a_end = one.m_pieces.end(), b_end = other.m_pieces.end();
    for (uint32_t block = 0; a != a_end || b != b_end;) {
        uint32_t const from_a = a == a_end ? behind_all : std::max(a->first, block);
        uint32_t const from_b = b == b_end ? behind_all : std::max(b->first, block);
        block = std::min(from_a, from_b);
        bool const in_a = from_a == block, in_b = from_b == block;
        uint32_t const last = std::min(in_a ? a->last : from_a - 1, in_b ? b->last : from_b - 1);
        result.append(block, last, operation(in_a ? a->bits : 0, in_b ? b->bits : 0));
        block = last + 1;
        if (in_a && a->last == last)
            ++a;
        if (in_b && b->last == last)
            ++b;
    }
    return result;
}

UidSet UidSet::united(UidSet const &other) const
{
    return combined(*this, other, [](uint64_t a, uint64_t b) { return a | b; });
}

UidSet UidSet::without(UidSet const &other) const
{
    return combined(*this, other, [](uint64_t a, uint64_t b) { return a & ~b; });
}

UidSet UidSet::intersected(UidSet const &other) const
{
    return combined(*this, other, [](uint64_t a, uint64_t b) { return a & b; });
}

UidSet UidSet::difference(UidSet const &other) const
{
    return combined(*this, other, [](uint64_t a, uint64_t b) { return a ^ b; });
}

std::vector<Uid> UidSet::newest(size_t count) const
{
    std::vector<Uid> uids;
    uids.reserve(std::min<uint64_t>(count, size()));
    for (auto piece = m_pieces.rbegin(); piece != m_pieces.rend(); ++piece)
        for (uint32_t block = piece->last + 1; block-- != piece->first;)
            for (auto bits = piece->bits; bits != 0; bits &= ~(uint64_t{1} << (std::bit_width(bits) - 1))) {
                if (uids.size() == count)
                    return uids;
                uids.push_back(block * block_size + static_cast<Uid>(std::bit_width(bits) - 1));
            }
    return uids;
}

std::vector<Range> UidSet::ranges() const
{
    std::vector<Range> ranges;
    auto add = [&](Uid first, Uid last) {
        if (!ranges.empty() && ranges.back().last + uint64_t{1} == first)
            ranges.back().last = last;
        else
            ranges.push_back({first, last});
    };
    for (auto const &piece : m_pieces) {
        Uid const start = piece.first * block_size;
        if (piece.bits == full) {
            add(start, piece.last * block_size + 63);
            continue;
        }
        for (auto bits = piece.bits; bits != 0;) {
            auto const first = static_cast<unsigned>(std::countr_zero(bits));
            auto const count = static_cast<unsigned>(std::countr_one(bits >> first));
            add(start + first, start + first + count - 1);
            bits &= ~bits_between(first, first + count - 1);
        }
    }
    return ranges;
}

size_t UidSet::range_count() const
{
    size_t count = 0;
    uint64_t next_block = 0, carry = 0; // the highest bit of the block before
    for (auto const &piece : m_pieces) {
        if (piece.first != next_block)
            carry = 0;
        count += static_cast<size_t>(std::popcount(piece.bits & ~(piece.bits << 1 | carry)));
        carry = piece.bits >> 63;
        next_block = uint64_t{piece.last} + 1;
    }
    return count;
}

std::string UidSet::to_string() const
{
    std::string text;
    for (Range const &range : ranges()) {
        if (!text.empty())
            text += ',';
        text += std::to_string(range.first);
        if (range.last != range.first)
            text.append(":").append(std::to_string(range.last));
    }
    return text;
}

static std::optional<Uid> parse_uid(std::string_view text)
{
    auto const number = parse_unsigned(text);
    if (!number || *number == 0 || *number > std::numeric_limits<Uid>::max())
        return std::nullopt;
    return static_cast<Uid>(*number);
}

std::optional<UidSet> UidSet::parse(std::string_view text)
{
    UidSet result;
    if (text.empty())
        return result;
    for (size_t start = 0, comma = 0; comma != text.npos; start = comma + 1) {
        comma = text.find(',', start);
        std::string_view const piece = text.substr(start, comma == text.npos ? comma : comma - start);
        size_t const colon = piece.find(':');
        auto const first = parse_uid(piece.substr(0, colon));
        auto const last = colon == std::string_view::npos ? first : parse_uid(piece.substr(colon + 1));
        if (!first || !last)
            return std::nullopt;
        result.add(std::min(*first, *last), std::max(*first, *last)); // RFC 3501: "9:5" is "5:9"
    }
    return result;
}

std::string UidSet::bitmap() const
{
    std::string bytes;
    if (m_pieces.empty())
        return bytes;
    auto const start = m_pieces.front().first;
    bytes.resize(size_t{m_pieces.back().last - start + 1} * sizeof(uint64_t));
    for (auto const &piece : m_pieces)
        for (uint32_t block = piece.first; block <= piece.last; ++block)
            for (unsigned byte = 0; byte < sizeof(uint64_t); ++byte)
                bytes[size_t{block - start} * sizeof(uint64_t) + byte] =
                    static_cast<char>(piece.bits >> 8 * byte);
    bytes.resize((highest() - bitmap_start()) / 8 + 1);
    return bytes;
}

std::optional<UidSet> UidSet::of_bitmap(Uid start, std::string_view bytes)
{
    bool const fits = bytes.size() <= (std::numeric_limits<Uid>::max() - start) / 8 + 1;
    if (start % block_size != 0 || !fits)
        return std::nullopt;
    UidSet result;
    result.m_pieces.reserve(bytes.size() / sizeof(uint64_t) + 1);
    for (size_t at = 0; at < bytes.size(); at += sizeof(uint64_t)) {
        uint64_t bits = 0;
        auto const count = std::min(bytes.size() - at, sizeof(uint64_t));
        for (size_t byte = 0; byte < count; ++byte)
            bits |= uint64_t{static_cast<unsigned char>(bytes[at + byte])} << 8 * byte;
        auto const block = start / block_size + static_cast<uint32_t>(at / sizeof(uint64_t));
        result.append(block, block, bits);
    }
    if (result.contains(0))
        return std::nullopt;
    return result;
}

} // namespace eas
