// A user's state as one text, so that it moves to another host with the user (doveadm eas state export and
// import). Only lines of ASCII, since it passes through terminals, JSON and mail:
//
//   eas-state 1                 the format and its version
//   user <name>                 whose it was; for the reader only
//   value <key> <base64>        one for each value of the StateStore
//   end <number of values> <FNV-1a 64 of all bytes before this line, in hexadecimal>
//
// A text that was cut, mixed up with another or changed is refused as a whole.
#pragma once
#include "base/result.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct StateEntry {
    std::string key, value;
    bool operator==(StateEntry const &) const = default;
};

struct StateArchive {
    std::string user;
    std::vector<StateEntry> entries;
};

/// Whether a value only spares its host a look at files or at the directory, and means nothing elsewhere.
bool is_cache(std::string_view key);

std::string write_archive(StateArchive const &archive);

/// bad_request says what is wrong with it, and in which line.
Result<StateArchive> read_archive(std::string_view text);

} // namespace eas
