// The text of a reply or a forward: the client's, and below it the original's. All text is UTF-8.
#pragma once
#include "base/time.h"
#include "ports/mail-store.h"
#include <string>
#include <string_view>

namespace eas {

enum class Verb { reply, forward };

/// "-----Original Message-----" and the lines From, Sent, To, Cc and Subject, each ended by CRLF. The time is
/// shown in UTC.
std::string original_header(MailHeaders const &headers);

/// `header` is original_header(). A reply quotes the original with "> ", a forward has it as it is.
std::string with_original_text(std::string_view text, std::string_view header, std::string_view original,
                               Verb verb);

/// The same for HTML documents; the original's body goes into the client's document, in a reply as a
/// blockquote.
std::string with_original_html(std::string_view html, std::string_view header, std::string_view original,
                               Verb verb);

} // namespace eas
