// See request-header.h. What is not plainly allowed is refused; nothing is repaired.
#include "login/request-header.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <cctype>

namespace eas {

namespace {

constexpr size_t unlimited = std::string_view::npos;

/// A field that goes to the module, and how much of its value.
struct KeptField {
    std::string_view name;
    size_t max_value_bytes;
    /// The others are left out where there is no room.
    bool is_needed() const { return max_value_bytes == unlimited; }
};

/// As much of a value as there is room for; of a list whole items.
std::string_view cut(KeptField const &kept, std::string_view value)
{
    auto const text = utf8_prefix(value, kept.max_value_bytes);
    bool const is_list = kept.name.starts_with("Accept-");
    return is_list && text.size() < value.size() ? text.substr(0, text.rfind(',')) : text;
}

constexpr std::string_view line_end = "\r\n";
constexpr KeptField kept_fields[] = {
    // what is needed, then the rest, most useful first
    {"Host", unlimited},
    {"Content-Length", unlimited},
    {"Content-Type", unlimited},
    {"Transfer-Encoding", unlimited},
    {"Connection", unlimited},
    {"Expect", unlimited},
    {"MS-ASProtocolVersion", unlimited},
    {"X-MS-PolicyKey", unlimited},
    {"MS-ASAcceptMultiPart", unlimited},
    {"User-Agent", 100},
    {"Accept-Encoding", 60},
    {"Accept-Language", 40},
    {"Origin", 100},
    {"Referer", 100},
};

bool is_token(std::string_view text)
{
    constexpr std::string_view specials = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               specials.find(c) != specials.npos;
    });
}

bool has_control(std::string_view text, bool allow_tab)
{
    return std::any_of(text.begin(), text.end(), [&](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && !(allow_tab && c == '\t')) || byte == 0x7f;
    });
}

bool parse_request_line(std::string_view line, RequestHeader &header)
{
    size_t const first = line.find(' '), last = line.rfind(' ');
    if (first == line.npos || first == last)
        return false;
    header.method = line.substr(0, first);
    header.target = line.substr(first + 1, last - first - 1);
    std::string_view const protocol = line.substr(last + 1);
    if (protocol != "HTTP/1.1" && protocol != "HTTP/1.0")
        return false;
    header.version = protocol.substr(5);
    return is_token(header.method) && !header.target.empty() &&
           header.target.find(' ') == header.target.npos && !has_control(header.target, false);
}

bool parse_field(std::string_view line, RequestHeader &header)
{
    size_t const colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon)))
        return false; // a folded line starts with a blank, which is no token
    std::string_view const value = line.substr(colon + 1);
    if (has_control(value, true)) // before it is trimmed: a bare CR at its end too
        return false;
    header.fields.push_back({line.substr(0, colon), trim(value)});
    return true;
}

bool framing_is_unambiguous(RequestHeader const &header)
{
    size_t const lengths = header.count("Content-Length"), encodings = header.count("Transfer-Encoding");
    return lengths + encodings <= 1 && header.count("Host") <= 1 &&
           (lengths == 0 || parse_unsigned(header.find("Content-Length")));
}

