// The query has two forms that say the same. A base64 one holds neither '=' (but as padding) nor '&', and a
// plain one always has "Cmd=": so they are told apart. Clients send base64 in any of its alphabets, with
// '+' and '/' escaped or not, with or without padding.
#include "session/request-line.h"
#include "base/text.h"
#include "device/device.h"
#include <algorithm>

namespace eas {
namespace {

struct CommandCode {
    uint8_t code;
    std::string_view name;
};

/// MS-ASHTTP 2.2.1.1.1.1.2. Autodiscover and Find have no code; GetHierarchy had its own in earlier
/// revisions.
constexpr CommandCode command_codes[] = {
    {0, "Sync"},
    {1, "SendMail"},
    {2, "SmartForward"},
    {3, "SmartReply"},
    {4, "GetAttachment"},
    {5, "GetHierarchy"},
    {9, "FolderSync"},
    {10, "FolderCreate"},
    {11, "FolderDelete"},
    {12, "FolderUpdate"},
    {13, "MoveItems"},
    {14, "GetItemEstimate"},
    {15, "MeetingResponse"},
    {16, "Search"},
    {17, "Settings"},
    {18, "Ping"},
    {19, "ItemOperations"},
    {20, "Provision"},
    {21, "ResolveRecipients"},
    {22, "ValidateCert"},
};
constexpr std::string_view commands_without_code[] = {"Autodiscover", "Find"};

struct Parameter {
    std::string_view name; ///< in the plain form
    int tag;               ///< in the base64 form; -1: it has none
    std::string RequestLine::*member;
};

/// MS-ASHTTP 2.2.1.1.1.1.3 and 2.2.1.1.1.2. Tags 2 and 5 are of earlier revisions.
constexpr Parameter parameters[] = {
    {"Cmd", -1, &RequestLine::command},
    {"User", 8, &RequestLine::user},
    {"DeviceId", -1, &RequestLine::device_id},
    {"DeviceType", -1, &RequestLine::device_type},
    {"AttachmentName", 0, &RequestLine::attachment_name},
    {"CollectionId", 1, &RequestLine::collection_id},
    {"CollectionName", 2, &RequestLine::collection_name},
    {"ItemId", 3, &RequestLine::item_id},
    {"LongId", 4, &RequestLine::long_id},
    {"ParentId", 5, &RequestLine::parent_id},
    {"Occurrence", 6, &RequestLine::occurrence},
};
constexpr uint8_t options_tag = 7, option_save_in_sent = 0x01, option_accept_multi_part = 0x02;
constexpr size_t longest_device_id = 32;

/// What is wrong there has a Status of its own: see RequestLine::device_fault.
bool is_of_device(Parameter const &parameter)
{
    return parameter.member == &RequestLine::device_id || parameter.member == &RequestLine::device_type;
}

Error malformed(std::string_view field, std::string_view what)
{
    return {ErrorKind::bad_request, std::string(field).append(": ").append(what)};
}

/// The specification's spelling; `name` itself if it is no command.
std::string spelled_as_specified(std::string_view name)
{
    for (auto const &command : command_codes)
        if (equals_ignoring_case(command.name, name))
            return std::string(command.name);
    for (auto const &command : commands_without_code)
        if (equals_ignoring_case(command, name))
            return std::string(command);
    return std::string(name);
}

std::string command_of_code(uint8_t code)
{
    for (auto const &command : command_codes)
        if (command.code == code)
            return std::string(command.name);
    return "code " + std::to_string(code);
}

bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// No field has a use for them, and a log line suffers from them.
bool has_control_characters(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

/// What is wrong with what the client says of its device; "" if nothing is.
std::string device_fault(RequestLine const &line)
{
    if (line.device_id.empty())
        return "DeviceId: missing";
    if (line.device_id.size() > longest_device_id)
        return "DeviceId: longer than 32 characters";
    if (!std::ranges::all_of(line.device_id, is_alphanumeric))
        return "DeviceId: not only letters and digits";
    if (!is_device_id(line.device_id))
        return "DeviceId: names no device: " + line.device_id;
    if (line.device_type.empty())
        return "DeviceType: missing";
    return "";
}

/// `line` as both forms demand it.
Result<RequestLine> checked(RequestLine line)
{
    if (line.command.empty())
        return malformed("Cmd", "missing");
    if (line.device_fault.empty())
        line.device_fault = device_fault(line);
    if (!line.device_fault.empty())
        line.device_id.clear(); // so that nothing is ever stored under it
    return line;
}

Result<RequestLine> parse_plain(std::string_view query)
{
    RequestLine line;
    for (std::string_view const piece : split(query, '&')) {
        size_t const equals = piece.find('=');
        std::string_view const name = piece.substr(0, equals);
        auto const value =
            percent_decode(equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1));
        if (equals_ignoring_case(name, "SaveInSent")) {
            line.save_in_sent = value && equals_ignoring_case(*value, "T");
            continue;
        }
        auto const *parameter = std::ranges::find_if(
            parameters, [&](Parameter const &each) { return equals_ignoring_case(each.name, name); });
        if (parameter == std::end(parameters))
            continue;
        std::string &member = line.*parameter->member;
        char const *fault = !value                                ? "a wrong %-escape"
                            : has_control_characters(*value)      ? "control characters"
                            : !member.empty() && member != *value ? "given twice"
                                                                  : nullptr;
        if (fault == nullptr)
            member = *value;
        else if (is_of_device(*parameter))
            line.device_fault = std::string(parameter->name) + ": " + fault;
        else
            return malformed(parameter->name, fault);
    }
    line.command = spelled_as_specified(line.command);
    return checked(std::move(line));
}

/// Fields of the base64 form, one after the other.
class FieldReader {
public:
    explicit FieldReader(std::string_view bytes) : m_rest(bytes) {}
    bool at_end() const { return m_rest.empty(); }

