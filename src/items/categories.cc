// See categories.h.
#include "items/categories.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace eas {

namespace {

struct KnownKeyword {
    std::string_view keyword, name;
};
/// As Thunderbird names them in English.
constexpr std::array labels{KnownKeyword{"$label1", "Important"}, KnownKeyword{"$label2", "Work"},
                            KnownKeyword{"$label3", "Personal"}, KnownKeyword{"$label4", "To Do"},
                            KnownKeyword{"$label5", "Later"}};
/// What clients agreed on before RFC 5788 gave such keywords a '$'.
constexpr std::array technical{std::string_view("Junk"),      std::string_view("NonJunk"),
                               std::string_view("NotJunk"),   std::string_view("JunkRecorded"),
                               std::string_view("MDNSent"),   std::string_view("Forwarded"),
                               std::string_view("Redirected")};
constexpr std::string_view unnamed_prefix = "unknown-"; ///< Dovecot's for a letter that it lost the name of
constexpr std::string_view punycode_prefix = "xn--";
constexpr size_t longest_keyword = 1000; ///< that is taken apart

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix)
{
    return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

using Characters = std::u32string; ///< code points

Characters characters_of(std::string_view utf8)
{
    Characters characters;
    while (!utf8.empty()) {
        auto bytes = utf8_prefix_characters(utf8, 1);
        auto first = static_cast<unsigned char>(bytes[0]);
        char32_t character = bytes.size() == 1 ? first : first & (0x7f >> bytes.size());
        for (char c : bytes.substr(1))
            character = character << 6 | (static_cast<unsigned char>(c) & 0x3f);
        characters += character;
        utf8.remove_prefix(bytes.size());
    }
    return characters;
}

std::string utf8_of(Characters const &characters)
{
    std::string text;
    for (auto c : characters) {
        int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static constexpr std::array<unsigned, 4> leads{0, 0xc0, 0xe0, 0xf0};
        text += static_cast<char>(leads[more] | c >> 6 * more);
        while (more-- > 0)
            text += static_cast<char>(0x80 | (c >> 6 * more & 0x3f));
    }
    return sanitize_utf8(text);
}

// Punycode as in RFC 3492, section 6; names as there.
constexpr uint32_t base = 36, tmin = 1, tmax = 26, skew = 38, damp = 700, initial_bias = 72, initial_n = 0x80;
constexpr uint32_t largest = std::numeric_limits<uint32_t>::max();

uint32_t adapt(uint32_t delta, size_t points, bool first)
{
    delta = first ? delta / damp : delta / 2;
    delta += delta / static_cast<uint32_t>(points);
    uint32_t k = 0;
    for (; delta > (base - tmin) * tmax / 2; k += base)
        delta /= base - tmin;
    return k + (base - tmin + 1) * delta / (delta + skew);
}

uint32_t threshold(uint32_t k, uint32_t bias)
{
    return k <= bias ? tmin : std::min(k - bias, tmax);
}

/// Of a name of `longest_category` characters at most: nothing overflows.
std::string punycode(Characters const &input)
{
    static constexpr char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string output;
    for (auto c : input)
        if (c < 0x80)
            output += static_cast<char>(c);
    size_t handled = output.size(), basic = handled;
    if (basic > 0)
        output += '-';
    uint32_t n = initial_n, delta = 0, bias = initial_bias;
    for (; handled < input.size(); ++delta, ++n) {
        uint32_t next = largest;
        for (auto c : input)
            if (c >= n)
                next = std::min<uint32_t>(next, c);
        delta += (next - n) * static_cast<uint32_t>(handled + 1);
        n = next;
        for (auto c : input) {
            delta += c < n;
            if (c != n)
                continue;
            uint32_t q = delta;
            for (uint32_t k = base;; k += base) {
                auto t = threshold(k, bias);
                if (q < t)
                    break;
                output += digits[t + (q - t) % (base - t)];
                q = (q - t) / (base - t);
            }
            output += digits[q];
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
    }
    return output;
}

std::optional<uint32_t> digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0' + 26;
    c = static_cast<char>(c | 0x20);
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return {};
}

/// Nothing if `text` is not Punycode.
std::optional<Characters> decode_punycode(std::string_view text)
{
    Characters output;
    if (auto delimiter = text.rfind('-'); delimiter != text.npos) {
        output.assign(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(delimiter));
        text.remove_prefix(delimiter + 1);
    }
    uint32_t n = initial_n, i = 0, bias = initial_bias;
    while (!text.empty()) {
        uint32_t before = i, weight = 1;
        for (uint32_t k = base;; k += base) {
            auto digit = text.empty() ? std::nullopt : digit_value(text.front());
            if (!digit || *digit > (largest - i) / weight)
                return {};
            text.remove_prefix(1);
            i += *digit * weight;
            auto t = threshold(k, bias);
            if (*digit < t)
                break;
            if (weight > largest / (base - t))
                return {};
            weight *= base - t;
        }
        auto length = static_cast<uint32_t>(output.size() + 1);
        bias = adapt(i - before, length, before == 0);
        if (i / length > 0x10ffff - n)
            return {};
        n += i / length;
        i %= length;
        output.insert(i++, 1, static_cast<char32_t>(n));
    }
    return output;
}

void append_escaped(Characters &out, unsigned char c)
{
    std::string_view const digits = "0123456789ABCDEF";
    for (char each : {'=', digits[c >> 4], digits[c & 15]})
        out += static_cast<char32_t>(each);
}

bool is_plain(char32_t c)
{
    return c > ' ' && c != 0x7f &&
           (c >= 0x80 ||
            std::string_view("(){%*\"\\]=_").find(static_cast<char>(c)) == std::string_view::npos);
}

Characters unescape(Characters const &text)
{
    Characters name;
    for (size_t at = 0; at < text.size(); ++at) {
        std::string digits;
        for (auto c : text.substr(at + 1, 2))
            digits += c < 0x80 ? static_cast<char>(c) : '?';
        auto byte = text[at] == '=' && digits.size() == 2 ? hex_decode(digits) : std::nullopt;
        if (byte && static_cast<unsigned char>(byte->front()) < 0x80) {
            name += static_cast<char32_t>(byte->front());
            at += 2;
        } else {
            name += text[at] == '_' ? U' ' : text[at];
        }
    }
    return name;
}

/// With the first character escaped in any case if `first`.
std::string encode(Characters const &name, bool first)
{
    Characters escaped;
    bool ascii = true;
    for (auto c : name) {
        ascii &= c < 0x80;
        if (c == ' ' && !first)
            escaped += U'_';
        else if (c < 0x80 && (first || !is_plain(c)))
            append_escaped(escaped, static_cast<unsigned char>(c));
        else
            escaped += c;
        first = false;
    }
    if (ascii)
        return utf8_of(escaped);
    return std::string(punycode_prefix) + punycode(escaped);
}

} // namespace

