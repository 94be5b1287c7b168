// Headers and flags become properties here; the body is chosen in body-choice.cc, what is an attachment in
// message-parts.cc. Properties that a version does not know are left out by Schema<Email>; here only what
// would cost a read is.
#include "mapping/email-from-message.h"
#include "base/text.h"
#include "items/categories.h"
#include "mapping/addresses.h"
#include "mapping/attachments.h"
#include "mapping/body-choice.h"
#include "mapping/code-page.h"
#include "mapping/conversation.h"
#include "mapping/email-flag.h"
#include "mapping/invitation.h"
#include "mapping/item-body.h"
#include "mapping/meeting-request.h"
#include "mapping/meeting-update.h"
#include "mapping/message-class.h"
#include "mapping/thread-topic.h"
#include "mapping/voice-message.h"
#include <algorithm>

namespace eas {
namespace {

constexpr size_t max_subject_bytes = 32768;
constexpr size_t max_bcc_bytes = 1024; // Email2.xsd

std::optional<std::string> unless_empty(std::string text)
{
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// One line: header fields may be folded, and encoded words may hold line ends.
std::string to_line(std::string_view text)
{
    auto line = sanitize_utf8(utf8_prefix(text, max_subject_bytes));
    for (char &c : line)
        if (c == '\r' || c == '\n' || c == '\t')
            c = ' ';
    return std::string(trim(line));
}

int importance_value(std::string_view importance)
{
    return importance == "high" ? 2 : importance == "low" ? 0 : 1;
}

/// MS-ASEMAIL 2.2.2.70: only where somebody sent the message in another's name.
std::optional<std::string> sender_unless_from(std::string_view sender, std::vector<Address> const &from)
{
    auto addresses = parse_addresses(sender);
    if (addresses.empty() || (!from.empty() && equals_ignoring_case(addresses[0].address, from[0].address)))
        return std::nullopt;
    return unless_empty(format_addresses(addresses, ", "));
}

void set_headers(Email &email, MailHeaders const &headers)
{
    auto to = parse_addresses(headers.to), from = parse_addresses(headers.from);
    email.to = unless_empty(format_addresses(to, ", "));
    email.cc = unless_empty(format_addresses(parse_addresses(headers.cc), ", "));
    email.bcc = unless_empty(format_addresses(parse_addresses(headers.bcc), ", ", max_bcc_bytes));
    email.from = unless_empty(format_addresses(from, ", "));
    email.sender = sender_unless_from(headers.sender, from);
    email.reply_to = unless_empty(format_addresses(parse_addresses(headers.reply_to), ";"));
    email.display_to = unless_empty(format_display_names(to));
    email.subject = to_line(headers.subject);
    email.thread_topic = thread_topic(*email.subject);
    email.importance = importance_value(headers.importance);
    email.conversation_id = Bytes{conversation_id(headers)};
    email.conversation_index = Bytes{conversation_index(headers)};
    email.content_class = "urn:content-classes:message"; // of all mail, MS-ASEMAIL 2.2.2.20
}

void set_attachments(Email &email, MessageParts const &parts, std::string const &file_reference_prefix)
{
    if (parts.attachments.empty())
        return;
    email.attachments.emplace();
    for (auto const &attached : parts.attachments)
        email.attachments->push_back(to_attachment(attached, file_reference_prefix));
}

std::string charset_of(MessageParts const &parts)
{
    auto native = parts_for(parts, native_body_type(parts));
    if (native.empty())
        return "";
    return native[0]->charset.empty() ? "us-ascii" : native[0]->charset; // RFC 2045 5.2
}

/// Clients show what MeetingRequest says, so the part it was made of is no attachment besides; a file is one,
/// although it may be the same.
void take_out_invitation(MessageParts &parts, std::string const &part_id)
{
    std::erase_if(parts.attachments, [&](AttachedPart const &attached) {
        return attached.part->id == part_id && attached.part->type == "text/calendar" &&
               attached.part->disposition != "attachment";
    });
}

/// Of a message that is nothing but an invitation the description is the body.
void set_description(Email &email, IcalComponent const &event, BodyOptions const &options,
                     ProtocolVersion version)
{
    auto const text = ical_text_body(event);
    if (text.empty() || !email.body || email.body->type == BodyType::mime)
        return;
    email.body = choose_item_body(text, options, version);
    email.native_body_type = native_body_type(text);
}

/// The class, and what a scheduling message says. Exchange gives these another content class, too. Returns
/// what MeetingRequest was made of.
Result<std::optional<FoundInvitation>> set_class(Email &email, MailMessage &message, MimePart const &root,
                                                 ProtocolVersion version, CalendarContext const *meetings)
{
    auto found = std::optional<FoundInvitation>();
    if (meetings && !is_smime(root)) {
        auto read = read_invitation(message, root);
        if (!read)
            return read.error();
        found = *std::move(read);
        if (found && found->invitation.method() == ItipMethod::request &&
            !has_times(found->invitation, *meetings))
            found.reset();
    }
    if (!found) {
        auto item_class = message_class(message, root);
        if (!item_class)
            return item_class.error();
        email.message_class = *std::move(item_class);
        return found;
    }
    auto const received = message.received();
    if (!received)
        return received.error();
    email.message_class = std::string(meeting_class(found->invitation));
    email.content_class = "urn:content-classes:calendarmessage";
    email.meeting_request = meeting_request_from(found->invitation, *received, version, *meetings);
    auto const headers = message.headers();
    if (!headers)
        return headers.error();
    if (!email.meeting_request)
        return std::optional<FoundInvitation>();
    email.meeting_request->forwardees = forwardees_of(found->invitation, headers->from, headers->to);
    return found;
}

/// Body, its description, attachments and class: what depends on the MIME structure.
Result<void> set_content(Email &email, MailMessage &message, BodyOptions const &options,
                         ProtocolVersion version, std::string const &file_reference_prefix,
                         CalendarContext const *meetings)
{
    auto root = message.structure();
    if (!root)
        return root.error();
    auto parts = find_parts(*root);
    BodySource source{message, parts, is_smime(*root)};
    bool const wants_part = options.body_part_preference && version >= v14_1;
    bool const wants_body = !wants_part || !options.body_preferences.empty(); // MS-ASCON 3.2.5.7
    if (wants_body) {
        auto body = choose_body(source, options, version);
        if (!body)
            return body.error();
        email.body = std::move(*body);
    }
    if (wants_part) {
        auto part = make_body_part(source, *options.body_part_preference);
        if (!part)
            return part.error();
        email.body_part = std::move(*part);
    }
    auto const found = set_class(email, message, *root, version, meetings);
    if (!found)
        return found.error();
    email.native_body_type = native_body_type(parts);
    if (*found) {
        take_out_invitation(parts, (*found)->part_id);
        if (parts.segments.empty())
            set_description(email, (*found)->invitation.event(), options, version);
    }
    email.internet_cpid = std::string(code_page(charset_of(parts)));
    set_attachments(email, parts, file_reference_prefix);
    return {};
}

} // namespace

void set_received_as_bcc(Email &email, std::vector<std::string> const &own)
{
    auto const names_user = [&](std::optional<std::string> const &field) {
        return std::ranges::any_of(parse_addresses(field.value_or("")), [&](Address const &address) {
            return std::ranges::any_of(
                own, [&](auto &each) { return equals_ignoring_case(each, address.address); });
        });
    };
    if (names_user(email.bcc) && !names_user(email.from)) // a copy of what the user sent has it too
        email.received_as_bcc = true;
}

void set_flags(Email &email, MailFlags const &flags)
{
    email.read = flags.seen;
    email.flag = flag_of(flags, email.subject);
    email.categories = category_names(flags.keywords);
    if (auto const last = last_verb_of(flags)) {
        email.last_verb_executed = static_cast<int>(last->verb);
        email.last_verb_execution_time = last->time;
    }
}

Result<Email> email_from_flags(MailFolderHandle &folder, Uid uid, MailFlags const &flags)
{
    Email email;
    if (flags.flagged || flags.has_keyword(complete_keyword)) {
        auto message = folder.message(uid);
        if (!message)
            return message.error();
        auto headers = (*message)->headers();
        if (!headers && headers.error().kind == ErrorKind::not_found)
            return headers.error();
        if (headers) // else the flag, which stands in the index, goes without its Subject
            email.subject = to_line(headers->subject);
    }
    set_flags(email, flags);
    email.subject.reset();
    return email;
}

Result<Email> email_from_message(MailMessage &message, BodyOptions const &options, ProtocolVersion version,
                                 std::string const &file_reference_prefix, CalendarContext const *meetings)
{
    Email email;
    auto headers = message.headers();
    if (!headers)
        return headers.error();
    set_headers(email, *headers);
    auto flags = message.flags();
    if (!flags)
        return flags.error();
    set_flags(email, *flags);
    email.is_draft = flags->draft;
    auto received = message.received();
    if (!received)
        return received.error();
    email.date_received = *received;
    if (auto content = set_content(email, message, options, version, file_reference_prefix, meetings);
        !content)
        return content.error();
    if (auto voice = set_voice_properties(email, message, headers->content_class); !voice)
        return voice.error();
    return email;
}

size_t body_bytes(Email const &email)
{
    size_t bytes = 0;
    auto count = [&](auto const &body) {
        if (body && body->data)
            bytes += body->data->text() ? body->data->text()->size() : body->estimated_data_size.value_or(0);
    };
    count(email.body);
    count(email.body_part);
    return bytes;
}

Result<Body> body_from_message(MailMessage &message, BodyOptions const &options, ProtocolVersion version)
{
    auto root = message.structure();
    if (!root)
        return root.error();
    auto parts = find_parts(*root);
    return choose_body({message, parts, is_smime(*root)}, options, version);
}

} // namespace eas
