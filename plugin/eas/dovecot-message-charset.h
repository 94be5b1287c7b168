// Text of any charset to valid UTF-8, piece by piece. What cannot be decoded becomes U+FFFD, and what should
// be UTF-8 and is none windows-1252, so a wrong or unknown charset never makes a message unreadable as a
// whole.
#pragma once
#include "mapping/charset.h"
#include <memory>
#include <string>
#include <string_view>

struct charset_translation;

namespace eas {

class ToUtf8 {
public:
    /// `charset` as a message declares it; "" and unknown ones are read as UTF-8.
    explicit ToUtf8(std::string_view charset);
    ~ToUtf8();
    ToUtf8(ToUtf8 const &) = delete;
    ToUtf8 &operator=(ToUtf8 const &) = delete;

    /// Appends the text of `bytes` to `text`. A character that is not complete yet waits for the next call.
    void append(std::string_view bytes, std::string &text);
    /// To be called after the last piece.
    void finish(std::string &text);

private:
    struct charset_translation *m_translation = nullptr;
    std::unique_ptr<RareCharset> m_rare; ///< neither: UTF-8
    std::string m_pending;
};

/// The whole of `bytes`.
std::string to_utf8(std::string_view charset, std::string_view bytes);

} // namespace eas
