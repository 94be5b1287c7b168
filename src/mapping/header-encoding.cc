// A line has at most 78 characters where the text lets it be folded; an encoded word has at most 75.
#include "mapping/header-encoding.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include <algorithm>
#include <array>

namespace eas {

static constexpr size_t max_line_characters = 76, max_unbroken_characters = 70;
static constexpr size_t max_word_bytes = 39; // 52 characters of base64, and the longest name of a field

/// One line of valid UTF-8.
static std::string one_line(std::string_view text)
{
    std::string line = sanitize_utf8(text);
    for (char &c : line)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f')
            c = ' ';
    return std::string(trim(line));
}

static bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 127; });
}

static bool needs_encoding(std::string_view text)
{
    if (!is_ascii(text) || text.find("=?") != text.npos)
        return true;
    auto const words = split(text, ' ');
    return std::ranges::any_of(words, [](auto word) { return word.size() > max_unbroken_characters; });
}

static std::string encoded_words(std::string_view text)
{
    std::string words;
    while (!text.empty()) {
        auto const piece = utf8_prefix(text, max_word_bytes);
        words += words.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?";
        words += base64_encode(piece) + "?=";
        text.remove_prefix(piece.size());
    }
    return words;
}

/// Breaks lines before a blank that a word follows.
static std::string folded(std::string_view text, size_t column)
{
    std::string out;
    while (!text.empty()) {
        size_t const word = std::min(text.find_first_not_of(' '), text.size());
        size_t const end = std::min(text.find(' ', word), text.size());
        if (column + end > max_line_characters && word > 0 && word < end && column > 1) {
            out += "\r\n";
            column = 0;
        }
        out += text.substr(0, end);
        column += end;
        text.remove_prefix(end);
    }
    return out;
}

std::string text_field(std::string_view name, std::string_view text)
{
    auto const line = one_line(text);
    std::string field(name);
    field += ": ";
    return field + (needs_encoding(line) ? encoded_words(line) : folded(line, field.size())) + "\r\n";
}

static std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

static std::string phrase(std::string_view name)
{
    return needs_encoding(name) ? encoded_words(name) : quoted(name);
}

/// Nothing may end it early, and a blank would make two words of it.
static std::string safe_address(std::string_view address)
{
    std::string safe = one_line(address);
    std::erase_if(safe, [](char c) { return c == '<' || c == '>' || c == ' ' || c == ','; });
    return safe;
}

static std::string format(Address const &address)
{
    constexpr std::string_view specials = " ()<>[]:;@\\,\"";
    auto const name = one_line(address.name), text = one_line(address.address);
    if (text.find('@') == text.npos) {
        auto const &shown = text.empty() ? name : text;
        bool const is_plain = shown.find_first_of(specials) == shown.npos && !needs_encoding(shown);
        return is_plain ? shown : phrase(shown);
    }
    return name.empty() ? safe_address(text) : phrase(name) + " <" + safe_address(text) + ">";
}

std::string address_field(std::string_view name, std::string_view addresses)
{
    std::string list;
    for (auto const &address : parse_addresses(addresses)) {
        auto const text = format(address);
        if (!text.empty())
            list += (list.empty() ? "" : ",\r\n ") + text;
    }
    return list.empty() ? "" : std::string(name) + ": " + list + "\r\n";
}

std::string parameter_text(std::string_view name, std::string_view value)
{
    auto const line = one_line(value);
    std::string text = ";\r\n ";
    if (is_ascii(line))
        return text.append(name) + "=" + quoted(line);
    text.append(name).append("*=utf-8''");
    static constexpr char digits[] = "0123456789ABCDEF";
    for (char c : line) {
        auto const byte = static_cast<unsigned char>(c);
        bool const is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                              c == '.' || c == '-' || c == '_';
        if (is_plain)
            text += c;
        else
            text.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    return text;
}

} // namespace eas
