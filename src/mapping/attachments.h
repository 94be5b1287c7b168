// Attachments as the client lists them. MS-ASAIRS 2.2.2.7.
#pragma once
#include "mapping/message-parts.h"
#include <string>

namespace eas {

/// `file_reference_prefix` + part id is the FileReference.
Attachment to_attachment(AttachedPart const &attached, std::string const &file_reference_prefix);

/// The media type that a file's name stands for, by its extension; "application/octet-stream" if unknown.
std::string_view type_of_name(std::string_view name);

} // namespace eas
