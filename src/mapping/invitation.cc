// See invitation.h. Outlook and Exchange write the part into multipart/alternative; Google, iCloud and
// Thunderbird attach it once more as a file, and some programs only as a file.
#include "mapping/invitation.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr size_t max_calendar_bytes = 1 << 20;

struct MethodName {
    std::string_view name;
    ItipMethod method;
};
constexpr std::array method_names{
    MethodName{"REQUEST", ItipMethod::request},
    MethodName{"CANCEL", ItipMethod::cancel},
    MethodName{"REPLY", ItipMethod::reply},
    MethodName{"COUNTER", ItipMethod::counter},
};

std::optional<ItipMethod> method_of(IcalDocument &document, std::string_view method_of_part)
{
    auto const *const calendar = document.calendar();
    auto const property = calendar ? calendar->property("METHOD") : std::nullopt;
    auto const name = property ? trim(property->value) : method_of_part;
    for (auto const &row : method_names)
        if (equals_ignoring_case(name, row.name))
            return row.method;
    return std::nullopt;
}

bool is_calendar_file(MimePart const &part)
{
    return part.type == "application/ics" || part.type == "text/x-vcalendar" ||
           (part.type == "application/octet-stream" && to_lower(part.name).ends_with(".ics"));
}

/// In the order of the message; not within messages.
MimePart const *find_leaf(MimePart const &part, bool (*is_wanted)(MimePart const &))
{
    if (part.parts.empty())
        return is_wanted(part) ? &part : nullptr;
    if (!part.type.starts_with("multipart/"))
        return nullptr;
    for (auto const &child : part.parts)
        if (auto const *found = find_leaf(child, is_wanted))
            return found;
    return nullptr;
}

std::string uid_of(IcalComponent const &event)
{
    auto const uid = event.property("UID");
    return uid ? std::string(trim(uid->text())) : "";
}

struct ResponseClass {
    std::string_view partstat, message_class;
};
constexpr std::array response_classes{
    ResponseClass{"ACCEPTED", "IPM.Schedule.Meeting.Resp.Pos"},
    ResponseClass{"DECLINED", "IPM.Schedule.Meeting.Resp.Neg"},
};

} // namespace

std::optional<Invitation> Invitation::parse(std::string_view text, std::string_view method_of_part)
{
    auto document = IcalDocument::parse(text);
    if (!document)
        return std::nullopt;
    auto const method = method_of(*document, method_of_part);
    if (!method)
        return std::nullopt;
    Invitation invitation(*method, *std::move(document));
    if (invitation.events().empty())
        return std::nullopt;
    if (*method == ItipMethod::request && !invitation.event().property("DTSTART"))
        return std::nullopt;
    return invitation;
}

std::vector<IcalComponent const *> Invitation::events() const
{
    std::vector<IcalComponent const *> events;
    std::string uid;
    for (auto const *item : m_document.items()) {
        if (item->name() != "VEVENT")
            continue;
        auto const its_uid = uid_of(*item);
        if (uid.empty())
            uid = its_uid;
        if (!its_uid.empty() && its_uid == uid)
            events.push_back(item);
    }
    return events;
}

IcalComponent const &Invitation::event() const
{
    auto const all = events();
    auto const is_series = [](IcalComponent const *event) { return !event->property("RECURRENCE-ID"); };
    auto const found = std::ranges::find_if(all, is_series);
    return found == all.end() ? *all.front() : **found;
}

std::string Invitation::uid() const
{
    return uid_of(event());
}

bool Invitation::lacks_organizer() const
{
    return std::ranges::any_of(events(), [](IcalComponent const *event) { return !organizer_of(*event); });
}

void Invitation::complete_organizer(CalendarPerson const &sender)
{
    auto organizer = sender;
    for (auto const *event : events())
        if (auto const found = organizer_of(*event))
            organizer = *found;
    for (auto *item : m_document.items())
        if (item->name() == "VEVENT" && !organizer_of(*item))
            set_organizer(*item, organizer);
}

int64_t Invitation::sequence() const
{
    return sequence_of(event());
}

int64_t sequence_of(IcalComponent const &event)
{
    auto const property = event.property("SEQUENCE");
    return property ? parse_signed(trim(property->value)).value_or(0) : 0;
}

MimePart const *find_calendar_part(MimePart const &root)
{
    auto const is_calendar = [](MimePart const &part) { return part.type == "text/calendar"; };
    auto const *const part = find_leaf(root, is_calendar);
    return part ? part : find_leaf(root, is_calendar_file);
}

/// Who has sent the message stands in for an organizer that is missing.
static Result<void> complete_organizer(Invitation &invitation, MailMessage &message)
{
    bool const is_from_organizer =
        invitation.method() == ItipMethod::request || invitation.method() == ItipMethod::cancel;
    if (!is_from_organizer || !invitation.lacks_organizer())
        return {};
    auto const headers = message.headers();
    if (!headers)
        return headers.error();
    if (auto const from = parse_addresses(headers->from); from.size() == 1)
        invitation.complete_organizer({from[0].address, from[0].name});
    return {};
}

Result<std::optional<FoundInvitation>> read_invitation(MailMessage &message, MimePart const &root)
{
    auto const *const part = find_calendar_part(root);
    if (!part)
        return std::optional<FoundInvitation>();
    auto const text = message.text(part->id, max_calendar_bytes);
    if (!text)
        return text.error();
    auto invitation = text->more ? std::nullopt : Invitation::parse(text->text, part->method);
    if (!invitation)
        return std::optional<FoundInvitation>();
    if (auto const completed = complete_organizer(*invitation, message); !completed)
        return completed.error();
    return std::optional(FoundInvitation{*std::move(invitation), part->id});
}

std::string_view meeting_class(Invitation const &invitation)
{
    if (invitation.method() == ItipMethod::request)
        return "IPM.Schedule.Meeting.Request";
    if (invitation.method() == ItipMethod::cancel)
        return "IPM.Schedule.Meeting.Canceled";
    if (auto const attendee = invitation.event().property("ATTENDEE"))
        for (auto const &row : response_classes)
            if (equals_ignoring_case(attendee->parameter("PARTSTAT"), row.partstat))
                return row.message_class;
    return "IPM.Schedule.Meeting.Resp.Tent";
}

} // namespace eas
