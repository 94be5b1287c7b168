// Each operation has its own Status; only a request that breaks the protocol fails as a whole. Contents go
// to the answer as they are read: inline, attachments as base64; or, if the client wants it, as parts of a
// multipart answer (multipart-answer.h).
#include "commands/item-operations.h"
#include "base/content-filters.h"
#include "base/text.h"
#include "commands/body-preferences.h"
#include "commands/calendar-owner.h"
#include "commands/empty-folder-contents.h"
#include "commands/item-operations-messages.h"
#include "commands/item-stores.h"
#include "commands/known-message.h"
#include "commands/move-conversation.h"
#include "commands/multipart-answer.h"
#include "mapping/email-from-message.h"
#include "mapping/message-parts.h"
#include "sync/server-id.h"
#include <algorithm>
#include <array>

namespace eas {

static constexpr size_t most_operations = 100; // MS-ASCMD 3.1.5.10

namespace {

/// The bytes of an attachment, or a part of them.
struct FetchedContent {
    Content content;
    std::optional<std::string> range;
    std::optional<uint64_t> total_bytes;
};

/// A Status instead of a value.
struct Refusal {
    int status;
    std::string log;
};

template <class T> using Fetched = std::variant<T, Refusal>;

} // namespace

/// BlackBerry 10 sends empty elements for what it does not mean.
static bool is_given(std::optional<std::string> const &value)
{
    return value && !value->empty();
}

static Refusal refuse(Error const &error, int not_found_status)
{
    switch (error.kind) {
    case ErrorKind::not_found:
        return {not_found_status, error.message};
    case ErrorKind::denied:
        return {item_status::access_denied, error.message};
    case ErrorKind::too_large:
        return {item_status::too_large, error.message};
    default:
        return {item_status::server_error, error.message};
    }
}

/// "m-n", both included, m not after n. MS-ASCMD 2.2.3.143.2.
static std::optional<std::pair<uint64_t, uint64_t>> parse_range(std::string_view text)
{
    auto const ends = split(text, '-');
    if (ends.size() != 2)
        return std::nullopt;
    auto const first = parse_unsigned(ends[0]), last = parse_unsigned(ends[1]);
    if (!first || !last || *first > *last)
        return std::nullopt;
    return std::pair{*first, *last};
}

static Fetched<FetchedContent> cut_to_range(Content content, std::string const &wanted)
{
    auto const range = parse_range(wanted);
    if (!range)
        return Refusal{item_status::bad_range, "not a range: " + wanted};
    auto const total = content.size();
    if (!total)
        return refuse(total.error(), item_status::invalid_attachment);
    if (range->first >= *total)
        return Refusal{item_status::bad_range,
                       "range " + wanted + " of " + std::to_string(*total) + " bytes"};
    uint64_t const last = std::min(range->second, *total - 1);
    return FetchedContent{content_range(std::move(content), range->first, last),
                          std::to_string(range->first) + "-" + std::to_string(last), *total};
}

namespace {

/// The fetches of one request: keeps folders open, and the contents of a multipart answer.
class Fetcher {
public:
    Fetcher(Session &session) : m_session(session) {}

    FetchResponse fetch(FetchRequest const &request, bool is_faulty)
    {
        FetchResponse response;
        if (is_given(request.collection_id))
            response.collection_id = request.collection_id;
        if (is_given(request.server_id))
            response.server_id = request.server_id;
        response.file_reference = request.file_reference;
        response.link_id = request.link_id;
        if (is_given(request.long_id))
            response.long_id = request.long_id;
        auto const refusal = is_faulty
                                 ? std::optional(Refusal{item_status::protocol_error,
                                                         "a foreign option in Fetch, or two FileReferences"})
                                 : fill(response, request);
        if (refusal) {
            response.status = refusal->status;
            m_session.log_note += (m_session.log_note.empty() ? "" : "; ") + refusal->log;
        }
        return response;
    }

    std::vector<Content> &parts() { return m_parts; }

private:
    std::optional<Refusal> fill(FetchResponse &response, FetchRequest const &request)
    {
        if (!request.store)
            return Refusal{item_status::protocol_error, "ItemOperations:Store is missing"};
        if (!equals_ignoring_case(*request.store, "Mailbox"))
            return Refusal{item_status::unknown_store, "no store " + sanitize_utf8(*request.store)};
        if (is_given(request.file_reference))
            return fill_attachment(response, request);
        if (is_given(request.server_id))
            return fill_message(response, request);
        if (request.file_reference)
            return Refusal{item_status::invalid_attachment, "an empty FileReference"};
        if (is_given(request.long_id))
            return fill_search_result(response, request);
        return Refusal{item_status::protocol_error, "Fetch does not say what"};
    }

