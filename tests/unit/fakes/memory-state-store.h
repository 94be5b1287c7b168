// A StateStore in memory that counts what is written and can be told to fail.
#pragma once
#include "ports/state-store.h"
#include <algorithm>
#include <map>

namespace eas::test {

class MemoryStateStore final : public StateStore {
public:
    Result<std::optional<std::string>> get(std::string_view key) override
    {
        auto const found = values.find(key);
        if (found == values.end())
            return std::optional<std::string>{};
        return std::optional{found->second};
    }

    Result<void> set(std::string_view key, std::string_view value) override
    {
        if (failing)
            return Error{failure, "the disk is full"};
        ++writes;
        values.insert_or_assign(std::string(key), std::string(value));
        return {};
    }

    Result<void> remove(std::string_view key) override
    {
        ++writes;
        std::string const below = std::string(key) + "/";
        std::erase_if(
            values, [&](auto const &entry) { return entry.first == key || entry.first.starts_with(below); });
        return {};
    }

    Result<std::vector<std::string>> list(std::string_view key) override
    {
        std::string const below = std::string(key) + "/";
        std::vector<std::string> names;
        for (auto const &[name, value] : values) {
            if (!name.starts_with(below))
                continue;
            auto const rest = name.substr(below.size());
            auto const segment = rest.substr(0, rest.find('/'));
            if (std::ranges::find(names, segment) == names.end())
                names.push_back(segment);
        }
        return names;
    }

    Result<std::unique_ptr<Lock>> lock(std::string_view) override { return std::make_unique<Lock>(); }

    std::map<std::string, std::string, std::less<>> values;
    size_t writes = 0;
    bool failing = false; ///< set() fails
    ErrorKind failure = ErrorKind::temporary;
};

} // namespace eas::test
