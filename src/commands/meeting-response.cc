// The answer goes into the calendar, the invitation out of the mail folder to Trash, and from 16.0 on, if the
// client asks for it with SendResponse, a mail to the organizer; up to 14.1 the client sends that mail.
//
// In this order: the mail, the calendar, Trash. What fails is done again when the client repeats its request,
// and what was done is not: of each invitation, item or instance the device remembers the last request that
// was done, all of it, with what the calendar has of it; the mail is known by that and by what was done
// before.
#include "commands/meeting-response.h"
#include "commands/answered-meetings.h"
#include "commands/meeting-answer-mail.h"
#include "mapping/event-instance.h"
#include "mapping/ical-people.h"
#include "services/calendar-owner.h"
#include "services/declined-instances.h"
#include "services/meeting-calendar.h"
#include "services/meeting-intake.h"
#include "sync/item-class.h"
#include "sync/server-id.h"
#include <array>
#include <functional>

namespace eas {

namespace {

constexpr size_t most_requests = 100; // MS-ASCMD 3.1.5.10
constexpr int most_attempts = 3;      ///< another program may write the file at the same time

struct Refusal {
    int status;
    std::string why;
};

Refusal refuse(Error const &error)
{
    switch (error.kind) {
    case ErrorKind::not_found:
    case ErrorKind::bad_request:
        return {response_status::invalid_request, error.message};
    case ErrorKind::denied:
    case ErrorKind::quota:
    case ErrorKind::too_large:
        return {response_status::server_error, error.message};
    default:
        return {response_status::mailbox_error, error.message};
    }
}

/// MS-ASCMD 2.2.3.194
std::optional<Attendee::Status> answer_of(int user_response)
{
    using Status = Attendee::Status;
    constexpr std::array answers{Status::accepted, Status::tentative, Status::declined};
    if (user_response < 1 || user_response > static_cast<int>(answers.size()))
        return std::nullopt;
    return answers[static_cast<size_t>(user_response - 1)];
}

/// Without what the client does not mean.
ResponseRequest meant(ResponseRequest request)
{
    if (is_given(request.request_id) && !is_given(request.long_id))
        request.long_id.reset();
    if (is_given(request.long_id)) {
        if (!is_given(request.request_id))
            request.request_id.reset();
        if (!is_given(request.collection_id))
            request.collection_id.reset();
    }
    return request;
}

/// One Request.
class Responding {
public:
    Responding(Session &session, ResponseRequest const &request)
        : m_session(session), m_request(request), m_context(calendar_context(session)),
          m_target(name_of_target(request.long_id ? *request.long_id : request.request_id.value_or(""),
                                  request.instance_id.value_or(""))),
          m_content(name_of_content(request)), m_before(last_answer(session.device, m_target))
    {}

    ResponseResult run();

private:
    std::optional<Refusal> respond(ResponseResult &result);
    std::optional<Refusal> check();
    std::optional<Refusal> respond_to_mail(MessageId const &id, uint32_t uid_validity);
    std::optional<Refusal> check_item(ItemId const &id) const;
    std::optional<Refusal> respond_to_item(ItemId const &id);
    Result<std::optional<FoundInvitation>> read_mail(MailFolderHandle &folder, Uid uid);
    std::optional<Refusal> enter(Invitation const &invitation, bool &is_conflict);
    std::optional<Refusal> enter(StoredEvent &stored, bool &is_conflict);
    std::optional<Refusal> again_on_conflict(std::function<std::optional<Refusal>(bool &)> const &attempt);
    bool has_this_answer(std::string_view stored) const;
    void name_instance(Result<StoredEvent> const &stored);
    MeetingAnswerMail answer_mail() const;
    std::optional<Refusal> put_aside(MailFolderHandle &folder, MessageId const &id);
    bool is_declined() const { return m_answer == Attendee::Status::declined; }

