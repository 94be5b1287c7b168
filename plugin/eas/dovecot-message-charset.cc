// Dovecot's iconv wrapper, ICU for what that has not, and the names that mail programs use and iconv does not
// know or understands too narrowly: https://encoding.spec.whatwg.org/#names-and-labels.
#include "eas/dovecot-message-charset.h"
#include "base/text.h"
#include "compat/message.h"

namespace eas {

namespace {

struct Alias {
    char const *name, *iconv_name;
};

constexpr Alias aliases[] = {
    {"iso-8859-1", "windows-1252"}, // its C1 controls are never meant
    {"iso8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"cn-gb", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"big5", "big5-hkscs"},
    {"x-x-big5", "big5-hkscs"},
    {"euc-kr", "cp949"},
    {"ks_c_5601-1987", "cp949"},
    {"ks_c_5601-1989", "cp949"},
    {"ksc5601", "cp949"},
    {"shift_jis", "cp932"},
    {"shift-jis", "cp932"},
    {"x-sjis", "cp932"},
    {"iso-2022-jp", "iso-2022-jp-3"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"x-unicode-2-0-utf-7", "utf-7"},
    {"x-mac-roman", "macintosh"},
    {"x-user-defined", "utf-8"},
};

/// The name for iconv_open(); "" if it could be none ("//" has a meaning there).
std::string iconv_name(std::string_view charset)
{
    auto name = to_lower(trim(charset));
    for (auto const &alias : aliases)
        if (name == alias.name)
            return alias.iconv_name;
    bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.:+()") == std::string::npos;
    return plain && name.size() <= 40 ? name : "";
}

} // namespace

ToUtf8::ToUtf8(std::string_view charset)
{
    auto const name = iconv_name(charset);
    bool const may_be_other = !name.empty() && !charset_is_utf8(name.c_str());
    if (may_be_other && charset_to_utf8_begin(name.c_str(), nullptr, &m_translation) < 0) {
        m_translation = nullptr;
        m_rare = RareCharset::open(name);
    }
}

ToUtf8::~ToUtf8()
{
    if (m_translation)
        charset_to_utf8_end(&m_translation);
}

void ToUtf8::append(std::string_view bytes, std::string &text)
{
    if (m_rare) {
        m_rare->append(bytes, false, text);
        return;
    }
    if (!m_translation) {
        m_pending.append(bytes);
        auto const size = m_pending.size() - unfinished_utf8(m_pending);
        text += read_utf8(std::string_view(m_pending).substr(0, size));
        m_pending.erase(0, size);
        return;
    }
    constexpr size_t piece_bytes = 8192;
    DataStackFrame frame;
    auto *converted = t_buffer_create(2 * piece_bytes);
    while (!bytes.empty()) {
        auto piece = bytes.substr(0, piece_bytes);
        bytes.remove_prefix(piece.size());
        m_pending.append(piece);
        size_t size = m_pending.size();
        buffer_set_used_size(converted, 0);
        (void)charset_to_utf8(m_translation, reinterpret_cast<unsigned char const *>(m_pending.data()), &size,
                              converted);
        m_pending.erase(0, size);
        text.append(static_cast<char const *>(converted->data), converted->used);
    }
}

void ToUtf8::finish(std::string &text)
{
    if (m_rare)
        m_rare->append({}, true, text);
    else if (!m_translation)
        text += read_utf8(m_pending);
    else if (!m_pending.empty())
        text += "\xEF\xBF\xBD";
    m_pending.clear();
}

std::string to_utf8(std::string_view charset, std::string_view bytes)
{
    ToUtf8 converter(charset);
    std::string text;
    converter.append(bytes, text);
    converter.finish(text);
    return sanitize_utf8(text);
}

} // namespace eas
