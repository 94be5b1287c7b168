// An e-mail as Sync, ItemOperations and Search write it. MS-ASEMAIL 2.2.2; Body and Attachments are
// MS-ASAIRS 2.2.2. Absent members are not sent.
#pragma once
#include "base/content.h"
#include "base/time.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

enum class BodyType { plain = 1, html = 2, rtf = 3, mime = 4 }; ///< MS-ASAIRS 2.2.2.41.1

/// MS-ASAIRS 2.2.2.9
struct Body {
    BodyType type = BodyType::plain;
    std::optional<uint64_t> estimated_data_size; ///< bytes before truncation
    std::optional<bool> truncated;
    std::optional<Content> data;
    std::optional<std::string> preview; ///< 14.0 on
};

/// MS-ASAIRS 2.2.2.10; 14.1 on
struct BodyPart {
    int status = 1;
    BodyType type = BodyType::html;
    std::optional<uint64_t> estimated_data_size;
    std::optional<bool> truncated;
    std::optional<Content> data;
    std::optional<std::string> preview;
};

/// MS-ASAIRS 2.2.2.7.1
struct Attachment {
    std::optional<std::string> display_name;
    std::string file_reference;
    enum class Method { normal = 1, email = 5, ole = 6 } method = Method::normal;
    uint64_t estimated_data_size = 0;
    std::optional<std::string> content_id;
    std::optional<std::string> content_location;
    std::optional<bool> is_inline;
};

/// MS-ASEMAIL 2.2.2.34. Task fields follow with the issue that brings them.
struct EmailFlag {
    std::optional<int> status; ///< 0 cleared, 1 complete, 2 active
    std::optional<std::string> flag_type;
};

struct Email {
    std::optional<std::string> to, cc, from, subject, reply_to, display_to, thread_topic;
    std::optional<Instant> date_received;
    std::optional<int> importance; ///< 0 low, 1 normal, 2 high
    std::optional<bool> read;
    std::optional<std::vector<Attachment>> attachments;
    std::optional<Body> body;
    std::optional<BodyPart> body_part;
    std::optional<std::string> message_class; ///< "IPM.Note"
    std::optional<std::string> internet_cpid; ///< "65001"
    std::optional<EmailFlag> flag;
    std::optional<std::string> content_class; ///< "urn:content-classes:message"
    std::optional<BodyType> native_body_type;
    std::optional<std::string> sender;        ///< Email2, 14.0 on
    std::optional<int> last_verb_executed;    ///< Email2, 14.0 on
    std::optional<bool> is_draft;             ///< Email2, 16.0 on
};

} // namespace eas
