// A table that is read, compared and written as a whole although few of its rows change: a line a row, sorted
// by its first piece, the id. What was read stays one text, which copies of the table share; rows are views
// of it. What is put or erased lies beside it, by id, until append_to() merges both: what lies between two
// changed rows is copied in one piece.
#pragma once
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// The next piece of a line, which loses it and the blank behind it.
inline std::string_view take_piece(std::string_view &line)
{
    auto const blank = line.find(' ');
    auto const piece = line.substr(0, blank);
    line.remove_prefix(blank == line.npos ? line.size() : blank + 1);
    return piece;
}

/// `Row` is a line taken apart: `static std::optional<Row> parse(std::string_view line)`, nothing if it is
/// broken, and `id`, its first piece. It may have views of the line: they hold while the table does and the
/// row is not put anew.
template <class Row> class LineTable {
public:
    /// `lines`, each with its line feed, are a part of `text`. Nothing if one is broken or out of order.
    static std::optional<LineTable> parse(std::shared_ptr<std::string const> text, std::string_view lines)
    {
        auto stored = std::make_shared<Stored>(Stored{std::move(text), lines, {}});
        auto &rows = stored->rows;
        if (auto const length = lines.find('\n'); length != lines.npos)
            rows.reserve(lines.size() / (length + 1) + 1);
        while (!lines.empty()) {
            auto const length = lines.find('\n');
            auto const row =
                length == lines.npos ? std::optional<Row>() : Row::parse(lines.substr(0, length));
            if (!row || (!rows.empty() && rows.back().id >= row->id))
                return {};
            rows.push_back(*row);
            lines.remove_prefix(length + 1);
        }
        LineTable table;
        table.m_stored = std::move(stored);
        return table;
    }

    std::optional<Row> find(std::string_view id) const
    {
        if (auto const edit = m_edits.find(id); edit != m_edits.end())
            return edit->second.empty() ? std::nullopt : Row::parse(edit->second);
        auto const row = at_or_behind(id);
        return row != rows().end() && row->id == id ? std::optional(*row) : std::nullopt;
    }
    /// `line`, without line feed, takes the place of the one with its id, or is a new one.
    void put(std::string line)
    {
        std::string id(line, 0, line.find(' '));
        m_edits.insert_or_assign(std::move(id), std::move(line));
    }
    void erase(std::string_view id) { m_edits.insert_or_assign(std::string(id), std::string()); }
    size_t size() const
    {
        auto size = rows().size();
        for (auto const &[id, line] : m_edits) {
            auto const row = at_or_behind(id);
            size -= row != rows().end() && row->id == id;
            size += !line.empty();
        }
        return size;
    }
    bool empty() const { return size() == 0; }

    /// Calls `visit` with each row, by id.
    template <class Visit> void for_each(Visit &&visit) const
    {
        auto row = rows().begin();
        for (auto const &[id, line] : m_edits) {
            for (; row != rows().end() && row->id < id; ++row)
                visit(*row);
            if (row != rows().end() && row->id == id)
                ++row;
            if (!line.empty())
                visit(*Row::parse(line));
        }
        for (; row != rows().end(); ++row)
            visit(*row);
    }

    /// All lines, each with its line feed.
    void append_to(std::string &text) const
    {
        size_t copied = 0, added = 0; // bytes of what is stored, and beside it
        for (auto const &[id, line] : m_edits)
            added += line.size() + 1;
        text.reserve(text.size() + lines().size() + added + room_behind);
        for (auto const &[id, line] : m_edits) {
            auto row = at_or_behind(id);
            auto const begin = offset_of(row);
            text.append(lines(), copied, begin - copied);
            copied = row != rows().end() && row->id == id ? offset_of(++row) : begin;
            if (!line.empty())
                text.append(line).append(1, '\n');
        }
        text.append(lines(), copied);
    }
    std::string text() const
    {
        std::string text;
        append_to(text);
        return text;
    }

    /// Ids of all rows that differ, or are in one of the two only; quick if one is an edited copy of the
    /// other.
    static std::set<std::string> differences(LineTable const &left, LineTable const &right)
    {
        std::set<std::string> ids;
        for (auto const *table : {&left, &right})
            if (left.m_stored == right.m_stored)
                for (auto const &[id, line] : table->m_edits)
                    ids.insert(id);
            else
                table->for_each([&](Row const &row) { ids.emplace(row.id); });
        std::erase_if(ids, [&](auto const &id) { return left.find(id) == right.find(id); });
        return ids;
    }
    bool operator==(LineTable const &other) const { return differences(*this, other).empty(); }

private:
    struct Stored {
        std::shared_ptr<std::string const> text;
        std::string_view lines;
        std::vector<Row> rows;
    };
    using Rows = std::span<Row const>;
    static constexpr size_t room_behind = 64; ///< for a last line of the caller's

    Rows rows() const { return m_stored ? Rows(m_stored->rows) : Rows(); }
    std::string_view lines() const { return m_stored ? m_stored->lines : std::string_view(); }
    typename Rows::iterator at_or_behind(std::string_view id) const
    {
        return std::ranges::lower_bound(rows(), id, {}, &Row::id);
    }
    size_t offset_of(typename Rows::iterator row) const
    {
        return row == rows().end() ? lines().size() : static_cast<size_t>(row->id.data() - lines().data());
    }

    std::shared_ptr<Stored const> m_stored;                  ///< null: nothing
    std::map<std::string, std::string, std::less<>> m_edits; ///< the line of an id; "": erased
};

} // namespace eas
