// See sending.h.
#include "services/sending.h"
#include "base/text.h"
#include "mapping/encoded-words.h"
#include "sync/operation-name.h"
#include <algorithm>

namespace eas {

static constexpr size_t max_client_id_characters = 40; // MS-ASCMD 2.2.3.28.1
static constexpr size_t max_remembered_client_ids = 100;
static constexpr size_t max_collected_recipients = 20; ///< of one mail
/// The TemplateID that asks for no rights at all. MS-ASRM 2.2.2.19.3
static constexpr std::string_view no_restriction = "00000000-0000-0000-0000-000000000000";

SendFailure bad_send_request(int status, std::string what)
{
    return {status, {ErrorKind::bad_request, std::move(what)}};
}

/// What the submission server's refusal is called.
static int submission_status(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::not_found:
        return send_status::recipient_unresolved;
    case ErrorKind::quota:
        return send_status::send_quota_exceeded;
    case ErrorKind::too_large:
        return send_status::attachment_too_large;
    case ErrorKind::temporary:
        return send_status::server_error_retry_later;
    case ErrorKind::conflict: // of a reply or forward: the original vanished while it was read
        return send_status::item_not_found;
    default:
        return send_status::submission_failed;
    }
}

static std::optional<SendFailure> check_recipients(OutgoingMessage const &message)
{
    if (message.recipients.empty())
        return bad_send_request(send_status::no_recipient, "the message has no recipient");
    for (MailAddress const &recipient : message.recipients)
        if (recipient.address.find('@') == std::string::npos)
            return bad_send_request(send_status::recipient_unresolved,
                                    "not an address: " + recipient.address);
    return std::nullopt;
}

/// Durable before the answer: a repeat after a crash is not sent again. That it could not be written is no
/// reason to have the phone send again right now, so the device stays as it is stored.
static void remember(Session &session, std::string const &client_id)
{
    Device device = session.device;
    auto &sent = device.sent_client_ids;
    sent.push_back(client_id);
    if (sent.size() > max_remembered_client_ids)
        sent.erase(sent.begin(), sent.end() - max_remembered_client_ids);
    auto const saved = save_device(session.ports.state, device);
    if (saved) {
        session.device = session.stored = std::move(device);
        return;
    }
    session.log_note += " client-id not remembered: " + saved.error().message;
    session.log_as_warning = true;
    session.device = session.stored; // the mail is out: no later failure may have the phone send it again
}

/// The mail is out: a full mailbox is the log's business, not the phone's.
static void file_in_sent(Session &session, Content const &message)
{
    MailFlags flags;
    flags.seen = true;
    auto const folder = session.ports.mail.special_folder(SpecialUse::sent);
    auto const saved = folder ? session.ports.mail.save(*folder, message, flags) : folder.error();
    session.log_note += saved ? " saved" : " no copy in Sent: " + saved.error().message;
    session.log_as_warning |= !saved;
}

/// Whether the header has a field of that name, given with its colon.
static bool has_field(std::string_view mime, std::string_view name)
{
    while (!mime.empty() && mime.front() != '\r' && mime.front() != '\n') {
        if (equals_ignoring_case(mime.substr(0, name.size()), name))
            return true;
        auto const end = mime.find('\n');
        mime.remove_prefix(end == mime.npos ? mime.size() : end + 1);
    }
    return false;
}

std::string client_id_of(RequestLine const &line, std::string_view mime)
{
    if (!has_field(mime, "Message-ID:") && !has_field(mime, "Date:"))
        return "";
    OperationName name;
    for (std::string_view piece : {std::string_view(line.command), std::string_view(line.collection_id),
                                   std::string_view(line.item_id), std::string_view(line.long_id), mime})
        name.add(piece);
    return name.text();
}

bool was_sent(Session const &session, std::string_view client_id)
{
    auto const &sent = session.device.sent_client_ids;
    return !client_id.empty() && std::ranges::find(sent, client_id) != sent.end();
}

/// Where the admin wants it, the user's book of collected addresses learns who got mail.
static void collect(Session &session, std::vector<MailAddress> const &recipients,
                    std::vector<std::string> const &own)
{
    if (!session.ports.collected)
        return;
    std::vector<CollectedAddress> addresses;
    for (auto const &recipient : recipients)
        if (addresses.size() < max_collected_recipients &&
            std::ranges::find(own, recipient.address) == own.end())
            addresses.push_back({decode_display_name(recipient.display_name), recipient.address});
    if (auto const added = session.ports.collected->add(addresses); !added) {
        session.log_note += " recipients not collected: " + added.error().message;
        session.log_as_warning = true;
    }
}

std::optional<SendFailure> send_message(Session &session, std::string_view mime,
                                        OutgoingChanges const &changes, std::string const &client_id,
                                        bool save_in_sent)
{
    auto const own = session.ports.submission.addresses();
    auto const message = prepare_outgoing(
        mime, {session.ports.clock.now(), new_message_id(own.empty() ? session.user : own.front()), own},
        changes);
    if (!message)
        return SendFailure{send_status::invalid_mime, message.error()};
    if (auto failure = check_recipients(*message))
        return failure;
    if (auto const sent = session.ports.submission.send(message->message); !sent)
        return SendFailure{submission_status(sent.error().kind), sent.error()};

    session.log_note = "sent recipients=" + std::to_string(message->recipients.size()) +
                       " bytes=" + std::to_string(mime.size());
    if (!client_id.empty())
        remember(session, client_id);
    if (save_in_sent)
        file_in_sent(session, message->message);
    collect(session, message->recipients, own);
    return std::nullopt;
}

std::optional<SendFailure> check_send_request(Session const &session, SendRequest const &request,
                                              bool needs_mime)
{
    if (!request.client_id || request.client_id->empty())
        return bad_send_request(send_status::invalid_xml, "ComposeMail:ClientId is missing");
    if (utf8_prefix_characters(*request.client_id, max_client_id_characters).size() <
        request.client_id->size())
        return bad_send_request(send_status::invalid_xml, "ComposeMail:ClientId has over 40 characters");
    if (needs_mime && !request.mime)
        return bad_send_request(send_status::invalid_xml, "ComposeMail:Mime is missing");
    // The only account is the primary one, which has no id. MS-ASCMD 2.2.3.3.2.
    if (request.account_id && !request.account_id->empty())
        return bad_send_request(send_status::invalid_account_id,
                                "no account has the id " + *request.account_id);
    if (request.template_id && !request.template_id->empty() && *request.template_id != no_restriction)
        return bad_send_request(send_status::no_rights_management,
                                "rights are not managed: TemplateID " + *request.template_id);
    if (was_sent(session, *request.client_id))
        return bad_send_request(send_status::previously_sent, "sent before: ClientId " + *request.client_id);
    return std::nullopt;
}

} // namespace eas
