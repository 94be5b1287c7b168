// A set of IMAP UIDs, kept in blocks of 64: what a device holds of a mailbox takes bytes for a run of
// messages, and a bit for each UID where every second one is missing. Operations on two sets look at blocks,
// not at UIDs.
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
    bool empty() const { return m_pieces.empty(); }
    uint64_t size() const; ///< number of UIDs
    Uid highest() const;   ///< 0 if it is empty

    UidSet united(UidSet const &other) const;
    UidSet without(UidSet const &other) const;
    UidSet intersected(UidSet const &other) const;
    /// What is in one of them only; undoes itself.
    UidSet difference(UidSet const &other) const;
    /// Up to `count` of the highest UIDs, highest first.
    std::vector<Uid> newest(size_t count) const;
    /// Ascending, disjoint, not adjacent.
    std::vector<Range> ranges() const;
    size_t range_count() const; ///< without making them

    /// IMAP's sequence-set form, "1:5,7,9:12"; "" for the empty set.
    std::string to_string() const;
    static std::optional<UidSet> parse(std::string_view text);

    /// A multiple of 64, not above the lowest UID and near it. The set is not empty.
    Uid bitmap_start() const { return m_pieces.front().first * block_size; }
    /// Bit i of byte j, from the lowest, is UID bitmap_start() + 8j + i.
    std::string bitmap() const;
    /// Nothing if `start` is no multiple of 64, or a bit stands for what is no UID.
    static std::optional<UidSet> of_bitmap(Uid start, std::string_view bytes);
    bool operator==(UidSet const &) const = default;

private:
    static constexpr unsigned block_size = 64;
    static constexpr uint64_t full = ~uint64_t{0};

    /// Blocks `first` to `last`, all alike: UID n is in block n / 64, at bit n % 64.
    struct Piece {
        uint32_t first, last;
        uint64_t bits; ///< not 0; of several blocks, all set
        bool operator==(Piece const &) const = default;
    };

    void replace(uint32_t first, uint32_t last, uint64_t bits);
    void append(uint32_t first, uint32_t last, uint64_t bits);
    uint64_t bits_of(uint32_t block) const;
    template <class Operation>
    static UidSet combined(UidSet const &one, UidSet const &other, Operation operation);

    std::vector<Piece> m_pieces; ///< ascending, disjoint; full neighbours are one piece
};

} // namespace eas
