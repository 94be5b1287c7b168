// Files in an event: ATTACH with its bytes in base64 (RFC 5545 3.8.1.1) as EAS's attachments, from 16.0 on.
// ATTACH with the URI of something elsewhere has no place in EAS and stays in the file.
// MS-ASAIRS 2.2.2.7, 2.2.2.8.
#pragma once
#include "items/draft.h"
#include "mapping/ical-document.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// `file_reference` is the prefix and a name that is the file's as long as its bytes stay.
std::vector<Attachment> attachments_of(IcalComponent const &component,
                                       std::string_view file_reference_prefix);

struct IcalAttachment {
    std::string content_type, display_name, bytes;
};
/// The attachment of that name (a FileReference without its prefix). not_found.
Result<IcalAttachment> find_attachment(IcalComponent const &component, std::string_view name);

/// Returns those that were added, with names as FileReferences without the prefix. The same changes once more
/// change nothing: a request whose answer was lost is repeated. bad_request: what is to be added lacks
/// something, or what is to be deleted was never of this item.
Result<std::vector<AddedAttachment>> change_attachments(IcalComponent &component,
                                                        AttachmentChanges const &changes,
                                                        std::string_view file_reference_prefix);

/// Takes the files out, not the URIs.
void remove_files(IcalComponent &component);

} // namespace eas
