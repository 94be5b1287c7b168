// A Submission that keeps what was sent, or refuses with the error that a test sets.
#pragma once
#include "ports/submission.h"
#include <optional>

namespace eas::test {

class MemorySubmission final : public Submission {
public:
    std::vector<std::string> addresses() override { return own_addresses; }

    Result<void> send(Content const &message) override
    {
        if (refusal)
            return *refusal;
        StringSink text;
        if (auto const copied = message.copy_to(text); !copied)
            return copied.error();
        sent.push_back(std::move(text.text));
        return {};
    }

    std::vector<std::string> own_addresses = {"anna@example.com"};
    std::vector<std::string> sent; ///< each message as it was handed over
    std::optional<Error> refusal;
};

} // namespace eas::test