void append_field(std::string &text, std::string_view name, std::string_view value)
{
    text.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

std::string_view RequestHeader::find(std::string_view name) const
{
    for (Field const &field : fields)
        if (equals_ignoring_case(field.name, name))
            return field.value;
    return "";
}

size_t RequestHeader::count(std::string_view name) const
{
    return std::count_if(fields.begin(), fields.end(),
                         [&](Field const &field) { return equals_ignoring_case(field.name, name); });
}

size_t find_header_end(std::string_view data)
{
    for (size_t at = data.find('\n'); at != data.npos; at = data.find('\n', at + 1)) {
        if (data.substr(at + 1, 1) == "\n")
            return at + 2;
        if (data.substr(at + 1, 2) == "\r\n")
            return at + 3;
    }
    return data.npos;
}

std::optional<RequestHeader> parse_request_header(std::string_view raw)
{
    RequestHeader header;
    bool first = true;
    while (!raw.empty()) {
        size_t const end = raw.find('\n');
        if (end == raw.npos)
            return std::nullopt;
        std::string_view line = raw.substr(0, end);
        raw.remove_prefix(end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty())
            break;
        if (first ? !parse_request_line(line, header) : !parse_field(line, header))
            return std::nullopt;
        first = false;
    }
    if (first || !framing_is_unambiguous(header))
        return std::nullopt;
    return header;
}

bool is_kept_field(std::string_view name)
{
    return std::ranges::any_of(kept_fields,
                               [&](KeptField const &kept) { return equals_ignoring_case(kept.name, name); });
}

std::string compact_header(RequestHeader const &header, size_t max_bytes)
{
    std::string text;
    text.append(header.method).append(" ").append(header.target).append(" HTTP/").append(header.version);
    text.append("\r\n");
    for (KeptField const &kept : kept_fields) {
        std::string_view const value = header.find(kept.name);
        if (value.empty())
            continue;
        size_t const bytes = text.size();
        append_field(text, kept.name, trim(cut(kept, value)));
        if (!kept.is_needed() && text.size() + line_end.size() > max_bytes)
            text.resize(bytes);
    }
    return text.append(line_end);
}

bool asks_to_keep_alive(RequestHeader const &header)
{
    bool const is_old = header.version == "1.0";
    for (std::string_view const option : split(header.find("Connection"), ','))
        if (equals_ignoring_case(trim(option), is_old ? "keep-alive" : "close"))
            return is_old;
    return !is_old;
}

Credentials parse_authorization(std::string_view value)
{
    value = trim(value);
    if (value.empty())
        return {};
    size_t const blank = std::min(value.find(' '), value.size());
    std::string_view const scheme = value.substr(0, blank), parameter = trim(value.substr(blank));
    if (equals_ignoring_case(scheme, "Bearer"))
        return {parameter.empty() ? Credentials::Kind::malformed : Credentials::Kind::bearer, "",
                std::string(parameter)};
    if (!equals_ignoring_case(scheme, "Basic"))
        return {};
    auto const decoded = base64_decode(parameter);
    size_t const colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos || decoded->find('\0') != std::string::npos)
        return {Credentials::Kind::malformed, "", ""};
    std::string user = login_user_name(std::string_view(*decoded).substr(0, colon));
    if (user.empty())
        return {Credentials::Kind::malformed, "", ""};
    return {Credentials::Kind::basic, std::move(user), decoded->substr(colon + 1)};
}

std::string autodiscover_redirect(RequestHeader const &header)
{
    constexpr std::string_view document = "/autodiscover/autodiscover.xml";
    std::string_view const field = header.find("Host"), host = field.substr(0, field.find(':'));
    bool const is_name = !host.empty() && std::all_of(host.begin(), host.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '.';
    });
    if (header.method != "GET" || !equals_ignoring_case(header.target, document) || !is_name)
        return "";
    return std::string("https://").append(host).append(document);
}

std::string login_user_name(std::string_view typed)
{
    typed = trim(typed);
    size_t const backslash = typed.find('\\');
    if (backslash == typed.npos)
        return std::string(typed);
    std::string_view const domain = typed.substr(0, backslash), user = typed.substr(backslash + 1);
    if (user.empty() || user.find('@') != user.npos || domain.find('.') == domain.npos)
        return std::string(user);
    return std::string(user).append("@").append(domain);
}

std::string sasl_plain(std::string_view user, std::string_view password)
{
    std::string message(1, '\0');
    message.append(user).append(1, '\0').append(password);
    return base64_encode(message);
}

std::string sasl_oauthbearer(std::string_view user, std::string_view token)
{
    std::string message = "n,";
    if (!user.empty())
        message.append("a=").append(user);
    message.append(",\x01").append("auth=Bearer ").append(token).append("\x01\x01");
    return base64_encode(message);
}

std::optional<size_t> sized_body_bytes(RequestHeader const &header)
{
    if (!header.find("Transfer-Encoding").empty())
        return std::nullopt;
    std::string_view const length = header.find("Content-Length");
    return length.empty() ? 0 : parse_unsigned(length);
}

std::string_view forwarded_for(RequestHeader const &header)
{
    std::string_view last;
    for (RequestHeader::Field const &field : header.fields)
        if (equals_ignoring_case(field.name, "X-Forwarded-For"))
            last = trim(split(field.value, ',').back());
    return last;
}

} // namespace eas
