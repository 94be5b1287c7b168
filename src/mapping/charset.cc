// iconv of the C library, and ICU for the charsets that it has not. They take names from the client, so only
// those that look like a charset's.
#include "mapping/charset.h"
#include "base/text.h"
#include <algorithm>
#include <cerrno>
#include <iconv.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

namespace eas {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr size_t max_name_bytes = 40;

bool is_charset_name(std::string_view name)
{
    auto const may_be_in_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    };
    return !name.empty() && name.size() <= max_name_bytes && std::ranges::all_of(name, may_be_in_name);
}

class Converter {
public:
    explicit Converter(std::string const &charset) : m_iconv(iconv_open("UTF-8", charset.c_str())) {}
    ~Converter()
    {
        if (is_open())
            iconv_close(m_iconv);
    }
    Converter(Converter const &) = delete;
    Converter &operator=(Converter const &) = delete;

    bool is_open() const { return m_iconv != reinterpret_cast<iconv_t>(-1); }

    std::string convert(std::string bytes)
    {
        std::string text;
        char *in = bytes.data();
        size_t in_left = bytes.size();
        while (in_left > 0) {
            char piece[4096];
            char *out = piece;
            size_t out_left = sizeof(piece);
            size_t const done = iconv(m_iconv, &in, &in_left, &out, &out_left);
            int const error = errno;
            text.append(piece, sizeof(piece) - out_left);
            if (done != static_cast<size_t>(-1) || error == E2BIG)
                continue;
            text += replacement; // one byte that is no text, or the beginning of a character
            ++in;
            --in_left;
        }
        return text;
    }

private:
    iconv_t m_iconv;
};

/// Bytes of a character, as the first one announces; 1 for what begins none.
size_t utf8_length(char first)
{
    auto const byte = static_cast<unsigned char>(first);
    return byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 1;
}

} // namespace

void RareCharset::Close::operator()(UConverter *converter) const
{
    ucnv_close(converter);
}

std::unique_ptr<RareCharset> RareCharset::open(std::string const &name)
{
    UErrorCode error = U_ZERO_ERROR;
    auto *const converter = ucnv_open(name.c_str(), &error);
    return U_FAILURE(error) ? nullptr : std::unique_ptr<RareCharset>(new RareCharset(converter));
}

void RareCharset::append(std::string_view bytes, bool is_last, std::string &text)
{
    std::u16string decoded;
    char const *source = bytes.data(), *const end = source + bytes.size();
    UErrorCode error;
    do {
        char16_t piece[1024];
        auto *target = piece;
        error = U_ZERO_ERROR;
        ucnv_toUnicode(m_converter.get(), &target, piece + std::size(piece), &source, end, nullptr, is_last,
                       &error);
        decoded.append(piece, target);
    } while (error == U_BUFFER_OVERFLOW_ERROR);
    std::string converted(decoded.size() * 3, '\0');
    int32_t length = 0;
    error = U_ZERO_ERROR;
    u_strToUTF8WithSub(converted.data(), static_cast<int32_t>(converted.size()), &length, decoded.data(),
                       static_cast<int32_t>(decoded.size()), 0xfffd, nullptr, &error);
    text.append(converted, 0, U_FAILURE(error) ? 0 : static_cast<size_t>(length));
}

size_t unfinished_utf8(std::string_view bytes)
{
    for (size_t count = 1; count <= std::min<size_t>(bytes.size(), 3); ++count) {
        char const first = bytes[bytes.size() - count];
        if ((first & 0xc0) != 0x80)
            return utf8_length(first) > count ? count : 0;
    }
    return 0;
}

std::string read_utf8(std::string_view bytes)
{
    if (auto valid = sanitize_utf8(bytes); valid == bytes)
        return valid;
    Converter windows("windows-1252");
    std::string text;
    text.reserve(bytes.size() * 2);
    while (!bytes.empty()) {
        auto character = bytes.substr(0, utf8_length(bytes[0]));
        if (static_cast<unsigned char>(bytes[0]) < 0x80 || sanitize_utf8(character) == character) {
            text += character;
        } else {
            character = bytes.substr(0, 1);
            text += windows.convert(std::string(character));
        }
        bytes.remove_prefix(character.size());
    }
    return text;
}

std::string decode_charset(std::string_view bytes, std::string_view charset)
{
    bool const is_utf8 = equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "us-ascii");
    if (is_utf8 || !is_charset_name(charset))
        return sanitize_utf8(read_utf8(bytes));
    std::string const name(charset);
    Converter converter(name);
    if (converter.is_open())
        return sanitize_utf8(converter.convert(std::string(bytes)));
    auto const rare = RareCharset::open(name);
    if (!rare)
        return sanitize_utf8(read_utf8(bytes));
    std::string text;
    rare->append(bytes, true, text);
    return sanitize_utf8(text);
}

} // namespace eas
