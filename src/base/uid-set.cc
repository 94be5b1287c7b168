// All operations are linear in the number of ranges at most; single additions find their place by bisection.
#include "base/uid-set.h"
#include "base/text.h"
#include <algorithm>
#include <limits>

namespace eas {

using Range = UidSet::Range;

/// Puts ranges in any order, overlapping or not, into the form that UidSet keeps.
static std::vector<Range> normalized(std::vector<Range> ranges)
{
    std::ranges::sort(ranges, {}, &Range::first);
    std::vector<Range> merged;
    merged.reserve(ranges.size());
    for (Range const &range : ranges) {
        if (!merged.empty() && range.first <= uint64_t{merged.back().last} + 1)
            merged.back().last = std::max(merged.back().last, range.last);
        else
            merged.push_back(range);
    }
    return merged;
}

UidSet::UidSet(std::initializer_list<Uid> uids)
{
    for (Uid const uid : uids)
        add(uid);
}

void UidSet::add(Uid first, Uid last)
{
    first = std::max<Uid>(first, 1);
    if (first > last)
        return;
    // All ranges that touch the new one become one with it.
    auto const begin = std::ranges::partition_point(
        m_ranges, [&](Range const &range) { return uint64_t{range.last} + 1 < first; });
    auto const end = std::partition_point(
        begin, m_ranges.end(), [&](Range const &range) { return range.first <= uint64_t{last} + 1; });
    if (begin == end) {
        m_ranges.insert(begin, {first, last});
        return;
    }
    begin->first = std::min(begin->first, first);
    begin->last = std::max(std::prev(end)->last, last);
    m_ranges.erase(std::next(begin), end);
}

void UidSet::remove(Uid first, Uid last)
{
    if (first > last)
        return;
    auto const begin =
        std::ranges::partition_point(m_ranges, [&](Range const &range) { return range.last < first; });
    auto const end =
        std::partition_point(begin, m_ranges.end(), [&](Range const &range) { return range.first <= last; });
    if (begin == end)
        return;
    Range const before{begin->first, first == 0 ? 0 : first - 1};
    Range const after{last == std::numeric_limits<Uid>::max() ? last : last + 1, std::prev(end)->last};
    bool const keeps_before = begin->first<first, keeps_after = std::prev(end)->last> last;
    auto next = m_ranges.erase(begin, end);
    if (keeps_after)
        next = m_ranges.insert(next, after);
    if (keeps_before)
        m_ranges.insert(next, before);
}

bool UidSet::contains(Uid uid) const
{
    auto const range =
        std::ranges::partition_point(m_ranges, [&](Range const &each) { return each.last < uid; });
    return range != m_ranges.end() && range->first <= uid;
}

uint64_t UidSet::size() const
{
    uint64_t count = 0;
    for (Range const &range : m_ranges)
        count += uint64_t{range.last} - range.first + 1;
    return count;
}

UidSet UidSet::united(UidSet const &other) const
{
    std::vector<Range> all = m_ranges;
    all.insert(all.end(), other.m_ranges.begin(), other.m_ranges.end());
    UidSet result;
    result.m_ranges = normalized(std::move(all));
    return result;
}

UidSet UidSet::without(UidSet const &other) const
{
    UidSet result;
    auto hole = other.m_ranges.begin();
    for (Range const &range : m_ranges) {
        uint64_t next = range.first; // the lowest UID of the range that is not decided yet
        while (hole != other.m_ranges.end() && hole->last < next)
            ++hole;
        for (auto each = hole; each != other.m_ranges.end() && each->first <= range.last; ++each) {
            if (each->first > next)
                result.m_ranges.push_back({static_cast<Uid>(next), each->first - 1});
            next = uint64_t{each->last} + 1;
            hole = each; // it may reach into the next range too
        }
        if (next <= range.last)
            result.m_ranges.push_back({static_cast<Uid>(next), range.last});
    }
    return result;
}

UidSet UidSet::intersected(UidSet const &other) const
{
    UidSet result;
    auto a = m_ranges.begin();
    auto b = other.m_ranges.begin();
    while (a != m_ranges.end() && b != other.m_ranges.end()) {
        Uid const first = std::max(a->first, b->first), last = std::min(a->last, b->last);
        if (first <= last)
            result.m_ranges.push_back({first, last});
        a->last < b->last ? ++a : ++b;
    }
    return result;
}

std::vector<Uid> UidSet::newest(size_t count) const
{
    std::vector<Uid> uids;
    uids.reserve(std::min<uint64_t>(count, size()));
    for (auto range = m_ranges.rbegin(); range != m_ranges.rend(); ++range)
        for (Uid uid = range->last; uid >= range->first; uid--) { // never below 1
            if (uids.size() == count)
                return uids;
            uids.push_back(uid);
        }
    return uids;
}

std::string UidSet::to_string() const
{
    std::string text;
    for (Range const &range : m_ranges) {
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
    std::vector<Range> ranges;
    bool ascending = true; // as to_string() writes them
    for (size_t start = 0, comma = 0; comma != text.npos; start = comma + 1) {
        comma = text.find(',', start);
        std::string_view const piece = text.substr(start, comma == text.npos ? comma : comma - start);
        size_t const colon = piece.find(':');
        auto const first = parse_uid(piece.substr(0, colon));
        auto const last = colon == std::string_view::npos ? first : parse_uid(piece.substr(colon + 1));
        if (!first || !last)
            return std::nullopt;
        ascending &= *first <= *last && (ranges.empty() || ranges.back().last + uint64_t{1} < *first);
        ranges.push_back({std::min(*first, *last), std::max(*first, *last)}); // RFC 3501: "9:5" is "5:9"
    }
    if (ascending) {
        result.m_ranges = std::move(ranges);
        return result;
    }
    result.m_ranges = normalized(std::move(ranges));
    return result;
}

} // namespace eas
