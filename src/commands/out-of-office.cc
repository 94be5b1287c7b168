// See out-of-office.h. A user who can have no automatic replies is told that there are none, and of no
// audience: "if the client does not receive a group, it is presumably because the client does not have
// permission [...]; any attempt to set those properties results in an Access Denied status code".
// MS-ASCMD 2.2.3.122.
#include "commands/out-of-office.h"
#include "base/text.h"
#include "mapping/html-text.h"
#include "mapping/outgoing-message.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

/// MS-ASCMD 2.2.3.177.15
namespace oof_status {
constexpr int success = 1, protocol_error = 2, access_denied = 3, server_unavailable = 4,
              invalid_arguments = 5, conflicting_arguments = 6;
} // namespace oof_status

constexpr size_t longest_message_bytes = 128 << 10;
constexpr size_t most_known_contacts = 2000;

struct OofMessage {
    Present internal, known, unknown; ///< one of them
    std::optional<std::string> enabled, message, body_type;
};

struct OofSet {
    std::optional<int> state;
    std::optional<Instant> start, end;
    std::vector<OofMessage> messages;
};

struct OofGet {
    std::optional<std::string> body_type;
};

struct OofRequest {
    std::optional<OofGet> get;
    std::optional<OofSet> set;
};

struct OofAnswer {
    std::optional<int> state;
    std::optional<Instant> start, end;
    std::vector<OofMessage> messages;
};

struct OofResponse {
    int status = oof_status::success;
    std::optional<OofAnswer> get;
};

struct Audience {
    Present OofMessage::*applies;
    OofReply OutOfOffice::*reply;
};
constexpr std::array audiences{Audience{&OofMessage::internal, &OutOfOffice::internal},
                               Audience{&OofMessage::known, &OutOfOffice::known},
                               Audience{&OofMessage::unknown, &OutOfOffice::unknown}};

bool is_body_type(std::string_view text)
{
    return equals_ignoring_case(text, "TEXT") || equals_ignoring_case(text, "HTML");
}

int status_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::denied:
    case ErrorKind::quota:
        return oof_status::access_denied;
    case ErrorKind::conflict:
        return oof_status::conflicting_arguments;
    case ErrorKind::bad_request:
    case ErrorKind::too_large:
        return oof_status::invalid_arguments;
    default:
        return oof_status::server_unavailable;
    }
}

int fail(Session &session, Error const &error)
{
    session.log_note += " out of office: " + error.message + ';';
    session.log_as_warning |= error.kind == ErrorKind::temporary;
    return status_of(error.kind);
}

/// One OofMessage into `wanted`; a Status.
int take_message(OofMessage const &given, OutOfOffice &wanted)
{
    if (given.internal + given.known + given.unknown != 1)
        return oof_status::protocol_error;
    auto const audience =
        std::ranges::find_if(audiences, [&](auto const &each) { return given.*each.applies; });
    auto &reply = wanted.*audience->reply;
    if (given.enabled)
        reply.enabled = *given.enabled == "1";
    if (!given.message)
        return oof_status::success;
    if (!given.body_type || given.body_type->empty()) // MS-ASCMD 2.2.3.17
        return oof_status::protocol_error;
    if (!is_body_type(*given.body_type) || given.message->size() > longest_message_bytes)
        return oof_status::invalid_arguments;
    reply.message = *given.message;
    reply.is_html = equals_ignoring_case(*given.body_type, "HTML");
    return oof_status::success;
}

/// What the client wants, of what there is; a Status.
int take(OofSet const &given, OutOfOffice &wanted)
{
    if (given.start.has_value() != given.end.has_value()) // MS-ASCMD 2.2.3.176.2
        return oof_status::protocol_error;
    for (auto const &audience : audiences)
        if (std::ranges::count_if(given.messages, [&](auto const &each) { return each.*audience.applies; }) >
            1)
            return oof_status::protocol_error; // MS-ASCMD 2.2.3.123
    if (given.state)
        wanted.state = static_cast<OofState>(*given.state);
    if (given.start && wanted.state == OofState::scheduled) { // else not stored: MS-ASCMD 2.2.3.124
        wanted.start = given.start;
        wanted.end = given.end;
    }
    for (auto const &message : given.messages)
        if (int const status = take_message(message, wanted); status != oof_status::success)
            return status;
    bool const has_no_range = !wanted.start || !wanted.end || *wanted.end <= *wanted.start;
    return wanted.state == OofState::scheduled && has_no_range ? oof_status::invalid_arguments
                                                               : oof_status::success;
}

void add_addresses(ContactFolder &book, std::vector<std::string> &addresses)
{
    auto const listing = book.items();
    if (!listing)
        return;
    for (auto const &item : listing->items) {
        if (addresses.size() >= most_known_contacts)
            return;
        auto const stored = book.read(item.id);
        if (!stored)
            continue;
        auto const &contact = stored->data.contact;
        for (auto const &text : {contact.email1_address, contact.email2_address, contact.email3_address})
            for (auto const &each : parse_address_list(text.value_or("")))
                if (each.address.find('@') != each.address.npos)
                    addresses.push_back(to_lower(each.address));
    }
}

