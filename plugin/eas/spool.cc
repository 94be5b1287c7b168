// See spool.h. The file is created through Dovecot's own helper, in mail_temp_dir, and unlinked at once.
#include "eas/spool.h"
#include <algorithm>
#include <memory>

namespace eas {

namespace {

/// A part of what a spool has, which may grow meanwhile.
class SpooledContent final : public ContentSource {
public:
    SpooledContent(std::shared_ptr<Spool const> spool, uint64_t first)
        : m_spool(std::move(spool)), m_first(first), m_size(m_spool->size() - first)
    {}
    Result<void> copy_to(Sink &sink) const override { return copy_range(0, m_size, sink); }
    Result<void> copy_range(uint64_t first, uint64_t count, Sink &sink) const override
    {
        first = std::min(first, m_size);
        return m_spool->copy_range(m_first + first, std::min(count, m_size - first), sink);
    }
    Result<uint64_t> size() const override { return m_size; }

private:
    std::shared_ptr<Spool const> m_spool;
    uint64_t m_first;
    uint64_t m_size; ///< bytes
};

} // namespace

void Spool::swap(Spool &other) noexcept
{
    std::swap(m_temp_prefix, other.m_temp_prefix);
    std::swap(m_memory, other.m_memory);
    std::swap(m_fd, other.m_fd);
    std::swap(m_size, other.m_size);
    std::swap(m_mapped, other.m_mapped);
    std::swap(m_mapped_bytes, other.m_mapped_bytes);
    std::swap(m_kept, other.m_kept);
}

Result<void> Spool::error(char const *what) const
{
    return Error{ErrorKind::temporary,
                 std::string(what) + "(" + m_temp_prefix + "*) failed: " + strerror(errno)};
}

Result<void> Spool::flush_to_file()
{
    if (m_fd == -1) {
        DataStackFrame frame;
        string_t *path = t_str_new(256);
        str_append(path, m_temp_prefix.c_str());
        m_fd = safe_mkstemp_hostpid(path, 0600, (uid_t)-1, (gid_t)-1);
        if (m_fd == -1)
            return error("safe_mkstemp");
        if (unlink(str_c(path)) < 0)
            return error("unlink");
    }
    if (write_full(m_fd, m_memory.data(), m_memory.size()) < 0)
        return error("write");
    m_memory.clear();
    return {};
}

Result<void> Spool::write(std::string_view bytes)
{
    if (m_memory.size() + bytes.size() > max_memory_bytes && !m_memory.empty())
        if (auto flushed = flush_to_file(); !flushed)
            return flushed;
    m_memory.append(bytes);
    m_size += bytes.size();
    if (m_memory.size() > max_memory_bytes)
        return flush_to_file();
    return {};
}

Result<void> Spool::overwrite(uint64_t position, std::string_view bytes)
{
    uint64_t const in_file = m_size - m_memory.size();
    if (position < in_file) {
        auto const piece = bytes.substr(0, in_file - position);
        if (pwrite_full(m_fd, piece.data(), piece.size(), static_cast<off_t>(position)) < 0)
            return error("pwrite");
        position += piece.size();
        bytes.remove_prefix(piece.size());
    }
    if (!bytes.empty())
        m_memory.replace(position - in_file, bytes.size(), bytes);
    return {};
}

Result<void> Spool::copy_range(uint64_t first, uint64_t count, Sink &sink) const
{
    uint64_t const in_file = m_size - m_memory.size();
    uint64_t const end = first + std::min(count, m_size - std::min(first, m_size));
    std::string block(std::min<uint64_t>(max_memory_bytes, in_file), '\0');
    while (first < std::min(end, in_file)) {
        auto const wanted = std::min<uint64_t>(block.size(), std::min(end, in_file) - first);
        auto const count = pread(m_fd, block.data(), wanted, static_cast<off_t>(first));
        if (count <= 0)
            return error("pread");
        auto const bytes = std::string_view(block).substr(0, static_cast<size_t>(count));
        if (auto const written = sink.write(bytes); !written)
            return written;
        first += bytes.size();
    }
    return first < end ? sink.write(std::string_view(m_memory).substr(first - in_file, end - first))
                       : Result<void>();
}

Result<Content> Spool::keep(Content const &content)
{
    if (!m_kept)
        m_kept = std::make_shared<Spool>(m_temp_prefix);
    auto const first = m_kept->size();
    if (auto const copied = content.copy_to(*m_kept); !copied)
        return copied.error();
    return Content(std::make_shared<SpooledContent const>(m_kept, first));
}

void Spool::clear()
{
    if (m_mapped != nullptr)
        (void)munmap(m_mapped, m_mapped_bytes);
    m_mapped = nullptr;
    i_close_fd(&m_fd);
    std::string().swap(m_memory);
    m_size = 0;
    m_kept.reset();
}

Result<std::string_view> Spool::view()
{
    if (m_fd == -1)
        return std::string_view(m_memory);
    if (!m_memory.empty())
        if (auto flushed = flush_to_file(); !flushed)
            return flushed.error();
    if (m_mapped != nullptr)
        (void)munmap(m_mapped, m_mapped_bytes);
    void *mapped = mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, m_fd, 0);
    m_mapped = mapped == MAP_FAILED ? nullptr : mapped;
    if (m_mapped == nullptr)
        return error("mmap").error();
    m_mapped_bytes = m_size;
    return std::string_view(static_cast<char const *>(m_mapped), m_mapped_bytes);
}

Result<struct istream *> Spool::release_as_stream()
{
    struct istream *stream;
    if (m_fd == -1) {
        stream = i_stream_create_copy_from_data(m_memory.data(), m_memory.size());
    } else {
        if (auto flushed = flush_to_file(); !flushed)
            return flushed.error();
        stream = i_stream_create_fd_autoclose(&m_fd, IO_BLOCK_SIZE);
        i_stream_seek(stream, 0);
    }
    clear();
    return stream;
}

} // namespace eas
