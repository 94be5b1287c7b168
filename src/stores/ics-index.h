// What a collection's files held when they were read last, so that unchanged files need not be read again. It
// is kept in the state store, where no other program sees it, and may be lost or damaged at any time: then
// the files are read. There may be ten thousand lines, so they are plain to read; blanks, '%' and controls
// are percent-escaped:
//
//   format 3
//   <item id> <token> <state> <version> <name> <UID>     one for each file, by id; "-" for what is empty
//   end <hash of all lines before>
#pragma once
#include "base/line-table.h"
#include "ports/calendar-store.h"
#include "stores/ics-directory.h"
#include <string>
#include <string_view>

namespace eas {

enum class IcsState : char { event = 'e', task = 't', other = '-', broken = '!' };

inline IcsState state_of(CalendarItemKind kind)
{
    return kind == CalendarItemKind::task ? IcsState::task : IcsState::event;
}

inline bool is_item(IcsState state)
{
    return state == IcsState::event || state == IcsState::task;
}

struct IcsEntry {
    std::string id;
    uint64_t token = 0; ///< FileStamp::token() of what was read; 0: it may have been written again unseen
    IcsState state = IcsState::other;
    std::string version;
    std::string name; ///< of the file; the UID where one file has all items
    std::string uid;

    CalendarItem item() const;
    std::string line() const;
    bool operator==(IcsEntry const &) const = default;
};

/// An entry as its line has it.
struct IcsRow {
    std::string_view id;
    uint64_t token = 0;
    IcsState state = IcsState::other;
    std::string_view version;
    std::string_view escaped_name, escaped_uid;

    static std::optional<IcsRow> parse(std::string_view line);
    IcsEntry entry() const;
    /// `decoded` keeps the UID if it was escaped.
    CalendarItemView item(std::string &decoded) const;
    bool operator==(IcsRow const &) const = default;
};

using IcsIndex = LineTable<IcsRow>;

/// The entry's token for a file that had `stamp` when it was read at `read_at`.
inline uint64_t settled_token(FileStamp const &stamp, std::string_view name, int64_t read_at)
{
    return stamp.is_racy_at(read_at) ? 0 : stamp.token(name);
}

std::string ics_index_key(std::string_view collection_id);
std::string serialize(IcsIndex const &index);
/// Empty if `text` is damaged or of another version.
IcsIndex parse_ics_index(std::string text);

} // namespace eas
