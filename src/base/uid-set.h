// A set of IMAP UIDs, kept as ascending ranges: what a device holds of a mailbox takes bytes for
// a run of messages, not for each one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

using Uid = uint32_t; ///< 1 .. 2^32-1

class UidSet {
public:
    struct Range {
        Uid first, last; ///< both inclusive
        bool operator==(Range const &) const = default;
    };

    UidSet() = default;
    UidSet(std::initializer_list<Uid> uids);
    void add(Uid uid) { add(uid, uid); }
    void add(Uid first, Uid last);
    void remove(Uid uid) { remove(uid, uid); }
    void remove(Uid first, Uid last);
    bool contains(Uid uid) const;
    bool empty() const { return m_ranges.empty(); }
    uint64_t size() const; ///< number of UIDs
    Uid highest() const { return m_ranges.empty() ? 0 : m_ranges.back().last; }

    UidSet united(UidSet const &other) const;
    UidSet without(UidSet const &other) const;
    UidSet intersected(UidSet const &other) const;
    /// Up to `count` of the highest UIDs, highest first.
    std::vector<Uid> newest(size_t count) const;
    std::vector<Range> const &ranges() const { return m_ranges; }

    /// IMAP's sequence-set form, "1:5,7,9:12"; "" for the empty set.
    std::string to_string() const;
    static std::optional<UidSet> parse(std::string_view text);
    bool operator==(UidSet const &) const = default;

private:
    std::vector<Range> m_ranges; ///< ascending, disjoint, not adjacent
};

} // namespace eas
