// The code page identifiers of Windows for the charsets that are seen in mail.
#include "mapping/code-page.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

struct CodePage {
    std::string_view charset, number;
};

// clang-format off
constexpr std::array code_pages = std::to_array<CodePage>({
    {"us-ascii", "20127"},       {"ascii", "20127"},          {"utf-7", "65000"},
    {"iso-8859-1", "28591"},     {"latin1", "28591"},         {"iso-8859-2", "28592"},
    {"iso-8859-3", "28593"},     {"iso-8859-4", "28594"},     {"iso-8859-5", "28595"},
    {"iso-8859-6", "28596"},     {"iso-8859-7", "28597"},     {"iso-8859-8", "28598"},
    {"iso-8859-8-i", "38598"},   {"iso-8859-9", "28599"},     {"iso-8859-13", "28603"},
    {"iso-8859-15", "28605"},    {"windows-874", "874"},      {"tis-620", "874"},
    {"windows-1250", "1250"},    {"windows-1251", "1251"},    {"windows-1252", "1252"},
    {"cp1252", "1252"},          {"windows-1253", "1253"},    {"windows-1254", "1254"},
    {"windows-1255", "1255"},    {"windows-1256", "1256"},    {"windows-1257", "1257"},
    {"windows-1258", "1258"},    {"koi8-r", "20866"},         {"koi8-u", "21866"},
    {"shift_jis", "932"},        {"iso-2022-jp", "50220"},    {"euc-jp", "51932"},
    {"gb2312", "936"},           {"gbk", "936"},              {"gb18030", "54936"},
    {"hz-gb-2312", "52936"},     {"big5", "950"},             {"euc-kr", "51949"},
    {"ks_c_5601-1987", "949"},   {"iso-2022-kr", "50225"},
});
// clang-format on

} // namespace

std::string_view code_page(std::string_view charset)
{
    auto found = std::ranges::find(code_pages, charset, &CodePage::charset);
    return found != code_pages.end() ? found->number : "65001";
}

} // namespace eas
