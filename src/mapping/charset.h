// Text in the charsets of mail, as UTF-8.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct UConverter;

namespace eas {

/// `bytes` in `charset` (a name of IANA; "" and what nobody knows count as UTF-8) as valid UTF-8; what cannot
/// be read becomes U+FFFD, or in UTF-8 what read_utf8() makes of it.
std::string decode_charset(std::string_view bytes, std::string_view charset);

/// Text in a charset that iconv does not know, but ICU: HZ-GB-2312 and others that are seen in old mail.
class RareCharset {
public:
    /// Null if ICU does not know it either. `name`: what looks like a charset's.
    static std::unique_ptr<RareCharset> open(std::string const &name);

    /// Appends the text of `bytes`; what is no text is U+FFFD. A character that is not complete waits for the
    /// next call, but for none after the last one.
    void append(std::string_view bytes, bool is_last, std::string &text);

private:
    struct Close {
        void operator()(UConverter *converter) const;
    };
    explicit RareCharset(UConverter *converter) : m_converter(converter) {}

    std::unique_ptr<UConverter, Close> m_converter;
};

/// UTF-8, in which each byte that is none is a character of windows-1252: senders who name no charset, or
/// UTF-8 for all that they send, mean that most often. Control characters stay.
std::string read_utf8(std::string_view bytes);

/// How many bytes at the end of `bytes` begin a character of UTF-8 that may go on.
size_t unfinished_utf8(std::string_view bytes);

} // namespace eas
