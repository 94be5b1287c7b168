// What a collection's files held when they were read last, so that unchanged files need not be read again. It
// is kept in the state store, where no other program sees it, and may be lost or damaged at any time: then
// the files are read. There may be ten thousand lines, so they are plain to read; blanks, '%' and controls
// are percent-escaped:
//
//   format 2
//   <stamp> <state> <item id> <version> <name> <UID>     one for each file, by name; "-" for what is empty
//   end <hash of all lines before>
#pragma once
#include "ports/calendar-store.h"
#include "stores/ics-directory.h"
#include <string>
#include <vector>

namespace eas {

enum class IcsState : char { event = 'e', task = 't', other = '-', broken = '!' };

inline IcsState state_of(CalendarItemKind kind)
{
    return kind == CalendarItemKind::task ? IcsState::task : IcsState::event;
}

struct IcsEntry {
    std::string name;   ///< of the file; the UID where one file has all items
    uint64_t stamp = 0; ///< FileStamp::token() of what was read; 0: it may have been written again unseen
    IcsState state = IcsState::other;
    std::string id, version, uid;

    bool is_item() const { return state == IcsState::event || state == IcsState::task; }
    CalendarItem item() const;
    bool operator==(IcsEntry const &) const = default;
};

using IcsIndex = std::vector<IcsEntry>; ///< by name

/// The entry's stamp for a file that had `stamp` when it was read at `read_at`.
inline uint64_t settled_token(FileStamp const &stamp, int64_t read_at)
{
    return stamp.is_racy_at(read_at) ? 0 : stamp.token();
}

std::string ics_index_key(std::string_view collection_id);
std::string serialize(IcsIndex const &index);
/// Empty if `text` is damaged or of another version.
IcsIndex parse_ics_index(std::string_view text);

} // namespace eas
