// A directory of files that other programs write too (Radicale, vdirsyncer, khal, an editor): what a calendar
// of .ics files stands on. Names lead nowhere else; symbolic links to files are not followed; a file is only
// ever replaced whole, and never one that the caller has not seen:
//
// A new text is written to a hidden file beside it, synced, and *exchanged* with the old one (renameat2). If
// what came out of the exchange is not what the caller had seen, another program was faster: it is put back.
// File systems that cannot exchange (NFS) get a check before a plain rename, which leaves a short gap.
#pragma once
#include "base/result.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// What tells without reading that a file is not what it was. Times in nanoseconds since 1970.
struct FileStamp {
    uint64_t inode = 0, size = 0;
    int64_t mtime = 0, ctime = 0;
    /// Whether a file with this stamp, read at `when`, could have been written again with the same stamp:
    /// clocks of file systems are as coarse as two seconds.
    bool is_racy_at(int64_t when) const;
    /// Another number for another stamp or another name; never 0.
    uint64_t token(std::string_view name = {}) const;
    bool operator==(FileStamp const &) const = default;
};

int64_t now_nanoseconds();

/// An open file or directory.
class FileDescriptor {
public:
    explicit FileDescriptor(int fd = -1) : m_fd(fd) {}
    ~FileDescriptor();
    FileDescriptor(FileDescriptor &&other) noexcept : m_fd(other.m_fd) { other.m_fd = -1; }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept;
    int number() const { return m_fd; }
    bool is_open() const { return m_fd != -1; }

private:
    int m_fd;
};

class IcsDirectory {
public:
    /// not_found, denied, temporary. A link to a directory is followed: that is how Radicale users share.
    static Result<IcsDirectory> open(std::string path, bool fsync);

    std::string const &path() const { return m_path; }
    std::string path_of(std::string_view name) const; ///< printable, for log lines
    bool is_writable() const;
    /// Whether a directory of that name is elsewhere.
    bool is_link(std::string const &name) const;
    /// Whether the file may be replaced: it is writable, and the directory is.
    bool is_writable(std::string const &name) const;

    using Wanted = std::function<bool(std::string_view name)>;
    using Found = std::function<void(std::string_view name, FileStamp const &stamp)>;
    /// Calls `found` for each regular file whose name `wanted` accepts, in no order. too_large: more than
    /// `max_files`. Removes temporary files of ours that are older than an hour: the process that wrote them
    /// was killed.
    Result<void> scan(Wanted const &wanted, size_t max_files, Found const &found,
                      int64_t now = now_nanoseconds()) const;
    Error too_many(size_t max_files) const;
    struct Entry {
        std::string name;
        FileStamp stamp;
    };
    /// The same files, by name.
    Result<std::vector<Entry>> list(Wanted const &wanted, size_t max_files) const;
    /// Directories, and links to such, that are not hidden, by name.
    Result<std::vector<std::string>> list_directories() const;
    Result<FileStamp> stamp(std::string const &name) const;
    /// Which directory it is, whatever its path.
    struct Identity {
        uint64_t device = 0, inode = 0;
        bool operator==(Identity const &) const = default;
    };
    Result<Identity> identity() const;
    /// Whether all that is written into it passes through this machine's kernel: not on network file systems.
    bool is_of_this_machine() const;
    struct File {
        std::string text;
        FileStamp stamp;
    };
    /// not_found, too_large, denied, temporary.
    Result<File> read(std::string const &name, uint64_t max_bytes) const;

    using Accepts = std::function<bool(std::string_view text)>;
    /// A new file, with the directory's permissions. exists.
    Result<void> add(std::string const &name, std::string_view text) const;
    /// Puts `text` in the place of a file whose text `seen` accepts, with its owner and permissions. conflict
    /// if it does not; not_found.
    Result<void> replace(std::string const &name, std::string_view text, Accepts const &seen) const;
    /// Removes a file whose text `seen` accepts. conflict, not_found.
    Result<void> remove(std::string const &name, Accepts const &seen) const;
    /// Adds the file or overwrites what is there: for properties of a collection.
    Result<void> put(std::string const &name, std::string_view text) const;

    /// Makes a directory with what `fill` writes into it, or none. exists.
    Result<void> add_directory(std::string const &name,
                               std::function<Result<void>(IcsDirectory const &)> const &fill) const;
    /// Removes a directory with all in it, of a link only the link.
    Result<void> remove_directory(std::string const &name) const;

private:
    IcsDirectory(std::string path, FileDescriptor directory, bool fsync);
    Error error(std::string_view action, std::string_view name) const;
    Result<FileDescriptor> write_temporary(std::string const &name, std::string_view text, uint32_t mode,
                                           uint32_t uid, uint32_t gid) const;
    Result<FileDescriptor> write_new(std::string const &name, std::string_view text) const;
    Result<void> sync() const;
    /// Other programs ignore hidden files and those that end in ".tmp" (vdir's specification; Radicale).
    static std::string temporary_name();
    static bool is_temporary_name(std::string_view name);
    void remove_abandoned(std::vector<std::string> const &names, int64_t now) const;
    void keep(std::string const &temporary) const;
    bool put_back(std::string const &temporary, std::string const &name, FileDescriptor expected) const;

    std::string m_path;
    FileDescriptor m_directory;
    bool m_fsync;
};

} // namespace eas
