// What SendMail, SmartReply and SmartForward share: the elements of their requests, and sending a message
// once, with its copy in Sent. MS-ASCMD 2.2.1.17.
//
// A phone that got no answer sends again. So what was sent is remembered by its ClientId before anything
// else can fail, and nothing that fails after that is told to the phone.
#pragma once
#include "base/result.h"
#include "mapping/outgoing-message.h"
#include "schema/schema.h"
#include "session/session.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

namespace send_status { // MS-ASCMD 2.2.2
constexpr int invalid_content = 101, invalid_xml = 103, invalid_datetime = 104, invalid_mime = 107,
              server_error = 110, server_error_retry_later = 111, send_quota_exceeded = 115,
              recipient_unresolved = 116, previously_sent = 118, no_recipient = 119, submission_failed = 120,
              attachment_too_large = 122, not_recurring = 146, item_not_found = 150, invalid_account_id = 166,
              no_rights_management = 168, invalid_mime_body_combination = 178,
              invalid_smart_forward_parameters = 179;
} // namespace send_status

/// What went wrong, as a Status and for the log.
struct SendFailure {
    int status;
    Error error;
};

SendFailure bad_send_request(int status, std::string what);

/// The elements that all three commands have. From 14.0 on.
struct SendRequest {
    std::optional<std::string> client_id, account_id;
    std::optional<std::string>
        template_id; ///< of the rights that the message is to carry: MS-ASRM 2.2.2.19.3
    Present save_in_sent_items;
    std::optional<std::string_view> mime;
};

template <> struct Schema<SendRequest> {
    static constexpr auto properties =
        Rows{property(Tag::ComposeMail_ClientId, &SendRequest::client_id),
             property(Tag::ComposeMail_AccountId, &SendRequest::account_id, since(v14_1)),
             property(Tag::ComposeMail_SaveInSentItems, &SendRequest::save_in_sent_items),
             property(Tag::RightsManagement_TemplateID, &SendRequest::template_id, since(v14_1)),
             property(Tag::ComposeMail_Mime, &SendRequest::mime)};
};

/// Whether the request may be carried out: ClientId and Mime are there, it is the only account, no rights are
/// asked for that nobody would enforce, and nothing with that ClientId was sent. Without `needs_mime` the
/// server makes the message.
std::optional<SendFailure> check_send_request(Session const &session, SendRequest const &request,
                                              bool needs_mime = true);

/// Up to 12.1 there is no ClientId: what stands for it. A phone that got no answer sends the same bytes
/// again, and two messages that a user wrote differ in Message-ID or Date; "" of one that has neither.
std::string client_id_of(RequestLine const &line, std::string_view mime);

/// Whether the device has sent that already.
bool was_sent(Session const &session, std::string_view client_id);

/// Sends `mime` with `changes`; both must outlive the call. An empty `client_id` is not remembered. Sets the
/// session's log note.
std::optional<SendFailure> send_message(Session &session, std::string_view mime,
                                        OutgoingChanges const &changes, std::string const &client_id,
                                        bool save_in_sent);

} // namespace eas
