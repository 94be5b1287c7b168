// The calendars and task lists of a user: what lies in one directory (eas_calendar_dir). Each subdirectory is
// a collection (vdir, or Radicale's where the directory is below a collection-root/), and so is each .ics
// file, but not in Radicale's storage. An id is a hash of the directory's or file's name.
//
// Links are how users share, so what a link leads to is taken for another user's, unless its name is that of
// the default calendar or task list.
#pragma once
#include "ports/calendar-store.h"
#include "ports/state-store.h"
#include "stores/ics-folder.h"
#include <map>
#include <optional>
#include <string>

namespace eas {

struct IcsStoreSettings {
    std::string directory;                     ///< absolute; made when the first collection is
    std::string default_calendar = "calendar"; ///< directory name; another calendar if that is not there
    std::string default_tasks = "tasks";
    IcsOptions files;
};

class IcsStore final : public CalendarStore {
public:
    /// `index` keeps what can be made again: it need not be durable. It must outlive the store, and the store
    /// the folders that it opened.
    IcsStore(IcsStoreSettings settings, StateStore &index);

    Result<std::vector<CalendarCollection>> collections() override;
    Result<std::unique_ptr<CalendarFolder>> open(std::string_view collection_id) override;
    Result<std::string> default_collection(CalendarItemKind kind) override;
    Result<std::string> create_collection(std::string_view name, CalendarItemKind kind) override;
    Result<void> rename_collection(std::string_view collection_id, std::string_view name) override;
    Result<void> delete_collection(std::string_view collection_id) override;
    std::vector<std::string> watched_directories() const override { return {m_settings.directory}; }

private:
    struct Place {
        std::string name; ///< of the directory or file below the settings' directory
        bool is_file = false;
        bool own = true;
    };
    Result<IcsDirectory> root() const
    {
        return IcsDirectory::open(m_settings.directory, m_settings.files.fsync);
    }
    bool is_own(IcsDirectory const &root, std::string const &name) const;
    /// Nothing if the directory does not exist: then there are no collections.
    Result<std::vector<Place>> places() const;
    Result<Place> place_of(std::string_view collection_id) const;
    Result<std::optional<CalendarCollection>> describe(Place const &place);
    Result<std::unique_ptr<CalendarFolder>> open(Place const &place);
    Result<std::string> create(std::string const &directory_name, std::string const &name,
                               CalendarItemKind kind);

    IcsStoreSettings m_settings;
    StateStore &m_index;
    DirectoryWatches m_watches;
    std::map<std::string, DirectoryLooks> m_looks; ///< by Place::name, from one request to the next
    std::string m_lock_path;                       ///< of Radicale, or ""
};

} // namespace eas