bool is_category(std::string_view keyword)
{
    auto is_keyword = [&](std::string_view other) { return equals_ignoring_case(keyword, other); };
    if (keyword.starts_with('$'))
        return std::ranges::any_of(labels, is_keyword, &KnownKeyword::keyword);
    return std::ranges::none_of(technical, is_keyword) && !starts_with_ignoring_case(keyword, unnamed_prefix);
}

std::string category_name(std::string_view keyword)
{
    for (auto &label : labels)
        if (equals_ignoring_case(keyword, label.keyword))
            return std::string(label.name);
    keyword = keyword.substr(0, longest_keyword);
    if (starts_with_ignoring_case(keyword, punycode_prefix))
        if (auto decoded = decode_punycode(keyword.substr(punycode_prefix.size()));
            decoded && !decoded->empty())
            return utf8_of(unescape(*decoded));
    return utf8_of(unescape(characters_of(sanitize_utf8(keyword))));
}

std::string category_keyword(std::string_view name)
{
    auto characters = characters_of(sanitize_utf8(name));
    if (characters.empty() || characters.size() > longest_category)
        return {};
    for (auto &label : labels)
        if (name == label.name)
            return std::string(label.keyword);
    auto keyword = encode(characters, false);
    bool is_ascii = std::ranges::all_of(characters, [](char32_t c) { return c < 0x80; });
    bool misleads =
        keyword.starts_with('$') || (is_ascii && starts_with_ignoring_case(keyword, punycode_prefix));
    return is_category(keyword) && !misleads ? keyword : encode(characters, true);
}

std::vector<std::string> category_names(std::vector<std::string> const &keywords)
{
    std::vector<std::string> names;
    for (auto &keyword : keywords)
        if (is_category(keyword))
            names.push_back(category_name(keyword));
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end()); // clang 14 has no std::ranges::unique
    return names;
}

} // namespace eas
