// The body has the usual form, as far as needed:
//
//   multipart/mixed { multipart/alternative { plain, multipart/related { HTML, images } }, attachments }
//
// A client sends all properties of a draft even if one has changed. So each is compared with what the client
// was shown of the stored draft, and what is equal has not changed.
//
// The field X-EAS-Request tells a request that is repeated, because its answer was lost or its process was
// killed, what it wrote the first time. It is not sent.
#include "mapping/draft-message.h"
#include "base/content-filters.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include "mapping/body-text.h"
#include "mapping/draft-attachment.h"
#include "mapping/header-encoding.h"
#include "mapping/header-fields.h"
#include "mapping/html-text.h"
#include "mapping/message-parts.h"
#include "mapping/mime-tree.h"
#include "mapping/outgoing-message.h"
#include "mapping/parsed-mime.h"
#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace eas {

namespace {

constexpr size_t max_shown_bytes = 32768, max_bcc_bytes = 1024; // as email-from-message.cc cuts them

/// A property that is a header field.
struct FieldRow {
    std::string_view name;
    std::optional<std::string> Draft::*given;
    std::string MailHeaders::*stored;
    size_t max_bytes;
    bool is_recipient;
};
constexpr std::array field_rows{
    FieldRow{"To", &Draft::to, &MailHeaders::to, max_shown_bytes, true},
    FieldRow{"Cc", &Draft::cc, &MailHeaders::cc, max_shown_bytes, true},
    FieldRow{"Bcc", &Draft::bcc, &MailHeaders::bcc, max_bcc_bytes, true},
    FieldRow{"Reply-To", &Draft::reply_to, &MailHeaders::reply_to, max_shown_bytes, false},
};

/// What programs note of importance; EAS has one value for all.
constexpr std::array<std::string_view, 4> importance_fields = {"Importance", "X-Priority",
                                                               "X-MSMail-Priority", "Priority"};

constexpr std::string_view request_field = "X-EAS-Request";

/// What we, Thunderbird and Apple Mail note in drafts.
constexpr std::array<std::string_view, 8> private_fields = {
    request_field,
    "X-Mozilla-",
    "X-Identity-Key",
    "X-Account-Key",
    "Fcc",
    "X-Apple-",
    "X-Uniform-Type-Identifier",
    "X-Universally-Unique-Identifier",
};

std::string shown_addresses(std::string_view text, size_t max_bytes)
{
    return format_addresses(parse_addresses(text), ", ", max_bytes);
}

/// Without what a client or a line break may do to blanks.
std::string comparable(std::string_view text)
{
    std::string plain;
    for (char c : trim(text))
        if (c != '\r')
            plain += c == '\n' || c == '\t' ? ' ' : c;
    return plain;
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix)
{
    return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

/// Header fields that replace those of the stored draft: name -> the field, "" if it goes.
using NewFields = std::map<std::string, std::string, std::less<>>;

void set_addresses(NewFields &fields, Draft const &draft, MailHeaders const &stored)
{
    bool const has_recipients = draft.to || draft.cc || draft.bcc;
    for (FieldRow const &row : field_rows) {
        auto const &given = draft.*row.given;
        // Recipients are one thing: a client that took the last Bcc away leaves the element out.
        if (!given && !(row.is_recipient && has_recipients))
            continue;
        auto const &before = stored.*row.stored;
        auto const text = given.value_or("");
        if (shown_addresses(text, row.max_bytes) != shown_addresses(before, row.max_bytes))
            fields[std::string(row.name)] = address_field(row.name, text);
    }
}

int importance_value(std::string_view importance)
{
    return importance == "high" ? 2 : importance == "low" ? 0 : 1;
}

void set_importance(NewFields &fields, int importance)
{
    for (auto const name : importance_fields)
        fields[std::string(name)] = "";
    if (importance != 1)
        fields["Importance"] = importance == 2 ? "Importance: high\r\n" : "Importance: low\r\n";
    if (importance != 1)
        fields["X-Priority"] = importance == 2 ? "X-Priority: 1\r\n" : "X-Priority: 5\r\n";
}

NewFields new_fields(Draft const &draft, MailHeaders const &stored, DraftDefaults const &defaults)
{
    NewFields fields;
    fields["Date"] = "Date: " + format_mail_date(defaults.now) + "\r\n";
    fields[std::string(request_field)] = std::string(request_field) + ": " + defaults.request + "\r\n";
    set_addresses(fields, draft, stored);
    if (draft.subject && comparable(*draft.subject) != comparable(stored.subject))
        fields["Subject"] = text_field("Subject", *draft.subject);
    if (draft.importance && *draft.importance != importance_value(stored.importance))
        set_importance(fields, *draft.importance);
    return fields;
}

/// `fields` in the place of those of that name, the new ones before or after all others.
std::string merged_header(std::string_view stored, NewFields fields, DraftDefaults const &defaults)
{
    MessagePieces const pieces = split_message(stored);
    std::string header = std::exchange(fields["Date"], "");
    header += std::exchange(fields[std::string(request_field)], "");
    if (!find_field(pieces, "Message-ID"))
        header += "Message-ID: " + defaults.message_id + "\r\n";
    if (!find_field(pieces, "From"))
        header += "From: " + defaults.from + "\r\n";
    for (HeaderField const &field : pieces.fields) {
        bool const is_mime =
            starts_ignoring_case(field.name, "Content-") || equals_ignoring_case(field.name, "MIME-Version");
        auto const replaced = std::ranges::find_if(
            fields, [&](auto const &each) { return equals_ignoring_case(each.first, field.name); });
        if (replaced != fields.end())
            header += std::exchange(replaced->second, "");
        else if (!is_mime)
            append_field(header, field.text);
    }
    for (std::string_view const name : {"To", "Cc", "Bcc", "Reply-To", "Subject", "Importance", "X-Priority"})
        if (auto const left = fields.find(name); left != fields.end())
            header += left->second;
    return header;
}

/// The message that a draft is made of: a stored one, or one that the client sends whole.
struct Source {
    std::string header;
    MailHeaders headers; ///< of a stored one
    std::optional<MimePart> root;
    ReadRaw read_raw;
    ReadText read_text;
};

Result<Source> stored_source(MailMessage &message)
{
    Source source;
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

Result<Source> mime_source(std::string_view mime)
{
    Source source;
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

/// Arranges the parts.
class Composer {
public:
    Composer(Draft const &draft, Source const &source, std::vector<std::string> const &deleted)
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
    Source const &m_source;
    std::set<std::string> m_deleted;
    MessageParts m_parts;
    std::optional<MimeNode> m_root;
    std::vector<MimeNode> m_images, m_files; ///< that are still to be put into the tree
};

AttachedPart const *Composer::attached(MimePart const &part) const
{
    auto const found = std::ranges::find(m_parts.attachments, &part, &AttachedPart::part);
    return found == m_parts.attachments.end() ? nullptr : &*found;
}

/// Whether the client wrote another text than it was shown.
Result<bool> Composer::is_new(std::string_view body) const
{
    if (!m_source.root || m_parts.segments.empty())
        return true;
    auto const shown = read_body_text(m_source.read_text, m_parts, m_draft.body->type, body.size() + 1);
    if (!shown)
        return shown.error();
    return shown->more || comparable(shown->text) != comparable(body);
}

/// With the body goes all that is not an attachment: other forms of the same text.
void Composer::remove_parts(bool with_body, bool with_images)
{
    bool const is_left = remove_leaves(*m_root, [&](MimePart const &part) {
        auto const *const attachment = attached(part);
        return attachment ? m_deleted.contains(part.id) || (with_images && attachment->is_inline) : with_body;
    });
    if (!is_left)
        m_root.reset();
}

Result<void> Composer::make_attachments()
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

void Composer::put_body(std::string_view text)
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
void Composer::put_images()
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

void Composer::put_files()
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

Result<void> Composer::arrange(std::optional<std::string_view> body)
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

std::vector<PlacedAttachment> Composer::attachments() const
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

} // namespace

Result<ComposedDraft> compose_draft(Draft const &draft, MailMessage *stored,
                                    std::vector<std::string> const &deleted, DraftDefaults const &defaults)
{
    std::optional<std::string_view> body;
    if (draft.body && draft.body->data && draft.body->data->text())
        body = *draft.body->data->text();
    if (body && draft.body->type == BodyType::rtf)
        return Error{ErrorKind::bad_request, "AirSyncBase:Type: a draft's body cannot be RTF"};
    bool const is_mime = body && draft.body->type == BodyType::mime;
    auto const source = is_mime  ? mime_source(*body)
                        : stored ? stored_source(*stored)
                                 : Result<Source>(Source{});
    if (!source)
        return source.error();

    Draft fields = is_mime ? Draft{} : draft;
    fields.importance = draft.importance;
    ComposedDraft composed;
    composed.header = merged_header(source->header, new_fields(fields, source->headers, defaults), defaults);
    Composer composer(draft, *source, is_mime ? std::vector<std::string>() : deleted);
    if (auto const arranged = composer.arrange(is_mime ? std::nullopt : body); !arranged)
        return arranged.error();
    auto entity = composer.write(defaults.boundary);
    if (!entity)
        return entity.error();
    composed.entity = std::move(*entity);
    composed.attachments = composer.attachments();
    if (is_mime)
        for (PlacedAttachment &attachment : composed.attachments)
            attachment.stored_as.clear();
    return composed;
}

Content whole_message(ComposedDraft const &draft)
{
    return joined_content(
        {draft.header + "MIME-Version: 1.0\r\n" + draft.entity.fields + "\r\n", draft.entity.body});
}

Result<std::string> request_of(MailMessage &message)
{
    auto const whole = message.raw("");
    auto const header = whole ? header_of(*whole) : whole.error();
    if (!header)
        return header.error();
    auto const pieces = split_message(*header);
    auto const *const field = find_field(pieces, request_field);
    return std::string(field ? trim(field->value) : "");
}

std::string header_to_send(std::string const &header)
{
    std::string kept;
    auto const pieces = split_message(header);
    for (HeaderField const &field : pieces.fields)
        if (std::ranges::none_of(private_fields,
                                 [&](auto name) { return starts_ignoring_case(field.name, name); }))
            append_field(kept, field.text);
    return kept;
}

} // namespace eas
