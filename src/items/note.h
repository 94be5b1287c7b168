// A note as Sync and ItemOperations write it and Sync's Add and Change read it. MS-ASNOTE 2.2.2; 14.0 on.
// Absent members are not sent; in a request an absent subject or body stays as it is.
#pragma once
#include "base/time.h"
#include "items/email.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

struct Note {
    std::optional<std::string> subject;
    std::optional<Body> body;
    std::optional<std::string> message_class;           ///< "IPM.StickyNote" or "IPM.StickyNote.<more>"
    std::optional<Compact<Instant>> last_modified;      ///< ignored in requests
    std::optional<std::vector<std::string>> categories; ///< absent in a request: none
};

template <> struct Schema<Note> {
    static constexpr auto properties =
        Rows{property(Tag::Notes_Subject, &Note::subject), property(Tag::AirSyncBase_Body, &Note::body),
             property(Tag::Notes_MessageClass, &Note::message_class),
             property(Tag::Notes_LastModifiedDate, &Note::last_modified),
             list(Tag::Notes_Categories, Tag::Notes_Category, &Note::categories)};
};

} // namespace eas
