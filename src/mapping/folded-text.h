// Text for comparing what people typed with what is stored: without case, with one form for each character
// (composed or not, wide or narrow), and one blank for any run of white space.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// `text` is UTF-8; what is none is compared as U+FFFD.
std::string folded_text(std::string_view text);

} // namespace eas
