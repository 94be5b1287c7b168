// What a client writes of an event in Sync's Add and Change: the properties, and from 16.0 on attachments to
// be added and deleted, which have the name of a list in answers. MS-ASCAL 2.2.2, MS-ASAIRS 2.2.2.8.
#pragma once
#include "items/calendar.h"
#include "items/draft.h"

namespace eas {

struct AttachmentChangesOfItem {
    std::optional<AttachmentChanges> attachments;
    std::vector<AttachmentChangesOfItem> exceptions; ///< those of Event::exceptions, in their order
};

template <> struct Schema<AttachmentChangesOfItem> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_Attachments, &AttachmentChangesOfItem::attachments, since(v16_0)),
             list(Tag::Calendar_Exceptions, Tag::Calendar_Exception, &AttachmentChangesOfItem::exceptions,
                  since(v16_0))};
};

struct EventRequest {
    Event event; ///< its `attachments` and those of its exceptions say nothing
    AttachmentChangesOfItem changes;
};

/// More than one CalendarType in a Recurrence is an error of its own; of most elements the last counts.
/// MS-ASCAL 3.2.5.3.
inline bool repeats_calendar_type(Element const &data)
{
    for (Element const &child : data.children)
        if (child.tag == Tag::Calendar_Recurrence &&
            std::ranges::count(child.children, Tag::Calendar_CalendarType, &Element::tag) > 1)
            return true;
    return false;
}

/// Reads ApplicationData, which must outlive the result: attachments point into it. bad_request.
inline Result<EventRequest> read_event_request(Element const &data, ProtocolVersion version)
{
    if (version >= v14_0 && repeats_calendar_type(data))
        return Error{ErrorKind::bad_request, "Calendar:CalendarType comes twice"};
    auto event = read<Event>(data, version);
    if (!event)
        return event.error();
    auto changes = read<AttachmentChangesOfItem>(data, version);
    if (!changes)
        return changes.error();
    return EventRequest{*std::move(event), *std::move(changes)};
}

} // namespace eas