    /// `count` bytes, lowest first.
    std::optional<uint32_t> number(size_t count)
    {
        auto const bytes = take(count);
        if (!bytes)
            return std::nullopt;
        uint32_t value = 0;
        for (size_t i = 0; i < count; i++)
            value |= uint32_t{static_cast<uint8_t>((*bytes)[i])} << (8 * i);
        return value;
    }

    /// A length byte and as many bytes.
    std::optional<std::string> text()
    {
        auto const length = number(1);
        return length ? take(*length) : std::nullopt;
    }

private:
    std::optional<std::string> take(size_t count)
    {
        if (count > m_rest.size())
            return std::nullopt;
        std::string const bytes(m_rest.substr(0, count));
        m_rest.remove_prefix(count);
        return bytes;
    }

    std::string_view m_rest;
};

/// 2.2.1.1.1.1: the device id is "a string or a GUID"; the bytes of a GUID become hexadecimal digits.
std::string device_id_text(std::string bytes)
{
    constexpr size_t guid_bytes = 16;
    if (bytes.size() == guid_bytes && !std::ranges::all_of(bytes, is_alphanumeric))
        return hex_encode(bytes);
    return bytes;
}

Result<void> parse_policy_key(FieldReader &fields, RequestLine &line)
{
    auto const length = fields.number(1);
    if (!length || (*length != 0 && *length != 4))
        return malformed("policy key", "its length is neither 0 nor 4");
    if (*length == 0)
        return {};
    line.policy_key = fields.number(4);
    if (!line.policy_key)
        return malformed("policy key", "ends too early");
    return {};
}

/// 2.2.1.1.1.1.1
Result<void> parse_parameter(FieldReader &fields, RequestLine &line)
{
    auto const tag = fields.number(1);
    auto const value = fields.text();
    if (!tag || !value)
        return malformed("command parameters", "end too early");
    if (*tag == options_tag) {
        if (value->size() != 1)
            return malformed("Options", "not one byte");
        line.save_in_sent = (value->front() & option_save_in_sent) != 0;
        line.accept_multi_part = (value->front() & option_accept_multi_part) != 0;
        return {};
    }
    auto const *parameter = std::ranges::find(parameters, static_cast<int>(*tag), &Parameter::tag);
    if (parameter == std::end(parameters))
        return {};
    if (has_control_characters(*value))
        return malformed(parameter->name, "control characters");
    line.*parameter->member = *value;
    return {};
}

Result<RequestLine> parse_bytes(std::string_view bytes)
{
    FieldReader fields(bytes);
    auto const version = fields.number(1), command = fields.number(1), locale = fields.number(2);
    auto const device_id = fields.text();
    if (!version || !command || !locale || !device_id)
        return malformed("base64 query", "ends before the device id");
    RequestLine line;
    line.version = ProtocolVersion{static_cast<uint8_t>(*version)};
    line.command = command_of_code(static_cast<uint8_t>(*command));
    line.locale = static_cast<uint16_t>(*locale);
    line.device_id = device_id_text(*device_id);
    if (auto const parsed = parse_policy_key(fields, line); !parsed)
        return parsed.error();
    auto const device_type = fields.text();
    if (!device_type)
        return malformed("DeviceType", "ends too early");
    if (has_control_characters(*device_type))
        line.device_fault = "DeviceType: control characters";
    else
        line.device_type = *device_type;
    while (!fields.at_end())
        if (auto const parsed = parse_parameter(fields, line); !parsed)
            return parsed.error();
    return checked(std::move(line));
}

bool is_plain(std::string_view query)
{
    size_t const equals = query.find('=');
    return query.find('&') != std::string_view::npos ||
           (equals != std::string_view::npos &&
            query.find_first_not_of('=', equals) != std::string_view::npos);
}

} // namespace

Result<RequestLine> parse_query(std::string_view query)
{
    if (query.empty())
        return malformed("query", "missing");
    if (is_plain(query))
        return parse_plain(query);
    auto encoded = percent_decode(query);
    if (!encoded)
        return malformed("query", "a wrong %-escape");
    std::ranges::replace(*encoded, '-', '+');
    std::ranges::replace(*encoded, '_', '/');
    std::ranges::replace(*encoded, ' ', '+'); // a proxy took '+' for a blank
    auto const bytes = base64_decode(*encoded);
    if (!bytes)
        return malformed("query", "neither plain nor base64");
    return parse_bytes(*bytes);
}

} // namespace eas
