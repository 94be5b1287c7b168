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

/// An empty AllDayEvent, which takes away what an exception inherits, is none: MS-ASCAL 3.1.5.3.1.
inline void settle_empty_flag(Element const &data, EventProperties &event)
{
    for (Element const &child : data.children)
        if (child.tag == Tag::Calendar_AllDayEvent && child.text.empty())
            event.all_day_event = false;
}

inline void settle_empty_flags(Element const &data, Event &event)
{
    settle_empty_flag(data, event);
    for (Element const &child : data.children) {
        if (child.tag != Tag::Calendar_Exceptions || !event.exceptions)
            continue;
        size_t i = 0;
        for (Element const &exception : child.children)
            if (exception.tag == Tag::Calendar_Exception && i < event.exceptions->size())
                settle_empty_flag(exception, (*event.exceptions)[i++]);
    }
}

/// Reads ApplicationData, which must outlive the result: attachments point into it. bad_request.
inline Result<EventRequest> read_event_request(Element const &data, ProtocolVersion version)
{
    if (version >= v14_0 && repeats_calendar_type(data))
        return Error{ErrorKind::bad_request, "Calendar:CalendarType comes twice"};
    auto event = read<Event>(data, version);
    if (!event)
        return event.error();
    settle_empty_flags(data, *event);
    auto changes = read<AttachmentChangesOfItem>(data, version);
    if (!changes)
        return changes.error();
    return EventRequest{*std::move(event), std::move(changes->attachments)};
}

} // namespace eas