/// Addresses in the user's address books. Costs a look at each contact, so only where it matters.
std::vector<std::string> known_addresses(Session &session, OutOfOffice const &wanted)
{
    std::vector<std::string> addresses;
    bool const matters = wanted.state != OofState::disabled && wanted.known != wanted.unknown;
    if (!matters || !session.ports.contacts)
        return addresses;
    auto const books = session.ports.contacts->books();
    if (!books)
        return addresses;
    for (auto const &book : *books)
        if (auto const opened = session.ports.contacts->open(book.id))
            add_addresses(**opened, addresses);
    std::ranges::sort(addresses);
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    return addresses;
}

int set(Session &session, OofSet const &given)
{
    auto *store = session.ports.out_of_office;
    if (!store)
        return fail(session, {ErrorKind::denied, "this user can have no automatic replies"});
    auto wanted = store->get();
    if (!wanted)
        return fail(session, wanted.error());
    if (int const status = take(given, *wanted); status != oof_status::success)
        return status;
    auto const done = store->set(*wanted, known_addresses(session, *wanted));
    return done ? oof_status::success : fail(session, done.error());
}

/// `body_type` is told as the client wrote it: "Text" in the specification is "TEXT" elsewhere.
OofMessage shown(OofReply const &reply, Audience const &audience, std::string const &body_type)
{
    bool const as_html = equals_ignoring_case(body_type, "HTML");
    OofMessage message;
    message.*audience.applies = true;
    message.enabled = reply.enabled ? "1" : "0";
    if (reply.message.empty())
        return message;
    message.body_type = body_type;
    message.message = reply.is_html == as_html ? reply.message
                      : as_html                ? text_to_html(reply.message)
                                               : html_to_text(reply.message);
    return message;
}

OofResponse get(Session &session, OofGet const &given)
{
    if (!given.body_type || given.body_type->empty()) // MS-ASCMD 2.2.3.17
        return {oof_status::protocol_error, {}};
    if (!is_body_type(*given.body_type))
        return {oof_status::invalid_arguments, {}};
    auto *store = session.ports.out_of_office;
    auto const known = store ? store->get() : Result<OutOfOffice>(Error{ErrorKind::denied, "no store"});
    if (!known && known.error().kind != ErrorKind::denied)
        return {fail(session, known.error()), {}};
    OofResponse response;
    auto &answer = response.get.emplace();
    answer.state = static_cast<int>(known ? known->state : OofState::disabled);
    if (!known)
        return response;
    answer.start = known->start;
    answer.end = known->end;
    for (auto const &audience : audiences)
        answer.messages.push_back(shown(*known.*audience.reply, audience, *given.body_type));
    return response;
}

} // namespace

template <> struct Schema<OofMessage> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_AppliesToInternal, &OofMessage::internal),
             property(Tag::Settings_AppliesToExternalKnown, &OofMessage::known),
             property(Tag::Settings_AppliesToExternalUnknown, &OofMessage::unknown),
             property(Tag::Settings_Enabled, &OofMessage::enabled),
             property(Tag::Settings_ReplyMessage, &OofMessage::message),
             property(Tag::Settings_BodyType, &OofMessage::body_type)};
};

template <> struct Schema<OofSet> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_OofState, &OofSet::state, in_range(0, 2)),
             property(Tag::Settings_StartTime, &OofSet::start), property(Tag::Settings_EndTime, &OofSet::end),
             list(Tag::Settings_OofMessage, &OofSet::messages)};
};

template <> struct Schema<OofGet> {
    static constexpr auto properties = Rows{property(Tag::Settings_BodyType, &OofGet::body_type)};
};

template <> struct Schema<OofRequest> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_Get, &OofRequest::get), property(Tag::Settings_Set, &OofRequest::set)};
};

template <> struct Schema<OofAnswer> {
    static constexpr auto properties = Rows{property(Tag::Settings_OofState, &OofAnswer::state),
                                            property(Tag::Settings_StartTime, &OofAnswer::start),
                                            property(Tag::Settings_EndTime, &OofAnswer::end),
                                            list(Tag::Settings_OofMessage, &OofAnswer::messages)};
};

template <> struct Schema<OofResponse> {
    static constexpr auto properties = Rows{property(Tag::Settings_Status, &OofResponse::status),
                                            property(Tag::Settings_Get, &OofResponse::get)};
};

void answer_out_of_office(Session &session, Element const &property, Encoder &encoder)
{
    OofResponse response;
    auto const request = read<OofRequest>(property, session.version);
    bool const is_understood = request && request->get.has_value() != request->set.has_value();
    if (!is_understood)
        response.status = oof_status::protocol_error;
    else if (request->set)
        response.status = set(session, *request->set);
    else
        response = get(session, *request->get);
    write(encoder, property.tag, response, session.version);
}

} // namespace eas
