// Content: a value that may be large (a body, a MIME message, an attachment). Small ones are text in
// memory; large ones a source that is read only when the answer is written, so that the memory of a
// process does not grow with the size of a message.
#pragma once
#include "base/result.h"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace eas {

/// Where bytes go: a buffer, a temporary file, a socket.
class Sink {
public:
    virtual ~Sink() = default;
    /// Takes all of `bytes` or fails (temporary: no space, connection lost).
    virtual Result<void> write(std::string_view bytes) = 0;
};

/// Collects in memory.
class StringSink final : public Sink {
public:
    Result<void> write(std::string_view bytes) override
    {
        text.append(bytes);
        return {};
    }
    std::string text;
};

/// Bytes that can be read from their start, more than once.
class ContentSource {
public:
    virtual ~ContentSource() = default;
    /// Writes the whole content to `sink`.
    virtual Result<void> copy_to(Sink &sink) const = 0;
    /// `count` bytes from `first` on, fewer if it is shorter. Reads from the start, unless the source knows
    /// a shorter way.
    virtual Result<void> copy_range(uint64_t first, uint64_t count, Sink &sink) const;
    /// How many bytes it has. Reads them, unless the source knows.
    virtual Result<uint64_t> size() const;
};

class Content {
public:
    Content() = default;
    Content(std::string text) : m_value(std::move(text)) {}
    Content(char const *text) : m_value(std::string(text)) {}
    Content(std::shared_ptr<ContentSource const> source) : m_value(std::move(source)) {}

    /// The text, if it is in memory; null for a source.
    std::string const *text() const { return std::get_if<std::string>(&m_value); }
    Result<void> copy_to(Sink &sink) const
    {
        if (auto *held = text())
            return sink.write(*held);
        return std::get<1>(m_value)->copy_to(sink);
    }
    /// See ContentSource.
    Result<void> copy_range(uint64_t first, uint64_t count, Sink &sink) const;
    Result<uint64_t> size() const;
    bool operator==(Content const &) const = default;

private:
    std::variant<std::string, std::shared_ptr<ContentSource const>> m_value;
};

} // namespace eas
