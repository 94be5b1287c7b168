// The two kinds of calendar on disk: a directory with one .ics file an item (vdir, Radicale), and a single
// .ics file with all items. Both keep an index (ics-index.h) and read only what changed.
#pragma once
#include "ports/calendar-store.h"
#include "ports/state-store.h"
#include "stores/ics-directory-watch.h"
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace eas {

/// What an admin says about files, and where warnings go.
struct IcsOptions {
    bool fsync = true;                               ///< false: mail_fsync = never
    std::chrono::milliseconds lock_patience{10'000}; ///< for Radicale's lock
    size_t max_files = 100'000;                      ///< of a collection
    /// A file that the process may not read makes items() fail (denied); else it is left out.
    bool unreadable_is_error = false;
    bool may_watch = true; ///< directories, for the next request; false: there is none
    /// Told of each file that is left out: once, and again when it was written again.
    std::function<void(std::string const &)> warn = [](std::string const &) {};
};

/// A collection's files: `directory`, and where they are locked.
struct IcsPlace {
    IcsDirectory directory;
    std::string collection_id;
    std::string lock_path;    ///< "": no lock
    bool is_radicale = false; ///< every file is an item, whatever its name ends with
};

/// `looks` are of folders of the same place alone; they, `index` and `options` must outlive the folder.
std::unique_ptr<CalendarFolder> open_ics_directory(IcsPlace place, DirectoryLooks &looks, StateStore &index,
                                                   IcsOptions const &options);
/// `file` is the name of the .ics file in the place's directory.
std::unique_ptr<CalendarFolder> open_ics_file(IcsPlace place, std::string file, StateStore &index,
                                              IcsOptions const &options);

} // namespace eas
