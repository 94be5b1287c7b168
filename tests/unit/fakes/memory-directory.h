// A directory in memory: an entry matches by the beginning of its display name, its alias or an address.
#pragma once
#include "base/text.h"
#include "ports/directory.h"
#include <algorithm>
#include <map>

namespace eas::test {

class MemoryDirectory final : public Directory {
public:
    std::vector<DirectoryEntry> entries; ///< by display name
    std::map<std::string, std::string> pictures;
    std::map<std::string, std::vector<std::string>> published; ///< certificates
    std::map<std::string, std::vector<std::string>> groups;    ///< ids of members
    std::optional<Error> failure;
    std::string problem;

    DirectoryEntry &add(std::string const &name, std::string const &address)
    {
        DirectoryEntry entry;
        entry.id = name;
        entry.properties.display_name = name;
        if (!address.empty()) {
            entry.properties.email_address = address;
            entry.addresses = {address};
        }
        return entries.emplace_back(std::move(entry));
    }

    Result<DirectoryMatches> find(std::string const &text, Books books) override
    {
        if (failure)
            return *failure;
        DirectoryMatches matches;
        auto const begins = [&](std::string const &value) {
            return to_lower(value).starts_with(to_lower(text));
        };
        std::ranges::copy_if(entries, std::back_inserter(matches.entries), [&](DirectoryEntry const &entry) {
            return (books == Books::searched_and_contacts || !entry.is_contact) &&
                   (begins(*entry.properties.display_name) || std::ranges::any_of(entry.addresses, begins));
        });
        matches.problem = problem;
        return matches;
    }
    Result<std::string> picture(DirectoryEntry const &entry) override { return pictures[entry.id]; }
    Result<std::vector<std::string>> certificates(DirectoryEntry const &entry) override
    {
        return published[entry.id];
    }
    Result<std::vector<DirectoryEntry>> members(DirectoryEntry const &group, size_t most) override
    {
        std::vector<DirectoryEntry> members;
        for (auto const &id : groups[group.id])
            if (members.size() < most)
                members.push_back(*std::ranges::find(entries, id, &DirectoryEntry::id));
        return members;
    }
};

} // namespace eas::test
