// RFC 2046 section 5 (multipart), RFC 2387 (related), RFC 2183 (disposition), and what mail programs make of
// it.
#include "mapping/message-parts.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

using Parts = std::vector<MimePart const *>;

/// Text, but for programs: not worth reading, yet worth keeping.
constexpr std::array<std::string_view, 6> text_for_programs = {
    "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rtf", "text/rfc822-headers",
};

/// Other forms of the same text for a watch or a web mailer, which a phone's user does not want to see.
constexpr std::array<std::string_view, 2> forms_for_others = {"text/watch-html", "text/x-amp-html"};

bool contains(auto const &types, std::string_view type)
{
    return std::ranges::find(types, type) != types.end();
}

bool is_multipart(MimePart const &part)
{
    return part.type.starts_with("multipart/");
}

/// A text part is body unless it is a file. The first one is body even with a file name: better read than
/// hidden. Of other text only a message that consists of it; and a multipart without parts, whose
/// boundary is broken, is shown as it is.
bool is_body_text(MimePart const &part, bool first, bool alone)
{
    if (part.disposition == "attachment")
        return false;
    if (part.type == "text/plain" || part.type == "text/html")
        return part.name.empty() || first;
    if (is_multipart(part))
        return first;
    return alone && part.type.starts_with("text/") && !contains(text_for_programs, part.type);
}

bool is_inline(MimePart const &part)
{
    bool is_referable = !part.content_id.empty() || !part.content_location.empty();
    return is_referable && part.disposition != "attachment" && !is_message(part);
}

void append(Parts &to, Parts const &from)
{
    to.insert(to.end(), from.begin(), from.end());
}

class PartFinder {
public:
    void find(MimePart const &part, bool alone, bool related);
    MessageParts take() { return std::move(m_found); }

private:
    void find_alternatives(MimePart const &part, bool related);

    MessageParts m_found;
};

void PartFinder::find(MimePart const &part, bool alone, bool related)
{
    if (is_multipart(part) && !part.parts.empty()) {
        if (part.type == "multipart/alternative")
            return find_alternatives(part, related);
        for (auto const &child : part.parts)
            find(child, false, related || part.type == "multipart/related");
        return;
    }
    if (!is_body_text(part, m_found.segments.empty(), alone)) {
        m_found.attachments.push_back({&part, related && is_inline(part)});
        return;
    }
    BodySegment segment;
    (is_html(part) ? segment.html : segment.plain).push_back(&part);
    m_found.segments.push_back(std::move(segment));
}

/// One stretch of body. Its plain form is what the alternatives without HTML say, its HTML form what those
/// with HTML say; of several of one kind all are taken, for not all senders mean "alternative".
void PartFinder::find_alternatives(MimePart const &part, bool related)
{
    BodySegment merged;
    Parts plain_of_html; // a plain form nested among the HTML
    for (auto const &child : part.parts) {
        if (contains(forms_for_others, child.type))
            continue;
        PartFinder finder;
        finder.find(child, false, related);
        auto found = finder.take();
        m_found.attachments.insert(m_found.attachments.end(), found.attachments.begin(),
                                   found.attachments.end());
        bool has_html = native_body_type(found) == BodyType::html ||
                        std::ranges::any_of(found.segments, [](auto const &s) { return !s.html.empty(); });
        append(has_html ? merged.html : merged.plain,
               parts_for(found, has_html ? BodyType::html : BodyType::plain));
        if (has_html && std::ranges::all_of(found.segments, [](auto const &s) { return !s.plain.empty(); }))
            append(plain_of_html, parts_for(found, BodyType::plain));
    }
    if (merged.plain.empty())
        merged.plain = std::move(plain_of_html);
    if (!merged.plain.empty() || !merged.html.empty())
        m_found.segments.push_back(std::move(merged));
}

} // namespace

bool is_html(MimePart const &part)
{
    return part.type == "text/html";
}

bool is_message(MimePart const &part)
{
    return part.type == "message/rfc822" || part.type == "message/global";
}

/// Images that the HTML shows though they stand in a multipart/mixed beside it. Where text follows an image
/// the image is a stretch of the body by itself, as Apple Mail writes it, that nothing refers to.
static void find_images_of_html(MessageParts &parts)
{
    if (parts.segments.size() != 1 || parts.segments[0].html.empty())
        return;
    for (auto &[part, is_inline] : parts.attachments)
        if (part->type.starts_with("image/") && part->disposition == "inline" && !part->content_id.empty())
            is_inline = true;
}

MessageParts find_parts(MimePart const &root)
{
    PartFinder finder;
    finder.find(root, true, false);
    auto parts = finder.take();
    find_images_of_html(parts);
    return parts;
}

BodyType native_body_type(MessageParts const &parts)
{
    return !parts.segments.empty() && !parts.segments[0].html.empty() ? BodyType::html : BodyType::plain;
}

std::vector<MimePart const *> parts_for(MessageParts const &parts, BodyType type)
{
    Parts chosen;
    for (auto const &segment : parts.segments) {
        bool html = type == BodyType::html ? !segment.html.empty() : segment.plain.empty();
        append(chosen, html ? segment.html : segment.plain);
    }
    return chosen;
}

MimePart const *find_attachment(MimePart const &root, std::string_view id)
{
    if (root.id == id && (root.parts.empty() || is_message(root)))
        return &root;
    if (root.id.empty() && root.parts.empty() && id == "1")
        return &root;
    for (MimePart const &child : root.parts)
        if (MimePart const *found = find_attachment(child, id))
            return found;
    return nullptr;
}

} // namespace eas
