// base64 and hexadecimal digits by tables made at compile time; UTF-8 by the well-formedness table of the
// Unicode Standard (table 3-7), so that malformed text gives one U+FFFD where other programs give one too.
#include "base/text.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>

namespace eas {
namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view hex_alphabet = "0123456789abcdef";
constexpr uint8_t no_digit = 0xFF;

/// Of each byte its place in the alphabet, or no_digit.
constexpr std::array<uint8_t, 256> places_in(std::string_view alphabet)
{
    std::array<uint8_t, 256> places{};
    places.fill(no_digit);
    for (size_t i = 0; i < alphabet.size(); i++)
        places[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
    return places;
}

constexpr auto base64_places = places_in(base64_alphabet);
constexpr auto base64url_places = places_in(base64url_alphabet);
constexpr auto hex_places = [] {
    auto places = places_in(hex_alphabet);
    for (char upper = 'A'; upper <= 'F'; upper++)
        places[static_cast<uint8_t>(upper)] = static_cast<uint8_t>(upper - 'A' + 10);
    return places;
}();

std::string encode_base64(std::string_view bytes, std::string_view alphabet, bool pad)
{
    std::string out((bytes.size() + 2) / 3 * 4, '=');
    auto const *from = reinterpret_cast<uint8_t const *>(bytes.data());
    char *to = out.data();
    auto const put = [&](uint32_t group, size_t digits) {
        for (size_t k = 0; k < digits; k++)
            *to++ = alphabet[group >> (18 - 6 * k) & 0x3F];
    };
    size_t left = bytes.size();
    for (; left >= 3; left -= 3, from += 3)
        put(uint32_t{from[0]} << 16 | uint32_t{from[1]} << 8 | from[2], 4);
    if (left > 0)
        put(uint32_t{from[0]} << 16 | (left == 2 ? uint32_t{from[1]} << 8 : 0), left + 1);
    if (!pad)
        out.resize(static_cast<size_t>(to - out.data()));
    return out;
}

/// Padding may be missing, but not wrong.
std::optional<std::string> decode_base64(std::string_view text, std::array<uint8_t, 256> const &places,
                                         bool skip_line_breaks)
{
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    uint32_t group = 0;
    size_t digits = 0, padding = 0;
    for (char const c : text) {
        if (skip_line_breaks && (c == '\r' || c == '\n'))
            continue;
        if (c == '=') {
            padding++;
            continue;
        }
        uint8_t const digit = places[static_cast<uint8_t>(c)];
        if (digit == no_digit || padding > 0)
            return std::nullopt;
        group = group << 6 | digit;
        if (++digits % 4 == 0) {
            out += static_cast<char>(group >> 16);
            out += static_cast<char>(group >> 8);
            out += static_cast<char>(group);
        }
    }
    size_t const rest = digits % 4; // 0, or 2 digits for one byte, 3 for two
    if (rest == 1 || (padding != 0 && (rest == 0 || padding != 4 - rest)))
        return std::nullopt;
    if (rest == 2)
        out += static_cast<char>(group >> 4);
    if (rest == 3) {
        out += static_cast<char>(group >> 10);
        out += static_cast<char>(group >> 2);
    }
    return out;
}

template <std::integral Number> std::optional<Number> parse_number(std::string_view text)
{
    Number number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

constexpr bool is_continuation(char c)
{
    return (static_cast<uint8_t>(c) & 0xC0) == 0x80;
}

struct Sequence {
    size_t bytes;      ///< length, 1 at least
    bool is_character; ///< well-formed and a character of XML 1.0
};

/// What a sequence that starts with this byte needs: Unicode, table 3-7.
struct LeadByte {
    size_t bytes = 0; ///< 0: no character starts so
    uint8_t second_low = 0x80, second_high = 0xBF;
};

constexpr LeadByte lead_byte(uint8_t byte)
{
    if (byte < 0x80)
        return {1};
    if (byte >= 0xC2 && byte <= 0xDF)
        return {2};
    if (byte >= 0xE0 && byte <= 0xEF)
        return {3, byte == 0xE0 ? uint8_t{0xA0} : uint8_t{0x80},
                byte == 0xED ? uint8_t{0x9F} : uint8_t{0xBF}};
    if (byte >= 0xF0 && byte <= 0xF4)
        return {4, byte == 0xF0 ? uint8_t{0x90} : uint8_t{0x80},
                byte == 0xF4 ? uint8_t{0x8F} : uint8_t{0xBF}};
    return {};
}

/// The sequence at the start of `text`, which is not empty. What is malformed is as long as the
/// beginning of a character that it might be, so that each gives one U+FFFD.
Sequence first_sequence(std::string_view text)
{
    auto const byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
    LeadByte const lead = lead_byte(byte(0));
    if (lead.bytes == 0)
        return {1, false};
    if (lead.bytes == 1)
        return {1, byte(0) >= 0x20 || byte(0) == '\t' || byte(0) == '\n' || byte(0) == '\r'};
    size_t length = 1;
    while (length < lead.bytes && length < text.size()) {
        uint8_t const low = length == 1 ? lead.second_low : 0x80;
        uint8_t const high = length == 1 ? lead.second_high : 0xBF;
        if (byte(length) < low || byte(length) > high)
            return {length, false};
        length++;
    }
    bool const is_fffe_or_ffff = length == 3 && byte(0) == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE;
    return {length, length == lead.bytes && !is_fffe_or_ffff};
}

} // namespace

std::string base64_encode(std::string_view bytes)
{
    return encode_base64(bytes, base64_alphabet, true);
}

std::optional<std::string> base64_decode(std::string_view text)
{
    return decode_base64(text, base64_places, true);
}

std::string base64url_encode(std::string_view bytes)
{
    return encode_base64(bytes, base64url_alphabet, false);
}

std::optional<std::string> base64url_decode(std::string_view text)
{
    return decode_base64(text, base64url_places, false);
}

std::string hex_encode(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size() * 2);
    for (char const c : bytes) {
        out += hex_alphabet[static_cast<uint8_t>(c) >> 4];
        out += hex_alphabet[static_cast<uint8_t>(c) & 0xF];
    }
    return out;
}

std::optional<std::string> hex_decode(std::string_view text)
{
    if (text.size() % 2 != 0)
        return std::nullopt;
    std::string out;
    out.reserve(text.size() / 2);
    for (size_t i = 0; i < text.size(); i += 2) {
        uint8_t const high = hex_places[static_cast<uint8_t>(text[i])];
        uint8_t const low = hex_places[static_cast<uint8_t>(text[i + 1])];
        if (high == no_digit || low == no_digit)
            return std::nullopt;
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text)
{
    size_t const plain = std::min(text.find('%'), text.size());
    std::string out(text.substr(0, plain));
    out.reserve(text.size());
    for (size_t i = plain; i < text.size(); i++) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (text.size() - i < 3)
            return std::nullopt;
        auto const byte = hex_decode(text.substr(i + 1, 2));
        if (!byte)
            return std::nullopt;
        out += *byte;
        i += 2;
    }
    return out;
}

static constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string to_lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    for (;;) {
        size_t const end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return pieces;
        text.remove_prefix(end + 1);
    }
}