    std::optional<Refusal> fill_message(FetchResponse &response, FetchRequest const &request)
    {
        if (auto const item = parse_item_id(*request.server_id))
            return fill_item(response, request, *item);
        auto const id = parse_message_id(*request.server_id);
        if (!id || (is_given(request.collection_id) && *request.collection_id != id->folder))
            return Refusal{item_status::not_found, "no item " + *request.server_id};
        if (auto refusal = fill_email(response, request, *id))
            return refusal;
        response.collection_id = id->folder;
        return std::nullopt;
    }

    std::optional<Refusal> fill_item(FetchResponse &response, FetchRequest const &request, ItemId const &id)
    {
        auto const collection_id = item_collection_id(id.item_class, id.collection);
        if (is_given(request.collection_id) && *request.collection_id != collection_id)
            return Refusal{item_status::not_found, "no item " + *request.server_id};
        auto const items = open_items(m_session, id);
        auto item = items ? items->folder->read(id.item, body_options(request))
                          : Result<ItemFolder::Item>(items.error());
        if (!item)
            return refuse(item.error(), item_status::not_found);
        response.collection_id = collection_id;
        response.item_class = row_of(id.item_class).name;
        std::visit([&](auto &data) { fill_properties(response, request, std::move(data)); }, item->data);
        return std::nullopt;
    }

    /// Of an answer's kinds of data those that a Fetch can have.
    template <class Data>
    void fill_properties(FetchResponse &response, FetchRequest const &request, Data data)
    {
        if constexpr (std::is_assignable_v<decltype(response.properties) &, Data> &&
                      requires { data.body; }) {
            if (is_multipart() && data.body && data.body->data) {
                data.body->part = static_cast<int>(add_part(std::move(*data.body->data)));
                data.body->data.reset();
            }
            if (request.options && request.options->schema)
                keep_properties(data, *request.options->schema);
            response.properties = std::move(data);
        }
    }

    std::optional<Refusal> fill_search_result(FetchResponse &response, FetchRequest const &request)
    {
        if (auto const item = parse_item_id(*request.long_id))
            return fill_item(response, request, *item);
        auto const found = parse_long_id(*request.long_id);
        if (!found)
            return Refusal{item_status::not_found, "no search result " + *request.long_id};
        return fill_email(response, request, {found->folder, found->uid}, found->uid_validity);
    }

    /// `uid_validity`: that of the folder when the message was found; absent: any.
    std::optional<Refusal> fill_email(FetchResponse &response, FetchRequest const &request,
                                      MessageId const &id, std::optional<uint32_t> uid_validity = {})
    {
        auto const options = body_options(request);
        if (options.body_part_preference && options.body_part_preference->type != BodyType::html)
            return Refusal{item_status::body_part_type_not_supported, "BodyPartPreference is not for HTML"};
        auto const message = open(id);
        if (!message)
            return refuse(message.error(), item_status::not_found);
        if (uid_validity && m_folder->status().uid_validity != *uid_validity)
            return Refusal{item_status::not_found, "folder " + id.folder + " was rebuilt since the search"};
        auto const calendar = calendar_context(m_session);
        auto email = email_from_message(*message->message, options, m_session.version,
                                        file_reference_prefix(id.folder, id.uid), &calendar);
        if (!email)
            return refuse(email.error(), item_status::not_found);
        if (message->known)
            rename_references(*email, *message->known, id.folder);
        if (email->bcc)
            set_received_as_bcc(*email, m_session.ports.submission.addresses());
        response.item_class = "Email";
        fill_properties(response, request, std::move(*email));
        return std::nullopt;
    }

    std::optional<Refusal> fill_attachment(FetchResponse &response, FetchRequest const &request)
    {
        if (auto const of_item = parse_item_file_reference(*request.file_reference))
            return fill_item_attachment(response, request, *of_item);
        auto const reference = parse_file_reference(*request.file_reference);
        if (!reference)
            return Refusal{item_status::invalid_attachment, "no attachment " + *request.file_reference};
        auto const message = open(reference->message);
        if (!message)
            return refuse(message.error(), item_status::invalid_attachment);
        auto const structure = message->message->structure();
        if (!structure)
            return refuse(structure.error(), item_status::invalid_attachment);
        MimePart const *const part = find_attachment(*structure, part_of(*message, *reference));
        if (!part)
            return Refusal{item_status::invalid_attachment, "no attachment " + *request.file_reference};
        auto content = message->message->part(part->id);
        if (!content)
            return refuse(content.error(), item_status::invalid_attachment);
        return fill_content(response, request, std::move(*content), part->type);
    }

