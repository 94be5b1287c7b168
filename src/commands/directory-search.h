// What Search and Find have in common when they search the directory: a page of its entries, with pictures.
// MS-ASCMD 2.2.1.2, 2.2.1.16. Each page searches anew: entries are sorted by name, so pages of a directory
// that did not change fit together, and nothing needs to be kept for the search that a phone makes at each
// letter.
#pragma once
#include "commands/directory-pictures.h"
#include "commands/mailbox-search.h"
#include "session/session.h"

namespace eas {

struct DirectoryPage {
    std::vector<GalEntry> entries;
    std::optional<std::string> range; ///< nothing without entries
    uint64_t total = 0;
};

/// `pictures`: nothing if none are asked for. bad_request: the text is too long; the errors of Directory.
/// What the admin should know goes into the session's log note.
Result<DirectoryPage> search_directory(Session &session, std::string_view text, RowRange const &range,
                                       std::optional<PictureLimits> const &pictures);

} // namespace eas
