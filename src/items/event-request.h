// What a client writes of an event in Sync's Add and Change: the properties, and from 16.0 on attachments to
// be added and deleted, which have the name of a list in answers. MS-ASCAL 2.2.2, MS-ASAIRS 2.2.2.8.
#pragma once
#include "items/calendar.h"
#include "items/draft.h"

namespace eas {

struct AttachmentChangesOfItem {
    std::optional<AttachmentChanges> attachments;
};

template <> struct Schema<AttachmentChangesOfItem> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_Attachments, &AttachmentChangesOfItem::attachments, since(v16_0))};
};

struct EventRequest {
    Event event; ///< its `attachments` says nothing
    std::optional<AttachmentChanges> attachments;
};

/// Reads ApplicationData, which must outlive the result: attachments point into it. bad_request.
inline Result<EventRequest> read_event_request(Element const &data, ProtocolVersion version)
{
    auto event = read<Event>(data, version);
    if (!event)
        return event.error();
    auto changes = read<AttachmentChangesOfItem>(data, version);
    if (!changes)
        return changes.error();
    return EventRequest{*std::move(event), std::move(changes->attachments)};
}

} // namespace eas
