// The MIME structure of a draft. The body has the usual form, as far as needed:
//
//   multipart/mixed { multipart/alternative { plain, multipart/related { HTML, images } }, attachments }
//
// What the client did not change stays as it is stored, byte by byte.
#pragma once
#include "mapping/body-text.h"
#include "mapping/draft-message.h"
#include "mapping/message-parts.h"
#include "mapping/mime-tree.h"
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// The message that a draft is made of: a stored one, or one that the client sends whole.
struct DraftSource {
    std::string header;
    MailHeaders headers; ///< of a stored one
    std::optional<MimePart> root;
    ReadRaw read_raw;
    ReadText read_text;
};

Result<DraftSource> stored_source(MailMessage &message);
/// bad_request if it is no message. `mime` must outlive it.
Result<DraftSource> mime_source(std::string_view mime);

/// Arranges the parts.
class DraftComposer {
public:
    DraftComposer(Draft const &draft, DraftSource const &source, std::vector<std::string> const &deleted)
        : m_draft(draft), m_source(source), m_deleted(deleted.begin(), deleted.end())
    {
        if (source.root)
            m_parts = find_parts(*source.root);
    }

    Result<void> arrange(std::optional<std::string_view> body);
    Result<MimeEntity> write(std::string const &boundary)
    {
        return write_tree(*m_root, m_source.read_raw, boundary);
    }
    std::vector<PlacedAttachment> attachments() const;

private:
    Result<bool> is_new(std::string_view body) const;
    void remove_parts(bool with_body, bool with_images);
    Result<void> make_attachments();
    void put_body(std::string_view text);
    void put_images();
    void put_files();
    AttachedPart const *attached(MimePart const &part) const;

    Draft const &m_draft;
    DraftSource const &m_source;
    std::set<std::string> m_deleted;
    MessageParts m_parts;
    std::optional<MimeNode> m_root;
    std::vector<MimeNode> m_images, m_files; ///< that are still to be put into the tree
};

} // namespace eas
