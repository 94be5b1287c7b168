// Names of attachments: what the sender says, made safe to be a file's name; else one that tells what it is.
#include "mapping/attachments.h"
#include "base/text.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

constexpr size_t max_name_bytes = 240; // of a file's name almost everywhere

struct DefaultName {
    std::string_view type, name;
};

constexpr std::array default_names = std::to_array<DefaultName>({
    {"application/ms-tnef", "winmail.dat"},
    {"application/vnd.ms-tnef", "winmail.dat"},
    {"application/pkcs7-mime", "smime.p7m"},
    {"application/x-pkcs7-mime", "smime.p7m"},
    {"application/pkcs7-signature", "smime.p7s"},
    {"application/x-pkcs7-signature", "smime.p7s"},
    {"application/pgp-encrypted", "version.asc"},
    {"application/pgp-signature", "signature.asc"},
    {"application/pgp-keys", "key.asc"},
    {"message/delivery-status", "delivery-status.txt"},
    {"message/global-delivery-status", "delivery-status.txt"},
    {"message/disposition-notification", "disposition-notification.txt"},
    {"text/rfc822-headers", "headers.txt"},
    {"text/calendar", "invite.ics"},
});

struct Extension {
    std::string_view type, extension;
};

constexpr std::array extensions = std::to_array<Extension>({
    {"application/gzip", ".gz"}, {"application/json", ".json"}, {"application/msword", ".doc"},
    {"application/pdf", ".pdf"}, {"application/rtf", ".rtf"},   {"application/xml", ".xml"},
    {"application/zip", ".zip"}, {"audio/mpeg", ".mp3"},        {"audio/mp4", ".m4a"},
    {"audio/wav", ".wav"},       {"audio/x-wav", ".wav"},       {"image/bmp", ".bmp"},
    {"image/gif", ".gif"},       {"image/heic", ".heic"},       {"image/jpeg", ".jpg"},
    {"image/jpg", ".jpg"},       {"image/png", ".png"},         {"image/svg+xml", ".svg"},
    {"image/tiff", ".tif"},      {"image/webp", ".webp"},       {"text/csv", ".csv"},
    {"text/css", ".css"},        {"text/directory", ".vcf"},    {"text/html", ".html"},
    {"text/plain", ".txt"},      {"text/rtf", ".rtf"},          {"text/vcard", ".vcf"},
    {"text/x-vcard", ".vcf"},    {"text/xml", ".xml"},          {"video/mp4", ".mp4"},
    {"video/mpeg", ".mpg"},      {"video/quicktime", ".mov"},
});

/// The last component of a path, without what no file system takes.
std::string safe_name(std::string_view name)
{
    if (auto slash = name.find_last_of("/\\"); slash != std::string_view::npos && slash + 1 < name.size())
        name.remove_prefix(slash + 1);
    std::string safe = sanitize_utf8(trim(name));
    for (char &c : safe)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f' ||
            std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos)
            c = '_';
    auto trimmed = trim(safe);
    // Cut before the extension, which says what opens the file.
    if (trimmed.size() > max_name_bytes) {
        auto dot = trimmed.rfind('.');
        auto extension =
            dot != std::string_view::npos && trimmed.size() - dot <= 16 ? trimmed.substr(dot) : "";
        return std::string(utf8_prefix(trimmed, max_name_bytes - extension.size())).append(extension);
    }
    return std::string(trimmed);
}

std::string message_name(MimePart const &part)
{
    constexpr std::string_view suffix = ".eml";
    // A subject is no path: a slash in it separates words.
    std::string name = part.name.empty() ? part.subject : part.name;
    if (part.name.empty())
        std::ranges::replace_if(
            name, [](char c) { return c == '/' || c == '\\'; }, '_');
    name = safe_name(name);
    if (equals_ignoring_case(name.substr(name.size() - std::min(name.size(), suffix.size())), suffix))
        return name;
    name = std::string(utf8_prefix(name, max_name_bytes - suffix.size()));
    return (name.empty() ? "message" : name).append(suffix);
}

std::string display_name(MimePart const &part)
{
    if (is_message(part))
        return message_name(part);
    if (auto name = safe_name(part.name); !name.empty() && name != "." && name != "..")
        return name;
    auto default_name = std::ranges::find(default_names, part.type, &DefaultName::type);
    if (default_name != default_names.end())
        return std::string(default_name->name);
    auto extension = std::ranges::find(extensions, part.type, &Extension::type);
    auto kind = part.type.starts_with("image/") ? "image" : "attachment";
    auto number = part.id.empty() ? "" : " " + part.id;
    return kind + number + std::string(extension != extensions.end() ? extension->extension : ".bin");
}

std::optional<std::string> unless_empty(std::string const &text)
{
    return text.empty() ? std::nullopt : std::optional(sanitize_utf8(text));
}

} // namespace

Attachment to_attachment(AttachedPart const &attached, std::string const &file_reference_prefix)
{
    auto const &part = *attached.part;
    Attachment attachment;
    attachment.display_name = display_name(part);
    attachment.file_reference = file_reference_prefix + part.id;
    attachment.method = is_message(part) ? Attachment::Method::email : Attachment::Method::normal;
    attachment.estimated_data_size = part.decoded_bytes;
    attachment.content_id = unless_empty(part.content_id);
    attachment.content_location = unless_empty(part.content_location);
    if (attached.is_inline)
        attachment.is_inline = true;
    return attachment;
}

std::string_view type_of_name(std::string_view name)
{
    auto const extension = to_lower(name.substr(std::min(name.rfind('.'), name.size())));
    auto const found = std::ranges::find(extensions, extension, &Extension::extension);
    return found == extensions.end() ? "application/octet-stream" : found->type;
}

} // namespace eas