std::string_view trim(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    size_t const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<uint64_t> parse_unsigned(std::string_view text)
{
    return parse_number<uint64_t>(text);
}
std::optional<int64_t> parse_signed(std::string_view text)
{
    return parse_number<int64_t>(text);
}

std::string_view utf8_prefix(std::string_view text, size_t bytes)
{
    if (bytes >= text.size())
        return text;
    while (bytes > 0 && is_continuation(text[bytes]))
        bytes--;
    return text.substr(0, bytes);
}

std::string_view utf8_prefix_characters(std::string_view text, size_t count)
{
    size_t end = 0;
    for (; end < text.size(); end++)
        if (!is_continuation(text[end]) && count-- == 0)
            break;
    return text.substr(0, end);
}

std::string sanitize_utf8(std::string_view text)
{
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    std::string out;
    out.reserve(text.size());
    size_t copied = 0;
    for (size_t position = 0; position < text.size();) {
        if (auto const c = static_cast<uint8_t>(text[position]); c >= 0x20 && c < 0x80) {
            position++;
            continue;
        }
        Sequence const sequence = first_sequence(text.substr(position));
        if (!sequence.is_character) {
            out.append(text, copied, position - copied).append(replacement);
            copied = position + sequence.bytes;
        }
        position += sequence.bytes;
    }
    return out.append(text, copied);
}

} // namespace eas
