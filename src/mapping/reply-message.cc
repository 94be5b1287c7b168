// The new body has the client's forms of text: plain, HTML or both. Around it, as far as needed:
//
//   multipart/mixed { multipart/alternative { plain, multipart/related { HTML, images } }, attachments }
//
// Parts are taken with their MIME headers, undecoded, the client's and the original's alike. Only text is
// read into memory, and of that no more than people read; an original with more is attached whole.
#include "mapping/reply-message.h"
#include "base/content-filters.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include "mapping/body-text.h"
#include "mapping/conversation.h"
#include "mapping/header-fields.h"
#include "mapping/message-class.h"
#include "mapping/message-parts.h"
#include "mapping/mime-entity.h"
#include "mapping/parsed-mime.h"
#include <algorithm>

namespace eas {

static constexpr uint64_t max_quoted_bytes = 4 << 20;
static constexpr uint64_t max_own_bytes = 16 << 20;
static constexpr size_t max_references = 50;

static bool names(std::vector<Address> const &addresses, std::string_view address)
{
    return std::ranges::any_of(
        addresses, [&](Address const &each) { return equals_ignoring_case(each.address, address); });
}

static void append_addresses(std::vector<Address> &addresses, std::string_view field)
{
    std::ranges::move(parse_addresses(field), std::back_inserter(addresses));
}

bool is_reply_to_all(std::string_view mime, MailHeaders const &original, std::vector<std::string> const &own)
{
    std::vector<Address> recipients, others, mine;
    auto const pieces = split_message(mime);
    for (std::string_view const name : {"To", "Cc", "Bcc"})
        if (auto const *const field = find_field(pieces, name))
            append_addresses(recipients, field->value);
    append_addresses(others, original.to);
    append_addresses(others, original.cc);
    for (auto const &address : own)
        mine.push_back({"", address});
    std::erase_if(recipients, [&](Address const &each) { return names(mine, each.address); });
    return recipients.size() > 1 &&
           std::ranges::any_of(recipients, [&](Address const &each) { return names(others, each.address); });
}

OutgoingChanges threading_fields(MailHeaders const &original, Instant now)
{
    OutgoingChanges changes;
    changes.thread_index = thread_index_of_reply(original, now);
    auto const own = message_ids(original.message_id);
    if (own.empty())
        return changes;
    auto ids = message_ids(original.references);
    if (ids.empty())
        ids = message_ids(original.in_reply_to);
    ids.push_back(own.front());
    if (ids.size() > max_references) // the first one names the thread
        ids.erase(ids.begin() + 1, ids.end() - (max_references - 1));
    changes.in_reply_to = own.front();
    for (auto const &id : ids)
        changes.references += (changes.references.empty() ? "" : "\r\n ") + id;
    return changes;
}

/// Nobody may change its parts without breaking it, or there is no text to be seen in it.
static bool is_sealed(MimePart const &root)
{
    return is_smime(root) || root.type == "multipart/signed" || root.type == "multipart/encrypted";
}

/// What the client sends is a form of its own: sealed, a report, an invitation or an answer to one.
static bool must_stay_as_it_is(MimePart const &part)
{
    bool const is_for_programs =
        part.type == "multipart/report" || (part.type == "text/calendar" && part.disposition != "attachment");
    return is_for_programs || is_sealed(part) || std::ranges::any_of(part.parts, must_stay_as_it_is);
}

namespace {

/// Contents of the original, which may vanish while they are read.
class OriginalContent final : public ContentSource {
public:
    explicit OriginalContent(Content content) : m_content(std::move(content)) {}
    Result<void> copy_to(Sink &sink) const override
    {
        auto const copied = m_content.copy_to(sink);
        if (copied || copied.error().kind != ErrorKind::not_found)
            return copied;
        return Error{ErrorKind::conflict, copied.error().message};
    }

private:
    Content m_content;
};

Content original_content(Content content)
{
    return Content(std::make_shared<OriginalContent const>(std::move(content)));
}

class Composer {
public:
    Composer(ParsedMime const &client, MailMessage &original, MimePart const &original_root, Verb verb)
        : m_client(client), m_original(original), m_original_root(original_root), m_verb(verb),
          m_client_parts(find_parts(client.structure())), m_original_parts(find_parts(original_root))
    {}

    Result<void> add_texts();
    Result<void> add_attachments();
    MimeEntity assemble(std::string const &boundary);

private:
    Result<std::string> combined_text(BodyType type);
    void attach(Content part, bool is_image);
    Result<Content> original_part(MimePart const &part);

