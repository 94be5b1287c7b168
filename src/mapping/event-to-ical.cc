// See event-to-ical.h.
#include "mapping/event-to-ical.h"
#include "base/text.h"
#include "mapping/event-editor.h"
#include "mapping/event-property-edit.h"
#include "mapping/event-time-edit.h"
#include "mapping/ical-attachments.h"
#include "mapping/ical-properties.h"
#include "mapping/series-edit.h"
#include <algorithm>

namespace eas {
namespace {

constexpr int64_t half_hour_seconds = 1800;
constexpr size_t longest_uid = 300;

Error bad(char const *what)
{
    return {ErrorKind::bad_request, what};
}

/// Substitutes what is missing. MS-ASCAL 3.2.4.4.
Result<void> complete_times(Event &event, Instant now)
{
    Instant const rounded = Instant::from_seconds((now.seconds() + half_hour_seconds - 1) /
                                                  half_hour_seconds * half_hour_seconds);
    Instant const after = Instant::from_seconds(rounded.seconds() + half_hour_seconds);
    if (!event.start_time && event.end_time) {
        if (Instant(*event.end_time) < rounded)
            return bad("Calendar:EndTime in the past without StartTime");
        event.start_time = rounded;
    } else if (!event.start_time) {
        event.start_time = rounded;
        event.end_time = after;
    } else if (!event.end_time) {
        if (Instant(*event.start_time) > now)
            return bad("Calendar:StartTime in the future without EndTime");
        event.end_time = after;
    }
    return {};
}

Result<std::optional<TimeZoneStructure>> structure_of(Event const &event)
{
    if (!event.timezone || event.timezone->empty())
        return std::optional<TimeZoneStructure>();
    auto structure = parse_time_zone(*event.timezone);
    if (!structure)
        return bad("Calendar:Timezone: not a TimeZone structure");
    return structure;
}

std::string uid_of(Event const &event, std::string_view new_uid, ProtocolVersion version)
{
    auto const &given = version >= v16_0 ? event.client_uid : event.uid;
    auto uid = std::string(utf8_prefix_characters(given.value_or(""), longest_uid));
    std::erase_if(uid, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    return trim(uid).empty() ? std::string(new_uid) : uid;
}

/// Whether the client manages an element, so that its absence means something. MS-ASCMD 2.2.3.179.
bool is_managed(SupportedProperties const &supported, Tag tag)
{
    return !supported.is_sent || std::ranges::find(supported.managed, tag) != supported.managed.end();
}

/// Until 14.1 a Change is the whole item: what is absent and not ghosted is to be cleared. Without StartTime
/// it is not whole, and all that it lacks stays. The body stays always: it may have been too long for the
/// client. Attendees stay unless the client says that it knows of them, or that this is no meeting.
void clear_absent(Event &event, SupportedProperties const &supported, ProtocolVersion version)
{
    if (!event.start_time)
        return;
    auto const clear = [&](auto &member, Tag tag, auto const &empty) {
        if (!member && is_managed(supported, tag))
            member = empty;
    };
    if (!event.location) // is never ghosted: MS-ASCAL 2.2.2.27
        event.location = "";
    clear(event.subject, Tag::Calendar_Subject, "");
    clear(event.categories, Tag::Calendar_Categories, std::vector<std::string>());
    clear(event.reminder, Tag::Calendar_Reminder, Reminder{});
    if (version >= v14_0) { // clients know of them
        clear(event.response_requested, Tag::Calendar_ResponseRequested, false);
        clear(event.disallow_new_time_proposal, Tag::Calendar_DisallowNewTimeProposal, false);
    }
    bool const is_meeting =
        event.meeting_status.value_or(meeting_status::is_meeting) & meeting_status::is_meeting;
    if (!is_meeting || supported.is_sent)
        clear(event.attendees, Tag::Calendar_Attendees, std::vector<Attendee>());
}

bool is_empty(std::optional<CalendarRecurrence> const &recurrence)
{
    return recurrence && static_cast<Recurrence const &>(*recurrence) == Recurrence{} && !recurrence->until;
}

} // namespace

Result<WrittenEvent> new_event(EventRequest const &request, std::string_view new_uid, ItemView const &view,
                               CalendarContext const &context)
{
    auto event = request.event;
    auto const structure = structure_of(event);
    if (!structure)
        return structure.error();
    if (auto completed = complete_times(event, context.now); !completed)
        return completed.error();
    if (Instant(*event.end_time) < Instant(*event.start_time))
        return bad("Calendar:EndTime before StartTime");
    IcalDocument document;
    auto &component = document.calendar()->add(IcalComponent("VEVENT"));
    WrittenEvent written{{}, uid_of(event, new_uid, view.version), {}};
    component.set(ical_text_property("UID", written.uid));
    component.set({"CREATED", {}, format_compact_datetime(context.now)});
    stamp(component, context.now);
    // A clock that is ahead would make later revisions look like earlier ones.
    if (view.version < v16_0 && event.dt_stamp && Instant(*event.dt_stamp) < context.now)
        component.set({"DTSTAMP", {}, format_compact_datetime(*event.dt_stamp)});
    WrittenTimes const wanted{event.all_day_event.value_or(false), *event.start_time, *event.end_time,
                              *structure};
    auto const times = meant_times(wanted, nullptr, context);
    set_new_times(document, component, times);
    IcalZones zones(document, context);
    if (event.recurrence && !is_empty(event.recurrence)) {
        if (auto checked = check_recurrence(*event.recurrence, view.version); !checked)
            return checked.error();
        auto const zone = view.version >= v16_0 ? Zone(0)
                          : *structure          ? zone_of(**structure)
                                                : *context.users_zone.zone;
        settle_last_day(event.recurrence, times.is_all_day, zone, context);
        auto const until =
            event.recurrence->until ? std::optional<Instant>(*event.recurrence->until) : std::nullopt;
        auto const rule =
            rule_of(*event.recurrence, until, {times.start.local, times.is_all_day, *times.start.zone});
        if (!rule)
            return rule.error();
        component.set({"RRULE", {}, rule_text(*rule, times)});
        set_named_calendar(component, event.recurrence->calendar_type.value_or(0));
    }
    if (auto set = set_properties(component, event, zones, view, context); !set)
        return set.error();
    set_meeting_organizer(component, event, view, context);
    if (event.response_requested)
        set_response_requested(component, *event.response_requested);
    set_new_time_disallowed(component, event.disallow_new_time_proposal.value_or(false));
    if (request.changes.attachments) {
        auto added = change_attachments(component, *request.changes.attachments, view.file_reference_prefix);
        if (!added)
            return added.error();
        written.attachments = *std::move(added);
    }
    written.text = document.print();
    if (!event.exceptions || event.exceptions->empty() || !event.recurrence)
        return written;
    auto editor = EventEditor::open(written.text, view, context, *structure);
    if (!editor)
        return editor.error();
    if (auto changed = (*editor)->change_exceptions({event, request.changes}); !changed)
        return changed.error();
    auto edited = (*editor)->finish();
    edited.attachments.insert(edited.attachments.begin(), written.attachments.begin(),
                              written.attachments.end());
    return edited;
}

Result<WrittenEvent> change_event(std::string_view text, EventRequest const &request,
                                  SupportedProperties const &supported, ItemView const &view,
                                  CalendarContext const &context)
{
    auto editor = EventEditor::open(text, view, context);
    if (!editor)
        return editor.error();
    auto wanted = request;
    bool removes_recurrence = is_empty(wanted.event.recurrence);
    if (view.version < v16_0 && !supported.keeps_absent) {
        removes_recurrence = removes_recurrence || (wanted.event.start_time && !wanted.event.recurrence);
        clear_absent(wanted.event, supported, view.version);
    }
    if (auto changed = (*editor)->change_master(wanted, removes_recurrence); !changed)
        return changed.error();
    if (view.version < v16_0)
        if (auto changed = (*editor)->change_exceptions(wanted); !changed)
            return changed.error();
    return (*editor)->finish();
}

Result<WrittenEvent> change_instance(std::string_view text, Instant instance_id, EventRequest const &request,
                                     ItemView const &view, CalendarContext const &context)
{
    auto editor = EventEditor::open(text, view, context);
    if (!editor)
        return editor.error();
    if (auto changed = (*editor)->change_instance(instance_id, request); !changed)
        return changed.error();
    return (*editor)->finish();
}

Result<WrittenEvent> delete_instance(std::string_view text, Instant instance_id, ItemView const &view,
                                     CalendarContext const &context)
{
    auto editor = EventEditor::open(text, view, context);
    if (!editor)
        return editor.error();
    if (auto deleted = (*editor)->delete_instance(instance_id); !deleted)
        return deleted.error();
    return (*editor)->finish();
}

} // namespace eas
