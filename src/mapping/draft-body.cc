// See draft-body.h.
#include "mapping/draft-body.h"
#include "base/content-filters.h"
#include "mapping/draft-attachment.h"
#include "mapping/draft-header.h"
#include "mapping/header-fields.h"
#include "mapping/html-text.h"
#include "mapping/outgoing-message.h"
#include "mapping/parsed-mime.h"
#include <algorithm>
#include <utility>

namespace eas {

Result<DraftSource> stored_source(MailMessage &message)
{
    DraftSource source;
    auto const whole = message.raw("");
    auto const header = whole ? header_of(*whole) : whole.error();
    if (!header)
        return header.error();
    auto const headers = message.headers();
    if (!headers)
        return headers.error();
    auto structure = message.structure();
    if (!structure)
        return structure.error();
    source.header = *header;
    source.headers = *headers;
    source.root = std::move(*structure);
    source.read_raw = [&](std::string const &id) { return message.raw(id); };
    source.read_text = [&](std::string const &id, size_t max_bytes) { return message.text(id, max_bytes); };
    return source;
}

Result<DraftSource> mime_source(std::string_view mime)
{
    DraftSource source;
    auto parsed = ParsedMime::parse(mime);
    if (!parsed)
        return parsed.error();
    auto const pieces = split_message(mime);
    if (pieces.fields.empty())
        return Error{ErrorKind::bad_request, "AirSyncBase:Data: not a message"};
    source.header = mime.substr(0, mime.size() - pieces.body.size());
    source.root = parsed->structure();
    source.read_raw = [mime = std::make_shared<ParsedMime>(std::move(*parsed))](std::string const &id) {
        return Result(borrowed_content(mime->raw(id)));
    };
    return source;
}

AttachedPart const *DraftComposer::attached(MimePart const &part) const
{
    auto const found = std::ranges::find(m_parts.attachments, &part, &AttachedPart::part);
    return found == m_parts.attachments.end() ? nullptr : &*found;
}

/// Whether the client wrote another text than it was shown.
Result<bool> DraftComposer::is_new(std::string_view body) const
{
    if (!m_source.root || m_parts.segments.empty())
        return true;
    auto const shown = read_body_text(m_source.read_text, m_parts, m_draft.body->type, body.size() + 1);
    if (!shown)
        return shown.error();
    return shown->more || comparable(shown->text) != comparable(body);
}

/// With the body goes all that is not an attachment: other forms of the same text.
void DraftComposer::remove_parts(bool with_body, bool with_images)
{
    bool const is_left = remove_leaves(*m_root, [&](MimePart const &part) {
        auto const *const attachment = attached(part);
        return attachment ? m_deleted.contains(part.id) || (with_images && attachment->is_inline) : with_body;
    });
    if (!is_left)
        m_root.reset();
}

Result<void> DraftComposer::make_attachments()
{
    if (!m_draft.attachments)
        return {};
    for (AttachmentToAdd const &added : m_draft.attachments->adds) {
        auto entity = attachment_entity(added);
        if (!entity)
            return entity.error();
        bool const is_image = added.is_inline && (added.content_id || added.content_location);
        (is_image ? m_images : m_files).push_back(made_node(std::move(*entity), *added.client_id));
    }
    return {};
}

void DraftComposer::put_body(std::string_view text)
{
    bool const is_html = m_draft.body && m_draft.body->type == BodyType::html;
    auto body = made_node(text_entity("plain", is_html ? html_to_text(text) : std::string(text)));
    if (is_html) {
        auto html = made_node(text_entity("html", declare_utf8(std::string(text))));
        if (!m_images.empty()) {
            m_images.insert(m_images.begin(), std::move(html));
            html = multipart_node("related", std::exchange(m_images, {}), "; type=\"text/html\"");
        }
        std::vector<MimeNode> forms;
        forms.push_back(std::move(body));
        forms.push_back(std::move(html));
        body = multipart_node("alternative", std::move(forms));
    }
    if (m_root && m_root->subtype == "mixed") {
        m_root->children.insert(m_root->children.begin(), std::move(body));
        m_root->is_changed = true;
        return;
    }
    if (m_root)
        m_files.insert(m_files.begin(), std::move(*m_root));
    m_root = std::move(body);
}

/// Images need HTML that shows them.
void DraftComposer::put_images()
{
    MimePart const *html = nullptr;
    for (BodySegment const &segment : m_parts.segments)
        if (!html && !segment.html.empty())
            html = segment.html.front();
    bool const is_shown = !m_images.empty() && html && relate(*m_root, *html, m_images);
    if (!is_shown)
        m_files.insert(m_files.begin(), m_images.begin(), m_images.end());
    m_images.clear();
}

void DraftComposer::put_files()
{
    if (m_files.empty())
        return;
    if (m_root->subtype != "mixed") {
        m_files.insert(m_files.begin(), std::move(*m_root));
        m_root = multipart_node("mixed", std::move(m_files));
        return;
    }
    std::ranges::move(m_files, std::back_inserter(m_root->children));
    m_root->is_changed = true;
}

Result<void> DraftComposer::arrange(std::optional<std::string_view> body)
{
    if (auto const made = make_attachments(); !made)
        return made;
    bool replaces_body = !m_source.root;
    if (body && m_source.root) {
        auto const is_changed = is_new(*body);
        if (!is_changed)
            return is_changed.error();
        replaces_body = *is_changed;
    }
    bool const is_html = replaces_body && m_draft.body && m_draft.body->type == BodyType::html;
    if (m_source.root)
        m_root = stored_node(*m_source.root);
    std::vector<MimeNode> kept_images;
    for (auto const &[part, is_inline] : m_parts.attachments)
        if (is_html && is_inline && !m_deleted.contains(part->id))
            kept_images.push_back(stored_node(*part));
    m_images.insert(m_images.begin(), kept_images.begin(), kept_images.end());
    if (m_root && (replaces_body || !m_deleted.empty()))
        remove_parts(replaces_body, is_html);
    if (replaces_body || !m_root)
        put_body(body.value_or(""));
    put_images();
    put_files();
    return {};
}

std::vector<PlacedAttachment> DraftComposer::attachments() const
{
    std::vector<PlacedAttachment> places;
    visit_leaves(*m_root, [&](MimeNode const &leaf, std::string const &number) {
        if (leaf.made && !leaf.label.empty())
            places.push_back({number, "", leaf.label});
        else if (leaf.original && attached(*leaf.original))
            places.push_back({number, leaf.original->id, ""});
    });
    return places;
}

} // namespace eas