    ParsedMime const &m_client;
    MailMessage &m_original;
    MimePart const &m_original_root;
    Verb m_verb;
    MessageParts m_client_parts, m_original_parts;
    bool m_is_quoted_whole = true;
    std::optional<std::string> m_plain, m_html;
    std::vector<Content> m_images, m_files; ///< with their MIME headers
};

/// The client's text with the original's below.
Result<std::string> Composer::combined_text(BodyType type)
{
    auto const own =
        read_body_text([&](auto const &id, size_t max_bytes) { return m_client.text(id, max_bytes); },
                       m_client_parts, type, max_own_bytes);
    if (!own)
        return own.error();
    if (own->more)
        return Error{ErrorKind::too_large, "the text of the message itself has over 16 MiB"};
    auto const quoted = read_body_text(m_original, m_original_parts, type, max_quoted_bytes);
    if (!quoted)
        return quoted.error();
    auto const headers = m_original.headers();
    if (!headers)
        return headers.error();
    m_is_quoted_whole &= !quoted->more;
    auto const combine = type == BodyType::html ? with_original_html : with_original_text;
    return combine(own->text, original_header(*headers), quoted->text, m_verb);
}

Result<void> Composer::add_texts()
{
    auto const &segments = m_client_parts.segments;
    bool const has_html = std::ranges::any_of(segments, [](auto const &each) { return !each.html.empty(); });
    bool const has_plain =
        std::ranges::all_of(segments, [](auto const &each) { return !each.plain.empty(); });
    if (has_html) {
        auto text = combined_text(BodyType::html);
        if (!text)
            return text.error();
        m_html = std::move(*text);
    }
    if (!has_html || has_plain) {
        auto text = combined_text(BodyType::plain);
        if (!text)
            return text.error();
        m_plain = std::move(*text);
    }
    return {};
}

/// Images need HTML that shows them.
void Composer::attach(Content part, bool is_image)
{
    (is_image && m_html ? m_images : m_files).push_back(std::move(part));
}

Result<Content> Composer::original_part(MimePart const &part)
{
    bool const is_whole = &part == &m_original_root;
    auto raw = m_original.raw(is_whole ? "" : part.id);
    if (!raw)
        return raw.error();
    Content content = original_content(std::move(*raw));
    return is_whole ? body_as_part(std::move(content)) : content;
}

Result<void> Composer::add_attachments()
{
    for (auto const &[part, is_inline] : m_client_parts.attachments) {
        auto content = borrowed_content(m_client.raw(part->id));
        bool const is_whole = part == &m_client.structure();
        attach(is_whole ? body_as_part(std::move(content)) : std::move(content), is_inline);
    }
    bool const is_forward = m_verb == Verb::forward;
    if (is_forward && (is_sealed(m_original_root) || !m_is_quoted_whole)) {
        auto raw = m_original.raw("");
        if (!raw)
            return raw.error();
        attach(message_as_part(original_content(std::move(*raw))), false);
        return {};
    }
    for (auto const &[part, is_inline] : m_original_parts.attachments) {
        bool const is_shown = is_inline && m_html;
        if (!is_forward && !is_shown)
            continue;
        auto content = original_part(*part);
        if (!content)
            return content.error();
        attach(std::move(*content), is_inline);
    }
    return {};
}

MimeEntity Composer::assemble(std::string const &boundary)
{
    std::optional<MimeEntity> entity;
    if (m_html) {
        entity = text_entity("html", *m_html);
        if (!m_images.empty()) {
            m_images.insert(m_images.begin(), as_part(*entity));
            entity =
                multipart_entity("related", boundary + ".r", std::move(m_images), "; type=\"text/html\"");
        }
    }
    if (m_plain) {
        auto plain = text_entity("plain", *m_plain);
        entity = entity ? multipart_entity("alternative", boundary + ".a", {as_part(plain), as_part(*entity)})
                        : std::move(plain);
    }
    if (!m_files.empty()) {
        m_files.insert(m_files.begin(), as_part(*entity));
        entity = multipart_entity("mixed", boundary + ".m", std::move(m_files));
    }
    return std::move(*entity);
}

} // namespace

/// The client's message untouched; beside it a forward carries the original.
static Result<std::optional<MimeEntity>> compose_beside(std::string_view mime, MailMessage &original,
                                                        Verb verb, std::string const &boundary)
{
    if (verb == Verb::reply)
        return std::optional<MimeEntity>();
    auto raw = original.raw("");
    if (!raw)
        return raw.error();
    return std::optional(multipart_entity(
        "mixed", boundary + ".m",
        {body_as_part(borrowed_content(mime)), message_as_part(original_content(std::move(*raw)))}));
}

static Result<std::optional<MimeEntity>> compose(std::string_view mime, MailMessage &original, Verb verb,
                                                 std::string const &boundary)
{
    auto const client = ParsedMime::parse(mime);
    if (!client)
        return client.error();
    if (must_stay_as_it_is(client->structure()))
        return compose_beside(mime, original, verb, boundary);
    auto const root = original.structure();
    if (!root)
        return root.error();
    Composer composer(*client, original, *root, verb);
    if (auto const added = composer.add_texts(); !added)
        return added.error();
    if (auto const added = composer.add_attachments(); !added)
        return added.error();
    return std::optional(composer.assemble(boundary));
}

Result<OutgoingChanges> add_original(std::string_view mime, MailMessage &original, Verb verb,
                                     std::string const &boundary, Instant now)
{
    auto const headers = original.headers();
    if (!headers)
        return headers.error();
    auto entity = compose(mime, original, verb, boundary);
    if (!entity)
        return entity.error();
    OutgoingChanges changes = threading_fields(*headers, now);
    if (*entity)
        changes.body = {std::move((*entity)->fields), std::move((*entity)->body)};
    return changes;
}

} // namespace eas
