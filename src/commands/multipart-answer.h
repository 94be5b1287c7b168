// The answer of ItemOperations to MS-ASAcceptMultiPart: T. MS-ASCMD 2.2.1.10.1.1. All numbers are 32 bits,
// little-endian:
//
//   number of parts
//   for each part: offset from the start of the answer, length
//   the parts: the WBXML document, then the contents that it refers to by their index
#pragma once
#include "base/answer-sink.h"
#include "base/content.h"
#include <string_view>
#include <vector>

namespace eas {

constexpr std::string_view multipart_content_type = "application/vnd.ms-sync.multipart";

/// Into an empty sink. Reads each content once: its length is filled in afterwards. too_large over 4 GiB in
/// all.
Result<void> write_multipart(AnswerSink &sink, std::string_view document,
                             std::vector<Content> const &contents);

} // namespace eas