    std::optional<Refusal> fill_item_attachment(FetchResponse &response, FetchRequest const &request,
                                                ItemFileReference const &reference)
    {
        auto const items = open_items(m_session, reference.item);
        auto file = items ? items->folder->attachment(reference.item.item, reference.reference)
                          : Result<ItemFolder::AttachedFile>(items.error());
        if (!file)
            return refuse(file.error(), item_status::invalid_attachment);
        return fill_content(response, request, std::move(file->content), file->content_type);
    }

    std::optional<Refusal> fill_content(FetchResponse &response, FetchRequest const &request, Content content,
                                        std::string const &type)
    {
        Fetched<FetchedContent> fetched = FetchedContent{std::move(content), {}, {}};
        if (request.options && request.options->range)
            fetched = cut_to_range(std::move(std::get<0>(fetched).content), *request.options->range);
        if (auto *refusal = std::get_if<Refusal>(&fetched))
            return std::move(*refusal);
        response.properties = attachment_properties(std::get<0>(std::move(fetched)), type);
        return std::nullopt;
    }

    AttachmentProperties attachment_properties(FetchedContent fetched, std::string const &type)
    {
        AttachmentProperties properties{std::move(fetched.range), fetched.total_bytes, {}, {}, type};
        if (is_multipart())
            properties.part = add_part(std::move(fetched.content));
        else
            properties.data = base64_content(std::move(fetched.content));
        return properties;
    }

    static BodyOptions body_options(FetchRequest const &request)
    {
        BodyOptions options;
        if (request.options) {
            options.body_preferences = request.options->body_preferences;
            options.body_part_preference = request.options->body_part_preference;
            options.mime_support = request.options->mime_support;
        }
        return options;
    }

    Result<KnownMessage> open(MessageId const &id)
    {
        if (!m_folder || m_folder_id != id.folder) {
            auto folder = m_session.ports.mail.open(id.folder);
            if (!folder)
                return folder.error();
            m_folder = std::move(*folder);
            m_folder_id = id.folder;
        }
        return open_known(m_session, *m_folder, id);
    }

    bool is_multipart() const { return m_session.line.accept_multi_part; }

    /// Its index in the answer; the WBXML document is part 0.
    size_t add_part(Content content)
    {
        m_parts.push_back(std::move(content));
        return m_parts.size();
    }

    Session &m_session;
    FolderId m_folder_id;
    std::unique_ptr<MailFolderHandle> m_folder; ///< the one that was used last
    std::vector<Content> m_parts;
};

} // namespace

namespace {

/// One of a request's operations, which are done in its order: MS-ASCMD 2.2.1.10.
struct Operation {
    OperationRequest request;
    bool is_faulty =
        false; ///< an option is faulty or of another operation, or there are several FileReferences
};

/// MS-ASCMD 2.2.3.125.3
struct OptionOwner {
    Tag option, operation;
};
constexpr std::array option_owners{
    OptionOwner{Tag::ItemOperations_Schema, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::ItemOperations_Range, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::ItemOperations_UserName, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::ItemOperations_Password, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::AirSync_MIMESupport, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::AirSyncBase_BodyPreference, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::AirSyncBase_BodyPartPreference, Tag::ItemOperations_Fetch},
    OptionOwner{Tag::ItemOperations_MoveAlways, Tag::ItemOperations_Move},
    OptionOwner{Tag::ItemOperations_DeleteSubFolders, Tag::ItemOperations_EmptyFolderContents},
};

} // namespace

static bool has_faulty_option(Element const &operation)
{
    auto const *const options = operation.child(Tag::ItemOperations_Options);
    auto const is_foreign = [&](Element const &option) {
        auto const owner = std::ranges::find(option_owners, option.tag, &OptionOwner::option);
        return owner != option_owners.end() && owner->operation != operation.tag;
    };
    return options && (std::ranges::any_of(options->children, is_foreign) || !check_preferences(*options));
}

template <class Request> static Result<void> read_operation(Element const &element, ProtocolVersion version,
                                                            std::vector<Operation> &operations)
{
    auto request = read<Request>(element, version);
    if (!request)
        return request.error();
    bool const has_two_references =
        std::ranges::count(element.children, Tag::AirSyncBase_FileReference, &Element::tag) > 1;
    operations.push_back({std::move(*request), has_two_references || has_faulty_option(element)});
    return {};
}

static Result<std::vector<Operation>> read_operations(Element const &document, ProtocolVersion version)
{
    std::vector<Operation> operations;
    for (Element const &element : document.children) {
        Result<void> taken;
        if (element.tag == Tag::ItemOperations_Fetch)
            taken = read_operation<FetchRequest>(element, version, operations);
        else if (element.tag == Tag::ItemOperations_EmptyFolderContents)
            taken = read_operation<EmptyFolderRequest>(element, version, operations);
        else if (element.tag == Tag::ItemOperations_Move && version >= v14_0)
            taken = read_operation<MoveRequest>(element, version, operations);
        if (!taken)
            return taken.error();
    }
    return operations;
}

static bool can_be_answered(Operation const &operation)
{
    if (auto const *move = std::get_if<MoveRequest>(&operation.request))
        return move->conversation_id.has_value();
    if (auto const *empty_folder = std::get_if<EmptyFolderRequest>(&operation.request))
        return is_given(empty_folder->collection_id);
    return true;
}

namespace {

/// Does one operation after the other.
class Operator {
public:
    Operator(Session &session, Fetcher &fetcher) : m_session(session), m_fetcher(fetcher) {}

