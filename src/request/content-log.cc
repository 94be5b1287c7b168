// See content-log.h.
#include "request/content-log.h"
#include "base/text.h"
#include "wbxml/decoder.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t longest_text_bytes = 200;
constexpr std::string_view multipart_type = "application/vnd.ms-sync.multipart"; // MS-ASCMD 2.2.1.10.1

constexpr Tag private_tags[] = {
    Tag::AirSyncBase_Data,
    Tag::AirSyncBase_Preview,
    Tag::AirSyncBase_Content,
    Tag::ComposeMail_Mime,
    Tag::Contacts_Picture,
    Tag::Find_Preview,
    Tag::GAL_Data,
    Tag::ItemOperations_Data,
    Tag::ItemOperations_Password,
    Tag::ResolveRecipients_Certificate,
    Tag::ResolveRecipients_Data,
    Tag::ResolveRecipients_MiniCertificate,
    Tag::Search_Password,
    Tag::Settings_Password,
    Tag::Settings_ReplyMessage,
    Tag::ValidateCert_Certificate,
};

std::string in_parentheses(size_t bytes)
{
    return "(" + std::to_string(bytes) + " bytes)";
}

/// Bytes as they come, for identifiers that are no text.
bool is_text(std::string_view bytes)
{
    return std::ranges::none_of(bytes, [](unsigned char each) { return each < ' ' && each != '\n'; });
}

void escape(std::string &out, std::string_view text)
{
    for (char const each : text) {
        switch (each) {
        case '<':
            out += "&lt;";
            break;
        case '&':
            out += "&amp;";
            break;
        case '\n':
            out += "&#10;";
            break;
        default:
            out += each;
        }
    }
}

void write_text(std::string &out, Element const &element)
{
    auto const text = element.text;
    if (std::ranges::find(private_tags, element.tag) != std::end(private_tags)) {
        out += in_parentheses(text.size());
    } else if (!is_text(text)) {
        out += text.size() <= longest_text_bytes ? "0x" + hex_encode(text) : in_parentheses(text.size());
    } else {
        escape(out, sanitize_utf8(utf8_prefix(text, longest_text_bytes)));
        if (text.size() > longest_text_bytes)
            out += "... " + in_parentheses(text.size());
    }
}

void write_element(std::string &out, Element const &element, size_t depth)
{
    std::string const name =
        std::string(namespace_name(element.tag)) + ':' + std::string(local_name(element.tag));
    out.append(2 * depth, ' ') += '<' + name;
    if (element.children.empty() && element.text.empty()) {
        out += "/>\n";
        return;
    }
    out += '>';
    if (element.children.empty()) {
        write_text(out, element);
    } else {
        out += '\n';
        for (auto const &child : element.children)
            write_element(out, child, depth + 1);
        out.append(2 * depth, ' ');
    }
    out += "</" + name + ">\n";
}

/// The first part: the document that names the others. MS-ASCMD 2.2.1.10.1.
std::string_view first_part(std::string_view multipart)
{
    auto const number_at = [&](size_t offset) {
        size_t number = 0;
        for (size_t i = 0; i < 4; ++i)
            number |= static_cast<size_t>(static_cast<unsigned char>(multipart[offset + i])) << (8 * i);
        return number;
    };
    if (multipart.size() < 12)
        return {};
    size_t const offset = number_at(4);
    return offset <= multipart.size() ? multipart.substr(offset, number_at(8)) : std::string_view();
}

std::string body_text(std::string_view type, std::string_view body)
{
    if (body.empty())
        return "";
    bool const is_multipart = type.starts_with(multipart_type);
    auto const document = decode(is_multipart ? first_part(body) : body);
    std::string const size = in_parentheses(body.size()) + '\n';
    if (!document)
        return std::string(type.empty() ? "body" : type) + ' ' + size;
    return (is_multipart ? "multipart " + size : "") + readable(*document);
}

template <class Fields> std::string_view value_of(Fields const &fields, std::string_view name)
{
    auto const found = std::ranges::find_if(
        fields, [&](auto const &field) { return equals_ignoring_case(field.first, name); });
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

template <class Fields> void write_fields(std::string &out, Fields const &fields)
{
    for (auto const &[name, value] : fields)
        if (!equals_ignoring_case(name, "Authorization") && !equals_ignoring_case(name, "Cookie"))
            out += sanitize_utf8(name) + ": " + sanitize_utf8(value) + '\n';
}

} // namespace

std::string readable(Element const &root)
{
    std::string out;
    write_element(out, root, 0);
    return out;
}

std::string content_log_entry(HttpRequest const &request, HttpResponse const &response,
                              std::string_view answer)
{
    std::string out = "> " + sanitize_utf8(request.method) + ' ' + sanitize_utf8(request.path);
    if (!request.query.empty())
        out += '?' + sanitize_utf8(request.query);
    out += request.resumed ? " (again, after a wait)\n" : "\n";
    write_fields(out, request.headers);
    out += body_text(request.header("Content-Type"), request.body);
    out += "< " + std::to_string(response.status) + ' ' + response.reason;
    if (response.wait)
        out += " (if nothing changes in " + std::to_string(response.wait->seconds) + " seconds)";
    out += '\n';
    write_fields(out, response.headers);
    out += body_text(value_of(response.headers, "Content-Type"), answer);
    if (!response.log.empty())
        out += "log: " + sanitize_utf8(response.log) + '\n';
    return out;
}

} // namespace eas
