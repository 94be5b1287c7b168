// InternetCPID: the Windows code page of a message's charset. MS-ASEMAIL 2.2.2.40.
#pragma once
#include <string_view>

namespace eas {

/// "28591" for "iso-8859-1"; "65001" (UTF-8, in which we send all text) for a charset without a code page,
/// or "". `charset` in lower case.
std::string_view code_page(std::string_view charset);

} // namespace eas