    ItemOperationsResponse run(std::vector<Operation> const &operations)
    {
        for (Operation const &operation : operations)
            std::visit([&](auto const &request) { run(request, operation.is_faulty); }, operation.request);
        ItemOperationsResponse response;
        for (MoveResponse const &move : m_responses.moves)
            if (is_global(move.status))
                response.status = move.status;
        response.responses = std::move(m_responses);
        return response;
    }

private:
    void run(MoveRequest const &request, bool is_faulty)
    {
        keep_what_was_fetched();
        m_responses.moves.push_back(is_faulty
                                        ? MoveResponse{item_status::protocol_error, *request.conversation_id}
                                        : move_conversation(m_session, request));
    }
    void run(EmptyFolderRequest const &request, bool is_faulty)
    {
        keep_what_was_fetched();
        m_responses.empty_folders.push_back(
            is_faulty ? EmptyFolderResponse{item_status::protocol_error, *request.collection_id}
                      : empty_folder_contents(m_session, request));
    }
    void run(FetchRequest const &request, bool is_faulty)
    {
        m_responses.fetches.push_back(m_fetcher.fetch(request, is_faulty));
    }

    /// MS-ASCMD 2.2.3.177.8 has these as global: they stand at both places.
    static bool is_global(int status)
    {
        return status == item_status::move_always_missing || status == item_status::not_supported;
    }

    /// Contents are read when the answer is written; what goes before that is read now. A content that cannot
    /// be read stays as it is: the answer will say so.
    static void keep(Content &content)
    {
        StringSink text;
        if (!content.text() && content.copy_to(text))
            content = Content(std::move(text.text));
    }
    static void keep(Email &email)
    {
        if (email.body && email.body->data)
            keep(*email.body->data);
        if (email.body_part && email.body_part->data)
            keep(*email.body_part->data);
    }
    void keep_what_was_fetched()
    {
        for (FetchResponse &fetch : m_responses.fetches) {
            if (auto *email = std::get_if<Email>(&fetch.properties))
                keep(*email);
            auto *attachment = std::get_if<AttachmentProperties>(&fetch.properties);
            if (attachment && attachment->data)
                keep(*attachment->data);
        }
        for (Content &part : m_fetcher.parts())
            keep(part);
    }

    Session &m_session;
    Fetcher &m_fetcher;
    OperationResponses m_responses;
};

} // namespace

static ItemOperationsResponse handle(Session &session, Fetcher &fetcher,
                                     std::vector<Operation> const &operations)
{
    bool const is_valid = !operations.empty() && std::ranges::all_of(operations, can_be_answered);
    if (!is_valid)
        return {item_status::protocol_error, {}};
    if (operations.size() > most_operations)
        return {item_status::too_large, {}};
    return Operator(session, fetcher).run(operations);
}

/// A message that vanished while it was read: the repeated request gets the Status that says so.
static Result<void> retry_if_gone(Result<void> written)
{
    if (written || written.error().kind != ErrorKind::not_found)
        return written;
    return Error{ErrorKind::temporary, written.error().message};
}

Result<void> run_item_operations(Session &session, Element const *document, CommandOutput &output)
{
    auto const operations =
        document ? read_operations(*document, session.version) : Result(std::vector<Operation>());
    if (!operations)
        session.log_note = operations.error().message;
    Fetcher fetcher(session);
    auto const response = handle(session, fetcher, operations ? *operations : std::vector<Operation>());

    if (!session.line.accept_multi_part)
        return retry_if_gone(
            write_document(output.sink, Tag::ItemOperations_ItemOperations, response, session.version));
    output.content_type = multipart_content_type;
    StringSink wbxml;
    auto const written = write_document(wbxml, Tag::ItemOperations_ItemOperations, response, session.version);
    return retry_if_gone(written ? write_multipart(output.sink, wbxml.text, fetcher.parts()) : written);
}

} // namespace eas
