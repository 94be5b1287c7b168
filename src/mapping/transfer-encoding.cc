// RFC 2045 section 6.7 (quoted-printable) and 6.8 (base64).
#include "mapping/transfer-encoding.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

static constexpr size_t max_line_characters = 75; // one more for the "=" of a soft line break

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// Up to the first padding; a last character that is alone says nothing.
static std::string decode_base64(std::string_view text)
{
    std::string digits;
    std::ranges::copy_if(text.substr(0, text.find('=')), std::back_inserter(digits), is_base64);
    if (digits.size() % 4 == 1)
        digits.pop_back();
    digits.append((4 - digits.size() % 4) % 4, '=');
    return base64_decode(digits).value_or("");
}

/// Without the blanks before a line end, which some relay has added.
static std::string_view without_padding(std::string_view line)
{
    while (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

static void append_decoded(std::string &out, std::string_view line)
{
    for (size_t i = 0; i < line.size(); ++i) {
        int const high = line[i] == '=' && i + 2 < line.size() ? hex_value(line[i + 1]) : -1;
        int const low = high >= 0 ? hex_value(line[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            out += line[i];
        }
    }
}

static std::string decode_quoted_printable(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        size_t const end = std::min(text.find('\n'), text.size());
        bool const is_last = end == text.size();
        auto line = without_padding(text.substr(0, end));
        bool const is_soft = line.ends_with('=');
        if (is_soft)
            line.remove_suffix(1);
        append_decoded(out, line);
        if (!is_soft && !is_last)
            out += "\r\n";
        text.remove_prefix(is_last ? end : end + 1);
    }
    return out;
}

std::string decode_transfer_encoding(std::string_view bytes, std::string_view encoding)
{
    if (equals_ignoring_case(encoding, "base64"))
        return decode_base64(bytes);
    if (equals_ignoring_case(encoding, "quoted-printable"))
        return decode_quoted_printable(bytes);
    return std::string(bytes);
}

/// A line without its end. A blank at the end is encoded, or it would be lost; so are the dot and the "F" of
/// "From " at the start, which some servers treat as theirs.
static void append_quoted(std::string &out, std::string_view line)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    size_t column = 0;
    for (size_t i = 0; i < line.size(); ++i) {
        char const c = line[i];
        bool const is_blank = c == ' ' || c == '\t';
        bool const is_plain = (c > ' ' && c <= '~' && c != '=') || (is_blank && i + 1 < line.size());
        bool const is_special = i == 0 && (c == '.' || line.starts_with("From "));
        size_t const width = is_plain && !is_special ? 1 : 3;
        if (column + width > max_line_characters) {
            out += "=\r\n";
            column = 0;
        }
        column += width;
        if (width == 1) {
            out += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out.append(1, '=').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
}

std::string quoted_printable(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    while (!text.empty()) {
        size_t const end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        append_quoted(out, line);
        out += "\r\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace eas
