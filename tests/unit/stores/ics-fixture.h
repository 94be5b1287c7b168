// A temporary directory of calendars, and a state store that counts.
#pragma once
#include "fakes/memory-state-store.h"
#include "stores/ics-store.h"
#include "support.h"
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <thread>

namespace eas::test {

class TemporaryDirectory {
public:
    TemporaryDirectory()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "eas-ics-XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(pattern.data()));
        path = pattern;
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path); }
    TemporaryDirectory(TemporaryDirectory const &) = delete;
    std::filesystem::path path;
};

inline std::string event_text(std::string const &uid, std::string const &summary)
{
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
           "\r\nDTSTAMP:20261122T090000Z\r\nDTSTART:20261122T100000Z\r\nX-KEPT;A=1:yes\r\nSUMMARY:" +
           summary + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

inline std::string task_text(std::string const &uid)
{
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VTODO\r\nUID:" + uid +
           "\r\nDTSTAMP:20261122T090000Z\r\nSUMMARY:To do\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
}

inline std::string read_file(std::filesystem::path const &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// As an editor does, in place.
inline void write_file(std::filesystem::path const &path, std::string_view text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

/// So that stamps alone tell what changed.
inline void settle()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(2100));
}

/// As Radicale and vdirsyncer do.
inline void rename_file(std::filesystem::path const &path, std::string_view text)
{
    auto const temporary = path.parent_path() / ".other.tmp";
    write_file(temporary, text);
    std::filesystem::rename(temporary, path);
}

struct IcsFixture {
    IcsStoreSettings settings()
    {
        IcsStoreSettings settings;
        settings.directory = root.string();
        settings.files.fsync = false;
        settings.files.lock_patience = std::chrono::milliseconds(100);
        settings.files.warn = [this](std::string const &text) { warnings.push_back(text); };
        return settings;
    }

    CalendarCollection collection(std::string const &name)
    {
        auto const all = store.collections();
        BOOST_REQUIRE_EQUAL(error_of(all), "");
        for (auto const &each : *all)
            if (each.name == name)
                return each;
        BOOST_FAIL("no collection " << name);
        return {};
    }

    std::unique_ptr<CalendarFolder> open(std::string const &name)
    {
        auto folder = store.open(collection(name).id);
        BOOST_REQUIRE_EQUAL(error_of(folder), "");
        return std::move(*folder);
    }

    /// The items of a collection as another process sees them, by UID.
    std::vector<CalendarItem> items(std::string const &name)
    {
        auto listing = open(name)->items();
        BOOST_REQUIRE_EQUAL(error_of(listing), "");
        std::ranges::stable_sort(listing->items, {}, &CalendarItem::uid);
        return listing->items;
    }

    std::vector<std::string> files(std::string const &name)
    {
        std::vector<std::string> names;
        for (auto const &entry : std::filesystem::directory_iterator(root / name))
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    }

    TemporaryDirectory temporary;
    std::filesystem::path root = temporary.path / "calendars";
    std::vector<std::string> warnings;
    MemoryStateStore index;
    IcsStore store{settings(), index};
};

/// What an index has of a file that was read long after it was written; of one with all items without its
/// name.
inline uint64_t settled_token(std::filesystem::path const &path, std::string_view name)
{
    auto const directory = IcsDirectory::open(path.parent_path(), false);
    BOOST_REQUIRE_EQUAL(error_of(directory), "");
    auto const stamp = directory->stamp(path.filename());
    BOOST_REQUIRE_EQUAL(error_of(stamp), "");
    return stamp->token(name);
}

/// Makes a file look as if it was written a minute ago (its ctime cannot be set: indexes take it for fresh).
inline void age(std::filesystem::path const &path)
{
    timespec const times[2] = {{time(nullptr) - 60, 0}, {time(nullptr) - 60, 0}};
    BOOST_REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

} // namespace eas::test
