// See added-attachment.h.
#include "mapping/added-attachment.h"
#include "base/content-filters.h"
#include "base/text.h"

namespace eas {

Result<Content> added_bytes(AttachmentToAdd const &added)
{
    if (!added.client_id || added.client_id->empty() || !added.content || !added.display_name ||
        !added.method)
        return Error{ErrorKind::bad_request,
                     "AirSyncBase:Add: ClientId, Content, DisplayName or Method is missing"};
    if (*added.method != added_method::file && *added.method != added_method::message)
        return Error{ErrorKind::bad_request,
                     "AirSyncBase:Method: " + std::to_string(*added.method) + " cannot be added"};
    if (added.content->is_opaque)
        return borrowed_content(added.content->text);
    auto decoded = base64_decode(added.content->text);
    if (!decoded)
        return Error{ErrorKind::bad_request, "AirSyncBase:Content: not base64"};
    return Content(std::move(*decoded));
}

} // namespace eas
