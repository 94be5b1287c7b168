// An attachment is named by a hash of its bytes, so that a reference that a client kept never gives another
// file.
#include "mapping/ical-attachments.h"
#include "base/text.h"
#include "mapping/added-attachment.h"
#include "mapping/attachments.h"
#include <algorithm>
#include <openssl/sha.h>

namespace eas {
namespace {

constexpr size_t most_attachments = 200;

bool is_file(IcalProperty const &line)
{
    return equals_ignoring_case(line.parameter("ENCODING"), "BASE64") ||
           equals_ignoring_case(line.parameter("VALUE"), "BINARY");
}

std::string hash_of(std::string_view text)
{
    unsigned char bytes[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<unsigned char const *>(text.data()), text.size(), bytes);
    return base64url_encode({reinterpret_cast<char const *>(bytes), 9});
}

struct NamedLine {
    IcalProperty line;
    std::string name; ///< "" of what is no file
};

/// Equal files get different names.
std::vector<NamedLine> named_lines(IcalComponent const &component)
{
    std::vector<NamedLine> lines;
    for (auto &line : component.properties("ATTACH")) {
        std::string name;
        if (is_file(line) && lines.size() < most_attachments) {
            auto const hash = hash_of(line.value);
            name = hash;
            for (int again = 2; std::ranges::find(lines, name, &NamedLine::name) != lines.end(); again++)
                name = hash + "." + std::to_string(again);
        }
        lines.push_back({std::move(line), std::move(name)});
    }
    return lines;
}

std::string display_name_of(IcalProperty const &line)
{
    for (auto const *parameter : {"FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-LABEL"})
        if (auto name = sanitize_utf8(trim(line.parameter(parameter))); !name.empty())
            return name;
    return "attachment";
}

std::string content_type_of(IcalProperty const &line)
{
    auto type = sanitize_utf8(line.parameter("FMTTYPE"));
    return type.empty() ? std::string(type_of_name(display_name_of(line))) : type;
}

Attachment attachment_of(NamedLine const &named, std::string_view prefix)
{
    Attachment attachment;
    attachment.display_name = display_name_of(named.line);
    attachment.file_reference = std::string(prefix) + named.name;
    bool const is_message = equals_ignoring_case(named.line.parameter("FMTTYPE"), "message/rfc822");
    attachment.method = is_message ? Attachment::Method::email : Attachment::Method::normal;
    auto const padding = std::ranges::count(named.line.value, '=');
    auto const bytes = named.line.value.size() / 4 * 3;
    attachment.estimated_data_size = bytes - std::min<size_t>(bytes, static_cast<size_t>(padding));
    if (auto id = sanitize_utf8(named.line.parameter("X-EAS-CONTENT-ID")); !id.empty()) {
        attachment.content_id = id;
        attachment.is_inline = true;
    }
    return attachment;
}

/// Where among `lines` the file of `line` is already, and not as one of `taken`; else behind them.
size_t place_of(IcalProperty const &line, std::vector<IcalProperty> const &lines,
                std::vector<size_t> const &taken)
{
    for (size_t i = 0; i < lines.size(); i++)
        if (lines[i].value == line.value && display_name_of(lines[i]) == display_name_of(line) &&
            std::ranges::find(taken, i) == taken.end())
            return i;
    return lines.size();
}

Result<IcalProperty> line_of(AttachmentToAdd const &added)
{
    auto const content = added_bytes(added);
    if (!content)
        return content.error();
    StringSink bytes;
    if (auto const copied = content->copy_to(bytes); !copied)
        return copied.error();
    auto const name = std::string(trim(*added.display_name));
    auto type = std::string(trim(added.content_type.value_or("")));
    if (*added.method == added_method::message)
        type = "message/rfc822";
    else if (type.empty())
        type = type_of_name(name);
    IcalProperty line{
        "ATTACH",
        {{"FMTTYPE", {type}}, {"ENCODING", {"BASE64"}}, {"VALUE", {"BINARY"}}, {"FILENAME", {name}}},
        base64_encode(bytes.text)};
    if (auto const id = trim(added.content_id.value_or("")); !id.empty())
        line.parameters.push_back({"X-EAS-CONTENT-ID", {std::string(id)}});
    return line;
}

} // namespace

std::vector<Attachment> attachments_of(IcalComponent const &component, std::string_view file_reference_prefix)
{
    std::vector<Attachment> attachments;
    for (auto const &named : named_lines(component))
        if (!named.name.empty())
            attachments.push_back(attachment_of(named, file_reference_prefix));
    return attachments;
}

Result<IcalAttachment> find_attachment(IcalComponent const &component, std::string_view name)
{
    for (auto const &named : named_lines(component))
        if (!named.name.empty() && named.name == name) {
            auto bytes = base64_decode(named.line.value);
            if (!bytes)
                break;
            return IcalAttachment{content_type_of(named.line), display_name_of(named.line),
                                  *std::move(bytes)};
        }
    return Error{ErrorKind::not_found, "no such attachment"};
}

Result<std::vector<AddedAttachment>> change_attachments(IcalComponent &component,
                                                        AttachmentChanges const &changes,
                                                        std::string_view file_reference_prefix)
{
    auto lines = named_lines(component);
    for (auto const &deleted : changes.deletes) {
        std::string_view name = deleted.file_reference ? *deleted.file_reference : std::string_view();
        if (!name.starts_with(file_reference_prefix))
            return Error{ErrorKind::bad_request, "AirSyncBase:FileReference: no such attachment"};
        name.remove_prefix(file_reference_prefix.size());
        std::erase_if(lines,
                      [&](NamedLine const &named) { return !named.name.empty() && named.name == name; });
    }
    std::vector<IcalProperty> wanted;
    for (auto const &named : lines)
        wanted.push_back(named.line);
    std::vector<size_t> places; // of each that is added
    for (auto const &added : changes.adds) {
        auto line = line_of(added);
        if (!line)
            return line.error();
        places.push_back(place_of(*line, wanted, places));
        if (places.back() == wanted.size())
            wanted.push_back(*std::move(line));
    }
    component.replace("ATTACH", wanted);
    std::vector<AddedAttachment> result;
    auto named = named_lines(component); // in an order of its own
    for (size_t i = 0; i < places.size(); i++) {
        auto const line = std::ranges::find(named, wanted[places[i]], &NamedLine::line);
        if (line == named.end())
            continue;
        result.push_back({*changes.adds[i].client_id, line->name});
        named.erase(line);
    }
    return result;
}

void remove_files(IcalComponent &component)
{
    auto lines = component.properties("ATTACH");
    std::erase_if(lines, is_file);
    component.replace("ATTACH", lines);
}

} // namespace eas
