// StateStore in files, one a value, below a directory of the user's: "<directory>/device/<id>/info".
// A value is replaced by writing a temporary file, fdatasync and rename, so a reader or a crash sees
// the old one or the new one. Needs nothing but a file system; works on NFS.
#pragma once
#include "ports/state-store.h"
#include <string>
#include <vector>

namespace eas {

class FileStateStore final : public StateStore {
public:
    /// `directory` is created (0700) at the first write. `fsync` false: mail_fsync = never.
    FileStateStore(std::string directory, bool fsync);

    Result<std::optional<std::string>> get(std::string_view key) override;
    Result<std::optional<std::string>> get_beginning(std::string_view key, size_t bytes) override;
    Result<void> set(std::string_view key, std::string_view value) override;
    Result<void> remove(std::string_view key) override;
    Result<std::vector<std::string>> list(std::string_view key) override;
    std::string watched_file(std::string_view key) const override;
    Result<std::unique_ptr<Lock>> lock(std::string_view device_key) override;

    /// The keys of all values of all devices, sorted. Not of the port: for administration only.
    Result<std::vector<std::string>> keys() const;

private:
    /// bad_request: no key; temporary: there is no directory.
    Result<std::string> path_of(std::string_view key) const;

    std::string m_directory; ///< "": the user has none
    bool m_fsync;
};

} // namespace eas
