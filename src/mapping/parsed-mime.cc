// Lenient as mail programs are: what is broken is text or an attachment, never lost.
#include "mapping/parsed-mime.h"
#include "base/text.h"
#include "mapping/charset.h"
#include "mapping/header-fields.h"
#include "mapping/transfer-encoding.h"
#include <algorithm>

namespace eas {

static constexpr size_t max_parts = 1000, max_depth = 20, max_boundary_characters = 200;

/// Length of the delimiter line that stands at `at`, 0 if none does.
static size_t delimiter_length(std::string_view body, size_t at, std::string_view delimiter, bool &is_last)
{
    if (at > 0 && body[at - 1] != '\n')
        return 0;
    auto rest = body.substr(at + delimiter.size());
    size_t const end = std::min(rest.find('\n'), rest.size());
    auto const tail = rest.substr(0, end);
    is_last = tail.starts_with("--");
    if (!trim(tail.substr(is_last ? 2 : 0)).empty())
        return 0;
    return delimiter.size() + std::min(end + 1, rest.size());
}

/// The parts between the delimiters; the line end before a delimiter is its own. Without a last delimiter the
/// last part goes to the end.
static std::vector<std::string_view> split_multipart(std::string_view body, std::string const &boundary)
{
    std::string const delimiter = "--" + boundary;
    std::vector<std::string_view> parts;
    size_t start = body.npos;
    auto const end_part = [&](size_t end) {
        auto part = body.substr(start, end - start);
        if (part.ends_with('\n'))
            part.remove_suffix(1);
        if (part.ends_with('\r'))
            part.remove_suffix(1);
        parts.push_back(part);
    };
    for (size_t at = body.find(delimiter); at != body.npos && parts.size() <= max_parts;) {
        bool is_last = false;
        size_t const length = delimiter_length(body, at, delimiter, is_last);
        if (length > 0 && start != body.npos)
            end_part(at);
        if (length > 0 && is_last)
            return parts;
        if (length > 0)
            start = at + length;
        at = body.find(delimiter, at + std::max(length, delimiter.size()));
    }
    if (start < body.size())
        parts.push_back(body.substr(start));
    return parts;
}

static std::string_view value_of(MessagePieces const &pieces, std::string_view name)
{
    HeaderField const *const field = find_field(pieces, name);
    return field ? trim(field->value) : std::string_view{};
}

static MimePart describe(MessagePieces const &pieces)
{
    auto const type = parse_parameters(value_of(pieces, "Content-Type"));
    auto const disposition = parse_parameters(value_of(pieces, "Content-Disposition"));
    MimePart part;
    part.type = type.value.empty() ? "text/plain" : type.value;
    part.charset = to_lower(type.parameter("charset"));
    part.protocol = to_lower(type.parameter("protocol"));
    part.method = to_lower(type.parameter("method"));
    part.smime_type = to_lower(type.parameter("smime-type"));
    part.flowed = equals_ignoring_case(type.parameter("format"), "flowed");
    part.del_sp = equals_ignoring_case(type.parameter("delsp"), "yes");
    part.disposition = disposition.value;
    part.name = disposition.parameter("filename");
    if (part.name.empty())
        part.name = type.parameter("name");
    part.content_id = value_of(pieces, "Content-ID");
    part.content_location = value_of(pieces, "Content-Location");
    part.encoded_bytes = part.decoded_bytes = pieces.body.size();
    return part;
}

Result<ParsedMime> ParsedMime::parse(std::string_view mime)
{
    ParsedMime parsed;
    if (!parsed.add(parsed.m_root, mime, "", 0))
        return Error{ErrorKind::bad_request, "the message has over 1000 parts"};
    return parsed;
}

/// False if there are too many parts.
bool ParsedMime::add(MimePart &part, std::string_view mime, std::string id, size_t depth)
{
    MessagePieces const pieces = split_message(mime);
    part = describe(pieces);
    part.id = id;
    m_places[id] = {mime, pieces.body, std::string(value_of(pieces, "Content-Transfer-Encoding")),
                    part.charset};
    if (m_places.size() > max_parts)
        return false;
    auto const type = parse_parameters(value_of(pieces, "Content-Type"));
    std::string const boundary(type.parameter("boundary"));
    if (!part.type.starts_with("multipart/") || boundary.empty() ||
        boundary.size() > max_boundary_characters || depth == max_depth)
        return true;
    auto const children = split_multipart(pieces.body, boundary);
    part.parts.resize(children.size());
    for (size_t i = 0; i < children.size(); ++i)
        if (!add(part.parts[i], children[i], (id.empty() ? "" : id + ".") + std::to_string(i + 1), depth + 1))
            return false;
    return true;
}

Result<MailMessage::Text> ParsedMime::text(std::string const &part_id, size_t max_bytes) const
{
    auto const place = m_places.find(part_id);
    if (place == m_places.end())
        return Error{ErrorKind::not_found, "no part " + part_id};
    auto const bytes = decode_transfer_encoding(place->second.body, place->second.encoding);
    std::string text = decode_charset(bytes, place->second.charset);
    auto const wanted = utf8_prefix(text, max_bytes);
    return MailMessage::Text{std::string(wanted), wanted.size() < text.size()};
}

std::string_view ParsedMime::raw(std::string const &part_id) const
{
    auto const place = m_places.find(part_id);
    return place == m_places.end() ? std::string_view{} : place->second.whole;
}

} // namespace eas
