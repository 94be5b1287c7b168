// Files are base64 whatever they are, so that they come out as they went in. A message (Method 5) must not be
// encoded as a whole (RFC 2046 5.2.1); one that is binary is a file like others.
#include "mapping/draft-attachment.h"
#include "base/content-filters.h"
#include "base/text.h"
#include "mapping/added-attachment.h"
#include "mapping/attachments.h"
#include "mapping/header-encoding.h"
#include "mapping/header-fields.h"
#include <algorithm>

namespace eas {

static constexpr size_t max_line_bytes = 998; // RFC 5322 2.1.1

static bool is_token(std::string_view text)
{
    auto const may_be_in_token = [](char c) {
        return c > ' ' && c < 127 && std::string_view("()<>@,;:\\\"[]?=").find(c) == std::string_view::npos;
    };
    return text.size() <= 200 && std::ranges::count(text, '/') == 1 && !text.starts_with('/') &&
           !text.ends_with('/') && std::ranges::all_of(text, may_be_in_token);
}

/// Of composite types only a part's structure could tell that they are what they say.
static std::string media_type(AttachmentToAdd const &added)
{
    std::string const type = parse_parameters(added.content_type.value_or("")).value;
    bool const is_composite = type.starts_with("multipart/") || type.starts_with("message/");
    return is_token(type) && !is_composite ? type
                                           : std::string(type_of_name(added.display_name.value_or("")));
}

/// "<id>", as a field's value; "" if nothing of it is left.
static std::string safe_id(std::string_view id)
{
    std::string safe;
    for (char c : sanitize_utf8(id))
        if (c > ' ' && c < 127 && c != '<' && c != '>')
            safe += c;
    return safe;
}

static std::string fields_of(AttachmentToAdd const &added, std::string const &type, std::string_view encoding)
{
    auto const name = trim(*added.display_name);
    std::string fields = "Content-Type: " + type;
    if (!type.starts_with("message/"))
        fields += parameter_text("name", name);
    fields.append("\r\nContent-Transfer-Encoding: ").append(encoding);
    fields += added.is_inline ? "\r\nContent-Disposition: inline" : "\r\nContent-Disposition: attachment";
    fields += parameter_text("filename", name) + "\r\n";
    if (auto const id = safe_id(added.content_id.value_or("")); !id.empty())
        fields += "Content-ID: <" + id + ">\r\n";
    if (auto const location = safe_id(added.content_location.value_or("")); !location.empty())
        fields += "Content-Location: " + location + "\r\n";
    return fields;
}

static bool is_text(std::string_view bytes)
{
    auto const lines = split(bytes, '\n');
    return bytes.find('\0') == bytes.npos &&
           std::ranges::all_of(lines, [](auto line) { return line.size() <= max_line_bytes; });
}

Result<MimeEntity> attachment_entity(AttachmentToAdd const &added)
{
    auto bytes = added_bytes(added);
    if (!bytes)
        return bytes.error();
    bool const is_message = *added.method == added_method::message;
    if (is_message && is_text(bytes->text() ? *bytes->text() : added.content->text))
        return MimeEntity{fields_of(added, "message/rfc822", "8bit"), std::move(*bytes)};
    return MimeEntity{fields_of(added, media_type(added), "base64"), mime_base64_content(std::move(*bytes))};
}

} // namespace eas
