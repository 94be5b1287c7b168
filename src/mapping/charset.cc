// iconv of the C library. It takes names from the client, so only those that look like a charset's.
#include "mapping/charset.h"
#include "base/text.h"
#include <algorithm>
#include <cerrno>
#include <iconv.h>

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

} // namespace

std::string decode_charset(std::string_view bytes, std::string_view charset)
{
    bool const is_utf8 = equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "us-ascii");
    if (is_utf8 || !is_charset_name(charset))
        return sanitize_utf8(bytes);
    Converter converter{std::string(charset)};
    return sanitize_utf8(converter.is_open() ? converter.convert(std::string(bytes)) : bytes);
}

} // namespace eas
