// See meeting-calendar.h.
#include "services/meeting-calendar.h"
#include "services/calendar-owner.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace eas {

namespace {

constexpr auto request_class = "IPM.Schedule.Meeting.Request";
constexpr std::string_view answer_classes = "IPM.Schedule.Meeting.Resp.";

/// The last of its items with that UID.
Result<std::optional<StoredEvent>> find_in(CalendarStore &calendars, std::string const &collection,
                                           std::string_view uid)
{
    auto const folder = calendars.open(collection);
    auto const listing = folder ? (*folder)->items() : Result<CalendarFolder::Listing>(folder.error());
    if (!listing)
        return listing.error();
    std::optional<StoredEvent> found;
    for (auto const &item : listing->items) {
        if (item.kind != CalendarItemKind::event || item.uid != uid)
            continue;
        auto text = (*folder)->read(item.id);
        if (text)
            found = StoredEvent{collection, text->item, std::move(text->text)};
        else if (text.error().kind != ErrorKind::not_found)
            return text.error();
    }
    return found;
}

} // namespace

Result<std::optional<StoredEvent>> find_stored_event(CalendarStore &calendars, std::string_view uid)
{
    auto const collections = calendars.collections();
    if (!collections)
        return collections.error();
    std::optional<StoredEvent> found;
    Result<void> searched_default;
    for (auto const &collection : *collections) {
        if (!collection.readable || !collection.own || !collection.events ||
            (found && !collection.default_events))
            continue;
        auto in_this = find_in(calendars, collection.id, uid);
        if (in_this && *in_this)
            found = *std::move(in_this);
        else if (!in_this && collection.default_events)
            searched_default = in_this.error();
    }
    if (!found && !searched_default)
        return searched_default.error();
    return found;
}

Result<StoredEvent> read_stored_event(CalendarStore &calendars, std::string_view collection,
                                      std::string_view item_id)
{
    auto const folder = calendars.open(collection);
    if (!folder)
        return folder.error();
    auto text = (*folder)->read(item_id);
    if (!text)
        return text.error();
    return StoredEvent{std::string(collection), text->item, std::move(text->text)};
}

void compare_with_calendar(Session &session, Email &email)
{
    auto &request = email.meeting_request;
    bool const is_answer = email.message_class && email.message_class->starts_with(answer_classes);
    if (!session.ports.calendars || !request || (email.message_class != request_class && !is_answer))
        return;
    auto const stored = find_stored_event(*session.ports.calendars, request->uid.value_or(""));
    if (!stored)
        return;
    auto const text = *stored ? (*stored)->text : "";
    if (is_answer)
        complete_with_stored(*request, text, session.version, calendar_context(session));
    else
        compare_with_stored(*request, text, session.version, calendar_context(session));
}

void mark_outdated(std::vector<Email *> const &emails)
{
    using Meeting = std::tuple<std::string, std::string, std::optional<int64_t>>; // sender, UID, instance
    std::map<Meeting, std::vector<MeetingRequest *>> meetings;
    for (auto *email : emails) {
        auto &request = email->meeting_request;
        if (!request || email->message_class != request_class)
            continue;
        auto const instance = request->original ? std::optional(request->original->seconds()) : std::nullopt;
        meetings[{email->from.value_or(""), request->uid.value_or(""), instance}].push_back(&*request);
    }
    for (auto const &[meeting, requests] : meetings) {
        auto const newest = std::ranges::max(requests, {}, &MeetingRequest::sequence)->sequence;
        for (auto *request : requests)
            if (request->sequence < newest &&
                request->message_type != MeetingRequest::MessageType::delegators_copy)
                request->message_type = MeetingRequest::MessageType::outdated;
    }
}

Result<void> apply_update(CalendarStore &calendars, MeetingUpdate const &update, StoredEvent &event)
{
    if (!update.changes_anything())
        return {};
    if (event.collection.empty()) {
        auto id = calendars.default_collection(CalendarItemKind::event);
        if (!id)
            return id.error();
        event.collection = *std::move(id);
    }
    auto const folder = calendars.open(event.collection);
    if (!folder)
        return folder.error();
    if (update.is_removed)
        return (*folder)->remove(event.item.id, event.item.version);
    auto written = event.item.id.empty()
                       ? (*folder)->create(*update.text)
                       : (*folder)->replace(event.item.id, event.item.version, *update.text);
    if (!written)
        return written.error();
    event.item = *std::move(written);
    event.text = *update.text;
    return {};
}

} // namespace eas
