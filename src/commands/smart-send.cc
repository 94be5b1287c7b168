// Both commands differ in the text that is quoted, in the attachments, and in the flag that the original
// gets; how the message is built is mapping/reply-message.h. Up to 12.1 the original is named in the query,
// from 14.0 on in the element Source. With ReplaceMime the client has put the original in itself.
//
// Nothing is sent without the original: the phone's user would believe that the other side got it.
#include "commands/smart-send.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"
#include "commands/forward-meeting.h"
#include "commands/known-message.h"
#include "commands/send-answer.h"
#include "mapping/email-flag.h"
#include "mapping/reply-message.h"
#include "sync/item-class.h"
#include "sync/server-id.h"
#include <variant>

namespace eas {

namespace {

/// MS-ASCMD 2.2.3.173; up to 12.1 the parameters of the query.
struct Source {
    std::optional<std::string> folder_id, item_id, long_id, instance_id;
};

struct SmartRequest : SendRequest {
    std::optional<Source> source;
    Present replace_mime;
    std::optional<std::vector<Forwardee>> forwardees;
    std::optional<Body> body;
};

} // namespace

template <> struct Schema<Source> {
    static constexpr auto properties = Rows{property(Tag::ComposeMail_FolderId, &Source::folder_id),
                                            property(Tag::ComposeMail_ItemId, &Source::item_id),
                                            property(Tag::ComposeMail_LongId, &Source::long_id),
                                            property(Tag::ComposeMail_InstanceId, &Source::instance_id)};
};

template <> struct Schema<SmartRequest> {
    static constexpr auto properties = Schema<SendRequest>::properties.and_then(
        Rows{property(Tag::ComposeMail_Source, &SmartRequest::source),
             property(Tag::ComposeMail_ReplaceMime, &SmartRequest::replace_mime),
             list(Tag::ComposeMail_Forwardees, Tag::ComposeMail_Forwardee, &SmartRequest::forwardees,
                  since(v16_0)),
             property(Tag::AirSyncBase_Body, &SmartRequest::body, since(v16_0))});
};

/// The original cannot be read. MS-ASCMD 2.2.2.
static SendFailure not_readable(Error error)
{
    switch (error.kind) {
    case ErrorKind::not_found:
    case ErrorKind::denied:
        return {send_status::item_not_found, std::move(error)};
    case ErrorKind::bad_request:
        return {send_status::invalid_mime, std::move(error)};
    case ErrorKind::too_large:
        return {send_status::attachment_too_large, std::move(error)};
    case ErrorKind::temporary:
        return {send_status::server_error_retry_later, std::move(error)};
    default:
        return {send_status::server_error, std::move(error)};
    }
}

static SendFailure no_item(std::string what)
{
    return {send_status::item_not_found, {ErrorKind::not_found, std::move(what)}};
}

/// The original as it is named; of a LongId, with the UIDVALIDITY that its folder must have.
static std::variant<FoundMessage, SendFailure> find_source(Source const &source)
{
    if (is_given(source.long_id)) {
        auto const found = parse_long_id(*source.long_id);
        return found ? std::variant<FoundMessage, SendFailure>(*found)
                     : no_item("no search result " + *source.long_id);
    }
    if (!is_given(source.item_id))
        return bad_send_request(send_status::invalid_xml, "ComposeMail:ItemId is missing");
    if (is_given(source.instance_id) && !parse_datetime(*source.instance_id))
        return bad_send_request(send_status::invalid_datetime,
                                "not a time: InstanceId " + *source.instance_id);
    if (is_given(source.instance_id))
        return no_item("a message has no instance " + *source.instance_id);
    auto const id = parse_message_id(*source.item_id);
    if (!id || (is_given(source.folder_id) && *source.folder_id != id->folder))
        return no_item("no item " + *source.item_id);
    return FoundMessage{id->folder, 0, id->uid, {}};
}

static std::string new_boundary()
{
    return "=_" + hex_encode(random_bytes(16));
}

static Result<OutgoingChanges> changes_for(std::string_view mime, MailMessage &original, Verb verb,
                                           bool replace_mime, Instant now)
{
    if (!replace_mime)
        return add_original(mime, original, verb, new_boundary(), now);
    auto const headers = original.headers();
    return headers ? Result(threading_fields(*headers, now)) : headers.error();
}

namespace {

/// What the original is marked with.
struct Mark {
    Uid uid; ///< its UID in the mailbox
    LastVerb verb;
};

} // namespace

static Result<LastVerb> last_verb(Session &session, std::string_view mime, MailMessage &original, Verb verb)
{
    if (verb == Verb::forward)
        return LastVerb::forward;
    auto const headers = original.headers();
    if (!headers)
        return headers.error();
    return is_reply_to_all(mime, *headers, session.ports.submission.addresses()) ? LastVerb::reply_to_all
                                                                                 : LastVerb::reply;
}

/// LastVerbExecuted of the original. The mail is out: that this failed is for the log only.
static void mark(Session &session, MailFolderHandle &folder, Uid uid, LastVerb verb)
{
    auto const before = folder.flags({uid});
    if (!before || before->empty())
        return;
    auto const change = verb_change(verb, session.ports.clock.now(), before->front().flags);
    if (auto const marked = folder.set_flags(uid, change); !marked)
        session.log_note += " original not marked: " + marked.error().message;
}

/// When it returns, nothing of the original is open any more: its flags can be set.
static std::variant<Mark, SendFailure> send_with_original(Session &session, MailFolderHandle &folder,
                                                          MessageId const &id, Verb verb,
                                                          SmartRequest const &request)
{
    auto const original = open_known(session, folder, id);
    if (!original)
        return not_readable(original.error());
    auto const done = last_verb(session, *request.mime, *original->message, verb);
    if (!done)
        return not_readable(done.error());
    auto const changes =
        changes_for(*request.mime, *original->message, verb, request.replace_mime, session.ports.clock.now());
    if (!changes)
        return not_readable(changes.error());
    if (auto failure = send_message(session, *request.mime, *changes, request.client_id.value_or(""),
                                    request.save_in_sent_items))
        return std::move(*failure);
    return Mark{original->message->uid(), *done};
}

static std::optional<ItemId> meeting_of(Source const &source)
{
    auto const item =
        parse_item_id((is_given(source.long_id) ? source.long_id : source.item_id).value_or(""));
    return item && item->item_class == ItemClass::calendar ? item : std::nullopt;
}

static bool is_in_named_folder(ItemId const &item, Source const &source)
{
    return is_given(source.long_id) || !is_given(source.folder_id) ||
           *source.folder_id == item_collection_id(item.item_class, item.collection);
}

static std::optional<SendFailure> send(Session &session, Verb verb, SmartRequest const &request)
{
    auto const item = meeting_of(*request.source);
    if (item && !is_in_named_folder(*item, *request.source))
        return no_item("an item of another folder");
    if (item && verb == Verb::forward)
        return forward_meeting(session, {*item, request.source->instance_id.value_or(""), request.forwardees,
                                         request.body, request.mime, request.client_id.value_or(""),
                                         request.save_in_sent_items});
    else if (item && request.mime)
        return reply_to_meeting(session, {*item, request.source->instance_id.value_or(""), *request.mime,
                                          request.client_id.value_or(""), request.save_in_sent_items,
                                          request.replace_mime});
    auto const found = find_source(*request.source);
    if (auto *failure = std::get_if<SendFailure>(&found))
        return *failure;
    auto const &id = std::get<FoundMessage>(found);
    auto const folder = session.ports.mail.open(id.folder);
    if (!folder)
        return not_readable(folder.error());
    if (id.uid_validity != 0 && id.uid_validity != (*folder)->status().uid_validity)
        return no_item("folder " + id.folder + " was rebuilt since the search");
    auto sent = send_with_original(session, **folder, {id.folder, id.uid}, verb, request);
    if (auto *failure = std::get_if<SendFailure>(&sent))
        return std::move(*failure);
    mark(session, **folder, std::get<Mark>(sent).uid, std::get<Mark>(sent).verb);
    return std::nullopt;
}

/// Forwardees and Body are for calendar items only, and not beside a message. MS-ASCMD 2.2.3.169.
static std::optional<SendFailure> check_forwardees(SmartRequest const &request)
{
    if (!request.forwardees && !request.body)
        return std::nullopt;
    if (request.mime || request.save_in_sent_items || request.replace_mime)
        return bad_send_request(send_status::invalid_mime_body_combination,
                                "ComposeMail:Forwardees or AirSyncBase:Body beside a message");
    if (request.source && meeting_of(*request.source))
        return std::nullopt;
    return bad_send_request(send_status::invalid_smart_forward_parameters,
                            "ComposeMail:Forwardees and AirSyncBase:Body are not for mail");
}

/// 14.0 on.
static std::optional<SendFailure> handle(Session &session, Verb verb, Element const *document)
{
    if (!document)
        return bad_send_request(send_status::invalid_content, "the request is not WBXML");
    auto const request = read<SmartRequest>(*document, session.version);
    if (!request)
        return SendFailure{send_status::invalid_xml, request.error()};
    if (auto failure = check_forwardees(*request))
        return failure;
    bool const has_mime = !request->forwardees;
    if (auto failure = check_send_request(session, *request, has_mime))
        return failure;
    if (!request->source)
        return bad_send_request(send_status::invalid_xml, "ComposeMail:Source is missing");
    return send(session, verb, *request);
}

static SmartRequest request_of_query(Session const &session)
{
    SmartRequest request;
    request.mime = session.body;
    request.client_id = client_id_of(session.line, session.body);
    request.save_in_sent_items = session.line.save_in_sent;
    request.source = Source{session.line.collection_id, session.line.item_id, session.line.long_id,
                            session.line.occurrence};
    return request;
}

static Result<void> run(Session &session, Verb verb, Tag root, Element const *document, CommandOutput &output)
{
    if (session.version > v12_1)
        return answer_send(session, root, handle(session, verb, document), output);
    if (document)
        return Error{ErrorKind::bad_request, "up to 12.1 the request is a message, not WBXML"};
    auto const request = request_of_query(session);
    if (was_sent(session, *request.client_id)) {
        session.log_note = "sent before";
        return {};
    }
    auto const failure = send(session, verb, request);
    return failure ? Result<void>(failure->error) : Result<void>();
}

Result<void> run_smart_reply(Session &session, Element const *document, CommandOutput &output)
{
    return run(session, Verb::reply, Tag::ComposeMail_SmartReply, document, output);
}

Result<void> run_smart_forward(Session &session, Element const *document, CommandOutput &output)
{
    return run(session, Verb::forward, Tag::ComposeMail_SmartForward, document, output);
}

} // namespace eas
