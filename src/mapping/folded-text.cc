// See folded-text.h. NFKC_Casefold of Unicode's UAX 44, by ICU.
#include "mapping/folded-text.h"
#include "base/text.h"
#include <algorithm>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

namespace eas {

namespace {

std::string with_single_blanks(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        bool const is_blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (!is_blank)
            out += c;
        else if (!out.ends_with(' '))
            out += ' ';
    }
    return out;
}

/// Nothing where ICU refuses, which it does without its data only.
std::u16string folded(std::u16string const &text)
{
    UErrorCode error = U_ZERO_ERROR;
    auto const *const normalizer = unorm2_getNFKCCasefoldInstance(&error);
    if (U_FAILURE(error))
        return {};
    std::u16string out(text.size() * 2 + 16, u'\0');
    for (int tries = 0; tries < 2; ++tries) {
        error = U_ZERO_ERROR;
        auto const size = unorm2_normalize(normalizer, text.data(), static_cast<int32_t>(text.size()),
                                           out.data(), static_cast<int32_t>(out.size()), &error);
        out.resize(static_cast<size_t>(std::max<int32_t>(size, 0)));
        if (error != U_BUFFER_OVERFLOW_ERROR)
            break;
    }
    return U_FAILURE(error) ? std::u16string() : out;
}

} // namespace

std::string folded_text(std::string_view text)
{
    bool const is_ascii = std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
    if (is_ascii)
        return with_single_blanks(to_lower(text));
    UErrorCode error = U_ZERO_ERROR;
    std::u16string wide(text.size(), u'\0'); // never more units than bytes
    int32_t size = 0;
    u_strFromUTF8WithSub(wide.data(), static_cast<int32_t>(wide.size()), &size, text.data(),
                         static_cast<int32_t>(text.size()), 0xfffd, nullptr, &error);
    wide.resize(static_cast<size_t>(U_FAILURE(error) ? 0 : size));
    wide = folded(wide);
    std::string out(wide.size() * 3, '\0');
    error = U_ZERO_ERROR;
    u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &size, wide.data(),
                static_cast<int32_t>(wide.size()), &error);
    out.resize(static_cast<size_t>(U_FAILURE(error) ? 0 : size));
    return with_single_blanks(out);
}

} // namespace eas
