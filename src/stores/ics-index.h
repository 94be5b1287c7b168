// What a collection's files held when they were read last, so that unchanged files need not be read again. It
// is kept in the state store, where no other program sees it, and may be lost or damaged at any time: then
// the files are read. The text (base/fields.h), written whole:
//
//   format 1
//   item <name> <inode> <size> <mtime> <ctime> <read at> <state> <version> <UID>     one for each file
//   end <version of all lines before>
#pragma once
#include "ports/calendar-store.h"
#include "stores/ics-directory.h"
#include <map>
#include <string>

namespace eas {

enum class IcsState : char { event = 'e', task = 't', other = '-', broken = '!' };

inline IcsState state_of(CalendarItemKind kind)
{
    return kind == CalendarItemKind::task ? IcsState::task : IcsState::event;
}

struct IcsEntry {
    FileStamp stamp;
    int64_t read_at = 0; ///< nanoseconds since 1970
    IcsState state = IcsState::other;
    std::string version;
    std::string uid;

    /// Whether the file, now with `now_stamp`, is surely what was read.
    bool is_valid(FileStamp const &now_stamp) const
    {
        return stamp == now_stamp && !stamp.is_racy_at(read_at);
    }
    bool operator==(IcsEntry const &) const = default;
};

using IcsIndex = std::map<std::string, IcsEntry, std::less<>>; ///< by file name

std::string ics_index_key(std::string_view collection_id);
std::string serialize(IcsIndex const &index);
/// Empty if `text` is damaged or of another version.
IcsIndex parse_ics_index(std::string_view text);

} // namespace eas
