// Bytes of a request or an answer: in memory while they are few, then in an unlinked temporary file, so
// that a process does not grow with the size of a message.
#pragma once
#include "base/answer-sink.h"
#include "compat/dovecot.h"
#include <memory>

namespace eas {

class Spool final : public AnswerSink {
public:
    static constexpr size_t max_memory_bytes = 128 * 1024;

    /// `temp_prefix`: path and start of the name of a temporary file (mail_user_set_get_temp_prefix).
    explicit Spool(std::string temp_prefix) : m_temp_prefix(std::move(temp_prefix)) {}
    ~Spool() override { clear(); }
    Spool(Spool &&other) noexcept { swap(other); }
    Spool &operator=(Spool &&other) noexcept
    {
        swap(other);
        return *this;
    }
    void swap(Spool &other) noexcept;

    /// temporary: the temporary file cannot be written.
    Result<void> write(std::string_view bytes) override;
    Result<void> overwrite(uint64_t position, std::string_view bytes) override;
    Result<Content> keep(Content const &content) override;
    /// Fewer than `count` bytes where they end before.
    Result<void> copy_range(uint64_t first, uint64_t count, Sink &sink) const;
    uint64_t size() const { return m_size; }
    void clear();

    /// All bytes as one piece, for which a file is mapped. Valid until the next write() or clear().
    Result<std::string_view> view();

    /// A stream over all bytes, of which many are in a file that can be sent by sendfile(2); takes them out
    /// of the spool, which is empty then.
    Result<struct istream *> release_as_stream();

private:
    Result<void> flush_to_file();
    Result<void> error(char const *what) const;

    std::string m_temp_prefix;
    std::string m_memory; ///< all, or what is not in the file yet
    int m_fd = -1;
    uint64_t m_size = 0;
    std::shared_ptr<Spool> m_kept; ///< all that was kept, one behind the other
    void *m_mapped = nullptr;
    size_t m_mapped_bytes = 0;
};

} // namespace eas
