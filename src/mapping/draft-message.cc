// Header (draft-header.h) and body (draft-body.h) of a draft put together.
//
// The field X-EAS-Request tells a request that is repeated, because its answer was lost or its process was
// killed, what it wrote the first time. It is not sent.
#include "mapping/draft-message.h"
#include "base/content-filters.h"
#include "mapping/draft-body.h"
#include "mapping/draft-header.h"
#include "mapping/header-fields.h"

namespace eas {

Result<ComposedDraft> compose_draft(Draft const &draft, MailMessage *stored,
                                    std::vector<std::string> const &deleted, DraftDefaults const &defaults)
{
    std::optional<std::string_view> body;
    if (draft.body && draft.body->data && draft.body->data->text())
        body = *draft.body->data->text();
    if (body && draft.body->type == BodyType::rtf)
        return Error{ErrorKind::bad_request, "AirSyncBase:Type: a draft's body cannot be RTF"};
    bool const is_mime = body && draft.body->type == BodyType::mime;
    auto const source = is_mime  ? mime_source(*body)
                        : stored ? stored_source(*stored)
                                 : Result<DraftSource>(DraftSource{});
    if (!source)
        return source.error();

    Draft fields = is_mime ? Draft{} : draft;
    fields.importance = draft.importance;
    ComposedDraft composed;
    composed.header = draft_header(fields, source->header, source->headers, defaults);
    DraftComposer composer(draft, *source, is_mime ? std::vector<std::string>() : deleted);
    if (auto const arranged = composer.arrange(is_mime ? std::nullopt : body); !arranged)
        return arranged.error();
    auto entity = composer.write(defaults.boundary);
    if (!entity)
        return entity.error();
    composed.entity = std::move(*entity);
    composed.attachments = composer.attachments();
    if (is_mime)
        for (PlacedAttachment &attachment : composed.attachments)
            attachment.stored_as.clear();
    return composed;
}

Content whole_message(ComposedDraft const &draft)
{
    return joined_content(
        {draft.header + "MIME-Version: 1.0\r\n" + draft.entity.fields + "\r\n", draft.entity.body});
}

Result<std::string> request_of(MailMessage &message)
{
    auto const whole = message.raw("");
    auto const header = whole ? header_of(*whole) : whole.error();
    if (!header)
        return header.error();
    return request_in(*header);
}

} // namespace eas
