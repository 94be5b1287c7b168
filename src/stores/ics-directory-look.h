// What one look at a calendar's files sees: a name and a number for each, and one number for all. This is all
// that a Sync without changes does with the files, so it costs little beside the system's own answers.
#pragma once
#include "stores/ics-directory.h"
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace eas {

/// A set of FileStamp::token()s, which are hashes already; 0 is never in it.
class TokenSet {
public:
    explicit TokenSet(size_t most_tokens) : m_slots(std::bit_ceil(most_tokens + most_tokens / 2 + 2)) {}
    void add(uint64_t token) { m_slots[slot_of(token)] = token; }
    bool contains(uint64_t token) const { return token != 0 && m_slots[slot_of(token)] == token; }

private:
    size_t slot_of(uint64_t token) const
    {
        auto slot = token & (m_slots.size() - 1);
        while (m_slots[slot] != 0 && m_slots[slot] != token)
            slot = (slot + 1) & (m_slots.size() - 1);
        return slot;
    }
    std::vector<uint64_t> m_slots; ///< 0: free
};

class DirectoryLook {
public:
    /// At all files whose names `wanted` accepts. too_large: more than `max_files`.
    static Result<DirectoryLook> take(IcsDirectory const &directory, IcsDirectory::Wanted const &wanted,
                                      size_t max_files);
    /// The same if since this look no other files than `touched` came, went or were written.
    Result<DirectoryLook> again(IcsDirectory const &directory, IcsDirectory::Wanted const &wanted,
                                size_t max_files, std::vector<std::string> touched) const;

    /// Another text whenever a name or a stamp is another one. Stamps do not tell whether a file was written
    /// again in the same moment: while files are that fresh, they are read, and what they hold is part of it.
    std::string const &version() const { return m_version; }
    size_t files() const { return m_tokens.size(); }
    TokenSet tokens() const;
    /// The names of files whose token is not in `known`, sorted.
    std::vector<std::string> names_beside(TokenSet const &known) const;

private:
    void add(std::string_view name, FileStamp const &stamp);
    void remove(std::string const &name);
    DirectoryLook finish(IcsDirectory const &directory) &&;

    std::string m_names{'\0'};      ///< a NUL behind each, and one before the first
    std::vector<uint64_t> m_tokens; ///< FileStamp::token() of each, in the same order
    uint64_t m_sum = 0;             ///< of the tokens, whatever their order
    int64_t m_taken_at = now_nanoseconds();
    std::vector<std::string> m_fresh; ///< names of files that are as young
    std::string m_version;
};

} // namespace eas
