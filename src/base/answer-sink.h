// Where an answer is collected before it is sent: its head may tell what only its end knows.
#pragma once
#include "base/content.h"
#include <cstdint>
#include <string>
#include <string_view>

namespace eas {

class AnswerSink : public Sink {
public:
    /// Puts `bytes` in the place of as many that were written at `position`. temporary: no space.
    virtual Result<void> overwrite(uint64_t position, std::string_view bytes) = 0;
    /// A copy of `content` for a later part of the answer, whatever becomes of its source; held as the answer
    /// is. Any error of the source; temporary: no space.
    virtual Result<Content> keep(Content const &content) = 0;
};

/// Collects in memory.
class StringAnswer final : public AnswerSink {
public:
    Result<void> write(std::string_view bytes) override
    {
        text.append(bytes);
        return {};
    }
    Result<void> overwrite(uint64_t position, std::string_view bytes) override
    {
        text.replace(position, bytes.size(), bytes);
        return {};
    }
    Result<Content> keep(Content const &content) override
    {
        StringSink copy;
        auto const copied = content.copy_to(copy);
        return copied ? Result<Content>(std::move(copy.text)) : copied.error();
    }
    std::string text;
};

} // namespace eas
