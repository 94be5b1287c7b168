// Header fields made of text that a client typed: encoded words where it is not ASCII, folded lines, nothing
// that could begin a field of its own. RFC 5322 2.2.3, RFC 2047, RFC 2231.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// "Name: text" with CRLF; `text` is UTF-8. RFC 5322 2.2.1.
std::string text_field(std::string_view name, std::string_view text);

/// "Name: \"Ann\" <ann@example.com>,\r\n bob@example.com" with CRLF, from addresses as EAS has them. What is
/// no address, for a draft may be half written, stays as text. "" if there is nothing.
std::string address_field(std::string_view name, std::string_view addresses);

/// ";\r\n name=\"value\"", or with RFC 2231's form where the value is not ASCII.
std::string parameter_text(std::string_view name, std::string_view value);

} // namespace eas
