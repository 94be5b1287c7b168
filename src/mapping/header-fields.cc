// Splits a message, or a part of one, into header fields and body; reads values that have parameters.
#include "mapping/header-fields.h"
#include "base/text.h"
#include <algorithm>
#include <iterator>

namespace eas {

/// Takes a line off `rest`, its line end (CRLF or LF) included.
static std::string_view take_line(std::string_view &rest)
{
    size_t const end = rest.find('\n');
    auto const line = rest.substr(0, end == rest.npos ? end : end + 1);
    rest.remove_prefix(line.size());
    return line;
}

static std::string_view without_line_end(std::string_view line)
{
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

static bool is_continuation(std::string_view line)
{
    return line.starts_with(' ') || line.starts_with('\t');
}

/// The name before the colon, or "" if this is no field.
static std::string_view field_name(std::string_view line)
{
    size_t const colon = line.find(':');
    if (colon == line.npos || is_continuation(line))
        return {};
    auto const name = trim(line.substr(0, colon));
    bool const is_name = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 127; });
    return is_name ? name : std::string_view{};
}

MessagePieces split_message(std::string_view mime)
{
    MessagePieces pieces;
    std::string_view rest = mime;
    while (!rest.empty()) {
        std::string_view const before = rest;
        auto const line = take_line(rest);
        if (without_line_end(line).empty())
            break;
        auto const name = field_name(line);
        if (name.empty()) {
            rest = before;
            break;
        }
        size_t length = line.size();
        while (is_continuation(rest))
            length += take_line(rest).size();
        auto const text = without_line_end(before.substr(0, length));
        pieces.fields.push_back({name, text, text.substr(text.find(':') + 1)});
    }
    pieces.body = rest;
    return pieces;
}

void append_field(std::string &header, std::string_view text)
{
    while (!text.empty()) {
        std::ranges::remove_copy(without_line_end(take_line(text)), std::back_inserter(header), '\r');
        header += "\r\n";
    }
}

HeaderField const *find_field(MessagePieces const &pieces, std::string_view name)
{
    auto const found = std::ranges::find_if(
        pieces.fields, [&](HeaderField const &field) { return equals_ignoring_case(field.name, name); });
    return found == pieces.fields.end() ? nullptr : &*found;
}

namespace {

/// What stands behind the first semicolon: name=value pairs. Values are tokens or quoted strings.
class ParameterReader {
public:
    explicit ParameterReader(std::string_view text) : m_rest(text) {}

    /// False at the end.
    bool next(std::string &name, std::string &value)
    {
        size_t const start = m_rest.find_first_not_of("; \t\r\n");
        if (start == m_rest.npos)
            return false;
        m_rest.remove_prefix(start);
        name = to_lower(trim(take_until("=;")));
        value.clear();
        if (m_rest.starts_with('=')) {
            m_rest.remove_prefix(1);
            m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \t\r\n"), m_rest.size()));
            value = m_rest.starts_with('"') ? quoted() : std::string(trim(take_until(";")));
            take_until(";");
        }
        return true;
    }

private:
    std::string_view take_until(std::string_view ends)
    {
        auto const taken = m_rest.substr(0, m_rest.find_first_of(ends));
        m_rest.remove_prefix(taken.size());
        return taken;
    }

    std::string quoted()
    {
        std::string value;
        size_t at = 1;
        for (; at < m_rest.size() && m_rest[at] != '"'; ++at) {
            if (m_rest[at] == '\\' && at + 1 < m_rest.size())
                ++at;
            value += m_rest[at];
        }
        m_rest.remove_prefix(std::min(at + 1, m_rest.size()));
        return value;
    }

    std::string_view m_rest;
};

} // namespace

std::string_view FieldWithParameters::parameter(std::string_view name) const
{
    auto const found = std::ranges::find(parameters, name, [](auto const &each) { return each.first; });
    return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

FieldWithParameters parse_parameters(std::string_view value)
{
    FieldWithParameters parsed;
    size_t const semicolon = std::min(value.find(';'), value.size());
    parsed.value = to_lower(trim(value.substr(0, semicolon)));
    ParameterReader reader(value.substr(semicolon));
    std::string name, text;
    while (reader.next(name, text)) {
        name.resize(std::min(name.find('*'), name.size())); // RFC 2231: name*0*=
        parsed.parameters.emplace_back(name, text);
    }
    return parsed;
}

} // namespace eas
