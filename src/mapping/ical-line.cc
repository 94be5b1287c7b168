// See ical-line.h.
#include "mapping/ical-line.h"
#include "base/text.h"
#include "mapping/charset.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t longest_line = 75; ///< octets without the line end. RFC 5545 3.1.

bool is_control(char c)
{
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

bool is_name_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::string to_upper(std::string_view text)
{
    std::string upper(text);
    for (char &c : upper)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

/// The length of the fold (line end and blank) that `text` starts with, 0 if it is none.
size_t fold_length(std::string_view text)
{
    size_t const end = text.starts_with("\r\n") ? 2 : text.starts_with('\n') ? 1 : 0;
    return end && end < text.size() && (text[end] == ' ' || text[end] == '\t') ? end + 1 : 0;
}

/// RFC 6868. An unknown escape stays as it is.
std::string decode_parameter(std::string_view text)
{
    std::string decoded;
    for (size_t i = 0; i < text.size(); i++) {
        char const next = text[i] == '^' && i + 1 < text.size() ? text[i + 1] : '\0';
        if (next == 'n' || next == '^' || next == '\'') {
            decoded += next == 'n' ? '\n' : next == '^' ? '^' : '"';
            i++;
        } else
            decoded += text[i];
    }
    return decoded;
}

std::string encode_parameter(std::string_view value)
{
    std::string encoded;
    for (char const c : value) {
        if (c == '\n')
            encoded += "^n";
        else if (c == '^')
            encoded += "^^";
        else if (c == '"')
            encoded += "^'";
        else if (!is_control(c))
            encoded += c;
    }
    bool const quoted = encoded.find_first_of(":;,") != std::string::npos;
    return quoted ? '"' + encoded + '"' : encoded;
}

/// Reads one parameter value off the front of `rest`; false if its quote stays open.
bool take_parameter_value(std::string_view &rest, std::string &value)
{
    bool const quoted = rest.starts_with('"');
    size_t end = quoted ? rest.find('"', 1) : rest.find_first_of(",;:");
    if (end == rest.npos)
        return false;
    value = decode_parameter(rest.substr(quoted, end - quoted));
    rest.remove_prefix(end + quoted);
    return true;
}

/// Reads ";NAME=value,value" off the front of `rest`.
bool take_parameter(std::string_view &rest, IcalParameter &parameter)
{
    rest.remove_prefix(1);
    auto const end = rest.find_first_of("=;:");
    if (end == rest.npos || end == 0 || !std::ranges::all_of(rest.substr(0, end), is_name_character))
        return false;
    parameter.name = to_upper(rest.substr(0, end));
    rest.remove_prefix(end);
    while (rest.starts_with(parameter.values.empty() ? '=' : ',')) {
        rest.remove_prefix(1);
        if (!take_parameter_value(rest, parameter.values.emplace_back()))
            return false;
    }
    return rest.starts_with(';') || rest.starts_with(':');
}

} // namespace

std::string IcalProperty::parameter(std::string_view parameter_name) const
{
    for (auto const &each : parameters)
        if (equals_ignoring_case(each.name, parameter_name))
            return each.values.empty() ? std::string() : read_utf8(each.values.front());
    return {};
}

std::string IcalProperty::text() const
{
    return unescape_ical_text(value);
}

IcalProperty ical_text_property(std::string name, std::string_view text)
{
    return {std::move(name), {}, escape_ical_text(text)};
}

std::string ical_line_name(std::string_view line)
{
    std::string name;
    for (;;) {
        auto const end =
            static_cast<size_t>(std::ranges::find_if_not(line, is_name_character) - line.begin());
        name += to_upper(line.substr(0, end));
        line.remove_prefix(end);
        if (line.starts_with(':') || line.starts_with(';'))
            return name;
        auto const fold = fold_length(line);
        if (fold == 0)
            return {};
        line.remove_prefix(fold);
    }
}

std::optional<IcalProperty> parse_ical_line(std::string_view line)
{
    auto const unfolded = unfold_ical_line(line);
    IcalProperty property;
    property.name = ical_line_name(unfolded);
    if (property.name.empty())
        return {};
    auto rest = std::string_view(unfolded).substr(property.name.size());
    while (rest.starts_with(';'))
        if (!take_parameter(rest, property.parameters.emplace_back()))
            return {};
    property.value = rest.substr(1);
    return property;
}

std::string without_controls(std::string_view text)
{
    std::string kept;
    std::ranges::copy_if(text, std::back_inserter(kept), [](char c) { return !is_control(c); });
    return kept;
}

std::string format_ical_line(IcalProperty const &property)
{
    std::string line = property.name;
    for (auto const &parameter : property.parameters) {
        line += ';' + parameter.name;
        for (size_t i = 0; i < parameter.values.size(); i++)
            line += (i == 0 ? '=' : ',') + encode_parameter(parameter.values[i]);
    }
    line += ':';
    return line + without_controls(property.value);
}

std::string fold_ical_line(std::string_view line, std::string_view line_end)
{
    std::string folded;
    size_t room = longest_line;
    while (line.size() > room) {
        size_t cut = room;
        // No character has more than 4 octets: what goes on longer is no UTF-8.
        while (cut > room - 4 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80)
            cut--;
        folded.append(line.substr(0, cut)).append(line_end) += ' ';
        line.remove_prefix(cut);
        room = longest_line - 1;
    }
    return folded.append(line).append(line_end);
}

std::string unfold_ical_line(std::string_view folded)
{
    if (folded.ends_with('\n'))
        folded.remove_suffix(folded.ends_with("\r\n") ? 2 : 1);
    std::string line;
    line.reserve(folded.size());
    while (!folded.empty()) {
        if (auto const fold = fold_length(folded)) {
            folded.remove_prefix(fold);
            continue;
        }
        auto const end = std::min(folded.find_first_of("\r\n", 1), folded.size());
        line.append(folded.substr(0, end));
        folded.remove_prefix(end);
    }
    return line;
}

std::string escape_ical_text(std::string_view text)
{
    std::string value;
    for (size_t i = 0; i < text.size(); i++) {
        char const c = text[i];
        if (c == '\r' && text.substr(i + 1).starts_with('\n'))
            continue;
        if (c == '\n' || c == '\r')
            value += "\\n";
        else if (c == '\\' || c == ';' || c == ',')
            value.append(1, '\\') += c;
        else if (!is_control(c))
            value += c;
    }
    return value;
}

std::string unescape_ical_text(std::string_view value)
{
    std::string text;
    for (size_t i = 0; i < value.size(); i++) {
        if (value[i] == '\\' && i + 1 < value.size()) {
            char const next = value[++i];
            text += next == 'n' || next == 'N' ? '\n' : next;
        } else
            text += value[i];
    }
    return read_utf8(text);
}

std::vector<std::string> split_ical_text_list(std::string_view value)
{
    std::vector<std::string> texts;
    size_t start = 0;
    for (size_t i = 0; i <= value.size(); i++) {
        if (i == value.size() || value[i] == ',') {
            texts.push_back(unescape_ical_text(value.substr(start, i - start)));
            start = i + 1;
        } else if (value[i] == '\\' && i + 1 < value.size())
            i++;
    }
    return texts;
}

} // namespace eas