    Session &m_session;
    ResponseRequest const &m_request;
    CalendarContext m_context;
    std::string m_target;     ///< a name for what is answered
    std::string m_content;    ///< a name for the whole request
    AnsweredMeeting m_before; ///< what was done with the target last
    Attendee::Status m_answer = Attendee::Status::accepted;
    std::optional<Instant> m_instance;
    std::optional<std::string> m_calendar_id;
};

std::optional<Refusal> Responding::check()
{
    auto const answer = answer_of(m_request.user_response);
    if (!answer)
        return Refusal{response_status::invalid_request, "no such UserResponse"};
    m_answer = *answer;
    bool const has_any = m_request.request_id || m_request.collection_id;
    bool const has_both = m_request.request_id && m_request.collection_id;
    if (m_request.long_id ? has_any : !has_both)
        return Refusal{response_status::invalid_request,
                       "RequestId with CollectionId, or else LongId, is needed"};
    if (m_request.instance_id && m_session.version < v14_1)
        return Refusal{response_status::invalid_request, "InstanceId before 14.1"};
    if (m_request.instance_id) {
        m_instance =
            m_request.instance_id->size() == 24 ? parse_datetime(*m_request.instance_id) : std::nullopt;
        if (m_request.instance_id->empty())
            return Refusal{response_status::invalid_request, "an empty InstanceId"};
        if (!m_instance)
            return Refusal{response_status::invalid_datetime,
                           "no time: InstanceId " + *m_request.instance_id};
    }
    auto const &send = m_request.send_response;
    if (send && send->proposed_start.has_value() != send->proposed_end.has_value())
        return Refusal{response_status::invalid_request,
                       "ProposedStartTime and ProposedEndTime belong together"};
    if (send && send->proposed_start && send->proposed_end->value < send->proposed_start->value)
        return Refusal{response_status::invalid_request, "ProposedEndTime before ProposedStartTime"};
    return std::nullopt;
}

MeetingAnswerMail Responding::answer_mail() const
{
    return {m_session, m_request.send_response, m_answer, m_context, m_target + m_content + m_before.text};
}

/// The answered invitation is not wanted in its folder any more. That it cannot be moved is no reason to tell
/// the client that the answer failed.
std::optional<Refusal> Responding::put_aside(MailFolderHandle &folder, MessageId const &id)
{
    auto const trash = m_session.ports.mail.special_folder(SpecialUse::trash);
    if (trash && *trash == id.folder) // the user has another mind now
        return std::nullopt;
    auto const moved = trash ? folder.move(id.uid, *trash) : Result<Uid>(trash.error());
    if (moved || moved.error().kind == ErrorKind::not_found)
        return std::nullopt;
    if (moved.error().kind == ErrorKind::temporary)
        return refuse(moved.error());
    m_session.log_note += " invitation not moved to Trash: " + moved.error().message;
    return std::nullopt;
}

std::optional<Refusal>
Responding::again_on_conflict(std::function<std::optional<Refusal>(bool &)> const &attempt)
{
    for (int attempts = 1;; attempts++) {
        bool is_conflict = false;
        auto refusal = attempt(is_conflict);
        if (!refusal || !is_conflict || attempts == most_attempts)
            return refusal;
    }
}

Result<std::optional<FoundInvitation>> Responding::read_mail(MailFolderHandle &folder, Uid uid)
{
    auto const message = folder.message(uid);
    auto const structure = message ? (*message)->structure() : Result<MimePart>(message.error());
    if (!structure)
        return structure.error();
    return read_invitation(**message, *structure);
}

std::optional<Refusal> Responding::enter(Invitation const &invitation, bool &is_conflict)
{
    auto const organizer = organizer_of(invitation.event()).value_or(CalendarPerson{}).email;
    if (is_one_of(organizer, m_context.addresses))
        return Refusal{response_status::invalid_request, "the user is the organizer"};
    auto const stored = find_stored_event(*m_session.ports.calendars, invitation.uid());
    if (!stored)
        return refuse(stored.error());
    auto event = stored->value_or(StoredEvent{});
    if (!is_stored_meeting_of(event.text, organizer))
        return Refusal{response_status::invalid_request, "the event with that UID is of another organizer"};
    if (auto const sent = answer_mail().send(invitation, event.text); !sent)
        return refuse(sent.error());
    auto const update = is_declined() ? decline_invitation(invitation, event.text, m_context)
                                      : accept_invitation(invitation, event.text, m_answer, m_context,
                                                          declined_instances(m_session, invitation.uid()));
    if (auto const done = apply_update(*m_session.ports.calendars, update, event); !done) {
        is_conflict = done.error().kind == ErrorKind::conflict || done.error().kind == ErrorKind::exists;
        return refuse(done.error());
    }
    if (!is_declined())
        m_calendar_id = item_id(ItemClass::calendar, event.collection, event.item.id);
    auto const noted = note_answer(m_session, invitation, is_declined(), m_context);
    return noted ? std::nullopt : std::optional(refuse(noted.error()));
}

std::optional<Refusal> Responding::respond_to_mail(MessageId const &id, uint32_t uid_validity)
{
    if (m_before.has_content(m_content)) {
        m_calendar_id = m_before.item();
        return std::nullopt;
    }
    if (m_instance)
        return Refusal{response_status::invalid_request, "InstanceId of a mail"};
    auto const folder = m_session.ports.mail.open(id.folder);
    if (!folder)
        return refuse(folder.error());
    if (uid_validity != 0 && uid_validity != (*folder)->status().uid_validity)
        return Refusal{response_status::invalid_request, "the folder was rebuilt since the search"};
    auto const found = read_mail(**folder, id.uid);
    if (!found && found.error().kind == ErrorKind::not_found) // in Trash, since it was answered before
        if (auto const item = m_before.item();
            auto const item_id = item ? parse_item_id(*item) : std::nullopt)
            return respond_to_item(*item_id);
    if (!found)
        return refuse(found.error());
    if (!*found || (*found)->invitation.method() != ItipMethod::request)
        return Refusal{response_status::invalid_request, "the mail is no meeting request"};
    if (!has_times((*found)->invitation, m_context))
        return Refusal{response_status::invalid_request, "the meeting request has no times"};
    if (auto refusal =
            again_on_conflict([&](bool &is_conflict) { return enter((*found)->invitation, is_conflict); }))
        return refusal;
    if (!is_declined())
        take_cancellations(m_session, (*found)->invitation.uid());
    if (auto refusal = put_aside(**folder, id))
        return refusal;
    remember_answer(m_session.device, m_target, m_content, m_calendar_id);
    if (m_calendar_id) // the same to the item says nothing new
        remember_answer(m_session.device, name_of_target(*m_calendar_id, ""), m_content, m_calendar_id);
    return std::nullopt;
}

/// By its original start.
void Responding::name_instance(Result<StoredEvent> const &stored)
{
    auto const document =
        stored && m_instance ? IcalDocument::parse(stored->text) : Error{ErrorKind::not_found, "no instance"};
    if (document)
        m_instance = original_of_named(*document, *m_instance, m_session.version, m_context);
}

/// Whether the calendar shows the user's answer to what is answered.
bool Responding::has_this_answer(std::string_view stored) const
{
    auto const document = IcalDocument::parse(stored);
    auto const event = document ? event_instance(*document, m_instance, m_context) : std::nullopt;
    if (!event)
        return is_declined() && m_instance;
    auto const own = own_attendee_line(*event, m_context.addresses);
    return own && attendee_status(own->parameter("PARTSTAT")) == m_answer;
}

std::optional<Refusal> Responding::enter(StoredEvent &stored, bool &is_conflict)
{
    auto const meeting = describe_meeting(stored.text, m_context);
    if (!meeting.is_meeting || meeting.is_organizer)
        return Refusal{response_status::invalid_request, "the user is the organizer, or there is none"};
    if (m_instance && !meeting.is_recurring)
        return Refusal{response_status::not_recurring, "InstanceId of a meeting that does not recur"};
    auto const update = answer_item(stored.text, m_instance, m_answer, m_context);
    auto const document = IcalDocument::parse(stored.text);
    if (!update || !document)
        return Refusal{response_status::invalid_request, "no such instance"};
    if (auto const sent = answer_mail().send(*document, m_instance); !sent)
        return refuse(sent.error());
    auto done = apply_update(*m_session.ports.calendars, *update, stored);
    is_conflict = !done && done.error().kind == ErrorKind::conflict;
    if (done && is_declined())
        done = note_decline(m_session, *document, m_instance, m_context);
    return done ? std::nullopt : std::optional(refuse(done.error()));
}

std::optional<Refusal> Responding::check_item(ItemId const &id) const
{
    if (m_session.version < v14_1)
        return Refusal{response_status::invalid_request, "calendar items are answered from 14.1 on"};
    if (!m_request.long_id && *m_request.collection_id != item_collection_id(id.item_class, id.collection))
        return Refusal{response_status::invalid_request, "the item is of another collection"};
    return std::nullopt;
}

std::optional<Refusal> Responding::respond_to_item(ItemId const &id)
{
    bool is_done = false;
    auto refusal = again_on_conflict([&](bool &is_conflict) -> std::optional<Refusal> {
        auto stored = read_stored_event(*m_session.ports.calendars, id.collection, id.item);
        name_instance(stored);
        is_done = m_before.has_content(m_content) &&
                  (stored ? has_this_answer(stored->text)
                          : stored.error().kind == ErrorKind::not_found && is_declined());
        if (is_done)
            return std::nullopt;
        return stored ? enter(*stored, is_conflict) : refuse(stored.error());
    });
    if (refusal)
        return refusal;
    if (!is_declined())
        m_calendar_id = item_id(ItemClass::calendar, id.collection, id.item);
    if (!is_done)
        remember_answer(m_session.device, m_target, m_content, m_calendar_id);
    return std::nullopt;
}

std::optional<Refusal> Responding::respond(ResponseResult &result)
{
    if (auto refusal = check())
        return refusal;
    if (!m_session.ports.calendars)
        return Refusal{response_status::server_error, "no calendars"};
    std::optional<Refusal> refusal;
    auto const item = parse_item_id(m_request.long_id ? *m_request.long_id : *m_request.request_id);
    if (item && item->item_class == ItemClass::calendar) {
        refusal = check_item(*item);
        if (!refusal)
            refusal = respond_to_item(*item);
    } else if (m_request.long_id) {
        auto const found = parse_long_id(*m_request.long_id);
        refusal = found ? respond_to_mail({found->folder, found->uid}, found->uid_validity)
                        : Refusal{response_status::invalid_request, "no search result " + *m_request.long_id};
    } else {
        auto const id = parse_message_id(*m_request.request_id);
        refusal = id && id->folder == *m_request.collection_id
                      ? respond_to_mail(*id, 0)
                      : Refusal{response_status::invalid_request, "no item " + *m_request.request_id};
    }
    if (!refusal)
        result.calendar_id = m_calendar_id;
    return refusal;
}

ResponseResult Responding::run()
{
    ResponseResult result;
    result.request_id = m_request.request_id;
    if (m_request.instance_id && m_request.instance_id->size() == 24)
        result.instance_id = m_request.instance_id;
    if (auto const refusal = respond(result)) {
        result.status = refusal->status;
        m_session.log_note += " status=" + std::to_string(refusal->status) + ' ' + refusal->why;
    }
    return result;
}

Result<MeetingResponseResponse> handle(Session &session, Element const &document)
{
    auto const request = read<MeetingResponseRequest>(document, session.version);
    if (!request) {
        session.log_note = request.error().message;
        return MeetingResponseResponse{{{{}, response_status::invalid_request, {}, {}}}};
    }
    if (request->requests.empty() || request->requests.size() > most_requests)
        return Error{ErrorKind::bad_request, "1 to 100 elements Request are wanted"};
    MeetingResponseResponse response;
    for (auto const &each : request->requests)
        response.results.push_back(Responding(session, meant(each)).run());
    return response;
}

} // namespace

Result<void> run_meeting_response(Session &session, Element const *document, CommandOutput &output)
{
    if (!document)
        return Error{ErrorKind::bad_request, "MeetingResponse without WBXML"};
    auto const response = handle(session, *document);
    if (!response)
        return response.error();
    return write_document(output.sink, Tag::MeetingResponse_MeetingResponse, *response, session.version);
}

} // namespace eas
