// See encoded-words.h.
#include "mapping/encoded-words.h"
#include "base/text.h"
#include "mapping/charset.h"
#include "mapping/transfer-encoding.h"
#include <algorithm>

namespace eas {

namespace {

std::string unquoted(std::string_view name)
{
    name = trim(name);
    if (name.size() < 2 || !name.starts_with('"') || !name.ends_with('"'))
        return std::string(name);
    std::string text;
    for (size_t i = 1; i + 1 < name.size(); ++i) {
        if (name[i] == '\\' && i + 2 < name.size())
            ++i;
        text += name[i];
    }
    return text;
}

/// Of "=?utf-8?q?J=C3=BCrgen_M?=" the text; nothing if `word` is no encoded word.
std::optional<std::string> decoded_word(std::string_view word)
{
    auto const parts = split(word, '?');
    if (parts.size() != 5 || parts[0] != "=" || parts[4] != "=" || parts[2].size() != 1)
        return std::nullopt;
    std::string data(parts[3]);
    bool const is_quoted = parts[2] == "q" || parts[2] == "Q";
    if (is_quoted)
        std::ranges::replace(data, '_', ' ');
    auto const charset = parts[1].substr(0, parts[1].find('*')); // RFC 2231 5: a language behind it
    return decode_charset(decode_transfer_encoding(data, is_quoted ? "quoted-printable" : "base64"), charset);
}

} // namespace

std::string decode_display_name(std::string_view name)
{
    std::string const plain = unquoted(name);
    std::string text;
    bool was_encoded = false;
    for (auto const word : split(plain, ' ')) {
        auto decoded = decoded_word(word);
        if (!text.empty() && !(was_encoded && decoded))
            text += ' ';
        was_encoded = decoded.has_value();
        text += decoded ? *decoded : std::string(word);
    }
    return sanitize_utf8(text);
}

} // namespace eas
