// The directory of people: what phones search and never synchronise. MS-ASCMD 2.2.1.15, 2.2.1.16.
#pragma once
#include "base/result.h"
#include "items/gal-entry.h"
#include <string>
#include <vector>

namespace eas {

struct DirectoryEntry {
    std::string id;                     ///< names it to the other functions
    GalEntry properties;                ///< no empty ones; without the picture
    std::vector<std::string> addresses; ///< all of its mail; the first one is EmailAddress
    bool is_contact = false;            ///< of the user's own address books
    bool is_group = false;              ///< has members
};

struct DirectoryMatches {
    std::vector<DirectoryEntry> entries; ///< by display name; an address comes once
    bool complete = true;                ///< else there are more than most_directory_matches
    std::string problem;                 ///< for the admin; "" if there is none
};

/// Entries that one search gives at most.
constexpr size_t most_directory_matches = 1000;

class Directory {
public:
    enum class Books { searched, searched_and_contacts };

    virtual ~Directory() = default;

    /// Ambiguous name resolution: entries one of whose names or addresses begins with `text` (valid UTF-8),
    /// in any case, or whose names begin with its words. None for a text that is too short to be looked for.
    /// temporary: not reachable or too slow; denied; too_large: the directory's limits.
    virtual Result<DirectoryMatches> find(std::string const &text, Books books) = 0;
    /// JPEG or what else the directory holds; "" if there is none, or the entry has gone.
    virtual Result<std::string> picture(DirectoryEntry const &entry) = 0;
    /// As the directory holds them: X.509 in DER, or PKCS #7 with certificates inside.
    virtual Result<std::vector<std::string>> certificates(DirectoryEntry const &entry) = 0;
    /// Of a group, `most` at most; those without an address are left out.
    virtual Result<std::vector<DirectoryEntry>> members(DirectoryEntry const &group, size_t most) = 0;
};

} // namespace eas
