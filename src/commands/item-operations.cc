// Each operation has its own Status; only a request that breaks the protocol fails as a whole. Contents go
// to the answer as they are read: inline, attachments as base64; or, if the client wants it, as parts of a
// multipart answer (multipart-answer.h).
#include "commands/item-operations.h"
#include "commands/body-preferences.h"
#include "commands/empty-folder-contents.h"
#include "commands/item-operations-fetch.h"
#include "commands/item-operations-messages.h"
#include "commands/move-conversation.h"
#include "commands/multipart-answer.h"
#include <algorithm>
#include <array>

namespace eas {

static constexpr size_t most_operations = 100; // MS-ASCMD 3.1.5.10

namespace {

/// One of a request's operations, which are done in its order: MS-ASCMD 2.2.1.10.
struct Operation {
    OperationRequest request;
    bool is_faulty = false; ///< in an option, or with more than one FileReference
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
        auto const last_fetches = std::find_if_not(operations.rbegin(), operations.rend(), is_fetch).base();
        for (auto operation = operations.begin(); operation != operations.end(); ++operation) {
            m_change_follows = operation < last_fetches;
            std::visit([&](auto const &request) { run(request, operation->is_faulty); }, operation->request);
        }
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
        m_responses.moves.push_back(is_faulty
                                        ? MoveResponse{item_status::protocol_error, *request.conversation_id}
                                        : move_conversation(m_session, request));
    }
    void run(EmptyFolderRequest const &request, bool is_faulty)
    {
        m_responses.empty_folders.push_back(
            is_faulty ? EmptyFolderResponse{item_status::protocol_error, *request.collection_id}
                      : empty_folder_contents(m_session, request));
    }
    void run(FetchRequest const &request, bool is_faulty)
    {
        m_responses.fetches.push_back(m_change_follows ? m_fetcher.fetch_now(request, is_faulty)
                                                       : m_fetcher.fetch(request, is_faulty));
    }
    static bool is_fetch(Operation const &operation)
    {
        return std::holds_alternative<FetchRequest>(operation.request);
    }

    /// MS-ASCMD 2.2.3.177.8 has these as global: they stand at both places.
    static bool is_global(int status)
    {
        return status == item_status::move_always_missing || status == item_status::not_supported;
    }

    Session &m_session;
    Fetcher &m_fetcher;
    bool m_change_follows = false; ///< a later operation is no Fetch
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
    Fetcher fetcher(session, output.sink);
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
