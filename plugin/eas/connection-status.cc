// See connection-status.h.
#include "eas/connection-status.h"
#include <array>
#include <filesystem>
#include <optional>
#include <sys/mman.h>

namespace eas {

namespace {

constexpr char memory_name[] = "eas-connection";
constexpr std::string_view link_to_memory = "/memfd:eas-connection (deleted)";
constexpr size_t record_bytes = 1024; ///< written and read at once

std::string or_none(std::string const &text)
{
    return text.empty() ? "-" : text;
}

std::optional<ConnectionStatus> read_status(std::filesystem::path const &path)
{
    int const fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return std::nullopt;
    std::array<char, record_bytes + 1> record{};
    ssize_t const size = pread(fd, record.data(), record_bytes, 0);
    (void)close(fd);
    DataStackFrame frame;
    auto const *const *fields = t_strsplit_tabescaped(size > 0 ? record.data() : "");
    if (str_array_length(fields) != 4)
        return std::nullopt;
    return ConnectionStatus{fields[0], fields[1], fields[2], fields[3]};
}

} // namespace

ConnectionStatusMemory::ConnectionStatusMemory() : m_fd(memfd_create(memory_name, MFD_CLOEXEC)) {}

ConnectionStatusMemory::~ConnectionStatusMemory()
{
    if (m_fd != -1)
        (void)close(m_fd);
}

void ConnectionStatusMemory::write(ConnectionStatus const &status) const
{
    if (m_fd == -1)
        return;
    DataStackFrame frame;
    string_t *line = t_str_new(256);
    for (auto const &field :
         {status.user, status.address, or_none(status.device_id), or_none(status.command)}) {
        if (str_len(line) != 0)
            str_append_c(line, '\t');
        str_append_tabescaped(line, field.c_str());
    }
    if (str_len(line) > record_bytes)
        return;
    std::array<char, record_bytes> record{};
    std::copy_n(str_c(line), str_len(line), record.begin());
    (void)pwrite(m_fd, record.data(), record.size(), 0);
}

std::vector<ConnectionStatus> connections_of_process(std::string const &pid)
{
    std::vector<ConnectionStatus> found;
    std::error_code error;
    for (auto const &entry : std::filesystem::directory_iterator("/proc/" + pid + "/fd", error))
        if (std::filesystem::read_symlink(entry.path(), error) == link_to_memory)
            if (auto status = read_status(entry.path()))
                found.push_back(std::move(*status));
    return found;
}

} // namespace eas
