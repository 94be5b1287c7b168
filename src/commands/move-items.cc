// MoveItems: messages go from one folder to another. MS-ASCMD 2.2.1.12, 2.2.3.177.10.
//
// What the device holds is not touched: the next Sync of the source tells a Delete and that of the
// destination an Add (MS-ASCMD 2.2.1.12), whether or not the answer arrives.
#include "commands/move-items.h"
#include "commands/known-message.h"
#include "services/item-stores.h"
#include "sync/conversation-moves.h"
#include "sync/recent-moves.h"
#include "sync/server-id.h"
#include <algorithm>
#include <map>
#include <span>

namespace eas {

namespace {

namespace move_status {
constexpr int invalid_source = 1, invalid_destination = 2, success = 3, same_folder = 4, failed = 5,
              locked = 7;
}

constexpr size_t most_moves = 1000; // MS-ASCMD 3.1.5.10
constexpr size_t moves_between_saves = 50, moves_at_once = 50;
constexpr size_t longest_id = 64; // MS-ASCMD 2.2.3.175

struct MoveRequest {
    std::string source_id, source_folder;
    std::vector<std::string> destinations; ///< one; more are told apart from a wrong one
};

struct MoveItemsRequest {
    std::vector<MoveRequest> moves;
};

struct MoveAnswer {
    std::string source_id;
    int status = move_status::success;
    std::optional<std::string> destination_id;
};

struct MoveItemsResponse {
    std::vector<MoveAnswer> answers;
};

/// Without the item's id there is no way to answer.
bool can_be_answered(MoveRequest const &move)
{
    return !move.source_id.empty() && move.source_id.size() <= longest_id;
}

bool is_transient(Error const &error)
{
    return error.kind == ErrorKind::temporary || error.kind == ErrorKind::conflict;
}

/// The moves of one request. A source stays open until the last of its messages has gone. Which it has is
/// asked once: after each move it would have to be synchronised, which takes the longer the larger it is.
/// Messages that go the same way, one after the other, are moved in one transaction; where that fails, each
/// is tried alone.
class Mover {
public:
    explicit Mover(Session &session) : m_session(session), m_key(device_key(session.device, "moves")) {}
    Result<void> load_recent();

    /// The first of them; those behind it will be asked for, too.
    MoveAnswer move(std::span<MoveRequest const> requests);
    size_t moved() const { return m_moved; }
    void save_recent();

private:
    struct Source {
        std::unique_ptr<MailFolderHandle> folder;
        UidSet uids;              ///< but what was moved and answered
        std::map<Uid, Uid> moved; ///< not yet answered: the UIDs in the destination
        UidSet alone;             ///< what could not be moved together
    };
    int check(MoveRequest const &request, std::optional<MessageId> const &message);
    int check_destination(FolderId const &id);
    int move_item(MoveRequest const &request, ItemId const &item, MoveAnswer &answer);
    Result<Source *> source(FolderId const &id);
    Result<std::optional<Uid>> uid_of(MessageId const &message);
    void move_ahead(Source &source, std::span<MoveRequest const> requests);
    Result<Uid> move_message(Source &source, Uid uid, FolderId const &destination);
    int repeated(MoveRequest const &request, MoveAnswer &answer);
    std::optional<ConversationKey> conversation_to_end(MessageId const &message);
    void remember(std::string const &source, std::string const &destination);
    int note(int status, Error const &error);

    Session &m_session;
    std::string m_key;
    RecentMoves m_recent;
    std::map<FolderId, Source> m_sources;
    std::map<FolderId, int> m_destinations; ///< the outcome of check_destination()
    std::optional<ConversationMoves> m_rules;
    size_t m_moved = 0;
};

/// The last error of a request stands in its line of the log.
int Mover::note(int status, Error const &error)
{
    m_session.log_note = "status=" + std::to_string(status) + ' ' + error.message;
    return status;
}

Result<void> Mover::load_recent()
{
    auto recent = RecentMoves::load(m_session.ports.state, m_key);
    if (!recent)
        return recent.error();
    m_recent = std::move(*recent);
    return {};
}

void Mover::save_recent()
{
    if (!m_recent.changed())
        return;
    if (auto const saved = m_recent.save(m_session.ports.state, m_key); !saved)
        m_session.log_note += " not remembered: " + saved.error().message;
}

/// A process that is killed leaves few moves behind that nobody knows of.
void Mover::remember(std::string const &source, std::string const &destination)
{
    m_recent.add(source, destination);
    if (++m_moved % moves_between_saves == 0)
        save_recent();
}

Result<Mover::Source *> Mover::source(FolderId const &id)
{
    auto &source = m_sources[id];
    if (!source.folder) {
        auto opened = m_session.ports.mail.open(id);
        if (!opened)
            return opened.error();
        auto uids = (*opened)->uids(std::nullopt);
        if (!uids)
            return uids.error();
        source = {std::move(*opened), std::move(*uids), {}, {}};
    }
    return &source;
}

/// Its UID in the mailbox; nothing if it is not there.
Result<std::optional<Uid>> Mover::uid_of(MessageId const &message)
{
    auto const folder = source(message.folder);
    if (!folder)
        return folder.error();
    auto const &uids = (*folder)->uids;
    if (uids.contains(message.uid))
        return std::optional(message.uid);
    auto const known = find_known_draft(m_session, message);
    return known && uids.contains(known->uid) ? std::optional(known->uid) : std::nullopt;
}

static bool go_the_same_way(MoveRequest const &one, MoveRequest const &other)
{
    return one.source_folder == other.source_folder && one.destinations == other.destinations;
}

/// Of `requests`, those messages that go the way of the first one.
void Mover::move_ahead(Source &source, std::span<MoveRequest const> requests)
{
    if (!source.moved.empty())
        return;
    UidSet uids;
    for (auto const &each : requests) {
        auto const message = parse_message_id(each.source_id);
        if (!message || message->folder != each.source_folder || !go_the_same_way(each, requests.front()) ||
            uids.size() == moves_at_once)
            break;
        if (auto const uid = uid_of(*message); uid && *uid)
            uids.add(**uid);
    }
    if (uids.size() < 2 || !uids.intersected(source.alone).empty())
        return;
    auto const moved = source.folder->move_all(uids, requests.front().destinations[0]);
    if (!moved) {
        source.alone = uids;
        return;
    }
    for (auto const &each : *moved)
        source.moved.emplace(each.uid, each.uid_there);
}

/// not_found: the message went meanwhile.
Result<Uid> Mover::move_message(Source &source, Uid uid, FolderId const &destination)
{
    if (auto const ahead = source.moved.extract(uid)) {
        source.uids.remove(uid);
        return ahead.mapped();
    }
    auto moved = source.folder->move(uid, destination);
    if (moved)
        source.uids.remove(uid);
    if (moved || moved.error().kind != ErrorKind::not_found)
        return moved;
    auto uids = source.folder->uids(std::nullopt);
    if (!uids)
        return uids.error();
    source.uids = std::move(*uids);
    return source.uids.contains(uid) ? Error{ErrorKind::bad_request, moved.error().message} : moved;
}

int Mover::check_destination(FolderId const &id)
{
    auto known = m_destinations.find(id);
    if (known != m_destinations.end())
        return known->second;
    auto status = m_session.ports.mail.status(id);
    int result = move_status::success;
    if (!status)
        result = note(is_transient(status.error()) ? move_status::locked : move_status::invalid_destination,
                      status.error());
    m_destinations.emplace(id, result);
    return result;
}

/// What can be said without looking at the message.
int Mover::check(MoveRequest const &request, std::optional<MessageId> const &message)
{
    if (request.destinations.size() > 1)
        return move_status::failed;
    if (!message || message->folder != request.source_folder)
        return move_status::invalid_source;
    if (request.destinations.empty() || request.destinations[0].empty())
        return move_status::invalid_destination;
    if (request.destinations[0] == request.source_folder)
        return move_status::same_folder;
    return check_destination(request.destinations[0]);
}

/// The message is not where the device has it: this request may have moved it already.
int Mover::repeated(MoveRequest const &request, MoveAnswer &answer)
{
    auto now = m_recent.find(request.source_id);
    auto there = parse_message_id(now);
    if (!there || there->folder != request.destinations[0])
        return move_status::invalid_source;
    answer.destination_id = now;
    return move_status::success;
}

/// The conversation, if the message is where all of it is always moved. Who takes a message out of there does
/// not want that any more: the protocol has no other way to say so.
std::optional<ConversationKey> Mover::conversation_to_end(MessageId const &message)
{
    if (!m_rules) {
        auto loaded = ConversationMoves::load(m_session.ports.state);
        m_rules = loaded ? std::move(*loaded) : ConversationMoves();
    }
    if (!m_rules->has_destination(message.folder))
        return {};
    auto const found = m_sources[message.folder].folder->conversations({message.uid});
    return found && !found->empty() ? std::optional(found->front().conversation) : std::nullopt;
}

/// An event, a task and so on, to a collection of its class.
int Mover::move_item(MoveRequest const &request, ItemId const &item, MoveAnswer &answer)
{
    if (request.destinations.size() > 1)
        return move_status::failed;
    if (item_collection_id(item.item_class, item.collection) != request.source_folder)
        return move_status::invalid_source;
    auto const destination =
        parse_item_collection_id(request.destinations.empty() ? "" : request.destinations[0]);
    if (!destination || destination->item_class != item.item_class)
        return move_status::invalid_destination;
    if (destination->collection == item.collection)
        return move_status::same_folder;
    auto const opened = open_items(m_session, *destination);
    if (!opened)
        return note(is_transient(opened.error()) ? move_status::locked : move_status::invalid_destination,
                    opened.error());
    auto moved = opened->store->move(item, *destination);
    if (moved) {
        answer.destination_id = std::move(*moved);
        remember(request.source_id, *answer.destination_id);
        return move_status::success;
    }
    auto const now = m_recent.find(request.source_id);
    auto const there = parse_item_id(now);
    if (moved.error().kind == ErrorKind::not_found && there && there->collection == destination->collection) {
        answer.destination_id = now; // this request came before
        return move_status::success;
    }
    return note(is_transient(moved.error())                  ? move_status::locked
                : moved.error().kind == ErrorKind::not_found ? move_status::invalid_source
                                                             : move_status::failed,
                moved.error());
}

MoveAnswer Mover::move(std::span<MoveRequest const> requests)
{
    auto const &request = requests.front();
    MoveAnswer answer{request.source_id, move_status::success, {}};
    if (auto const item = parse_item_id(request.source_id)) {
        answer.status = move_item(request, *item, answer);
        return answer;
    }
    auto message = parse_message_id(request.source_id);
    answer.status = check(request, message);
    if (answer.status != move_status::success)
        return answer;
    auto found = uid_of(*message);
    if (!found) {
        answer.status = note(is_transient(found.error()) ? move_status::locked : move_status::invalid_source,
                             found.error());
        return answer;
    }
    if (!*found) {
        answer.status = repeated(request, answer);
        return answer;
    }
    auto &source = m_sources[message->folder];
    auto const conversation = conversation_to_end(*message);
    auto const &destination = request.destinations[0];
    if (!m_rules->has_destination(message->folder)) // else each conversation is looked at before it goes
        move_ahead(source, requests);
    auto const moved = move_message(source, **found, destination);
    if (!moved && moved.error().kind == ErrorKind::not_found) {
        answer.status = repeated(request, answer);
        return answer;
    }
    if (!moved) {
        answer.status =
            note(is_transient(moved.error()) ? move_status::locked : move_status::failed, moved.error());
        return answer;
    }
    if (conversation)
        if (auto ended = ConversationMoves::end(m_session.ports.state, *conversation, message->folder);
            !ended)
            note(move_status::success, ended.error());
    answer.destination_id = message_id(destination, *moved);
    remember(request.source_id, *answer.destination_id);
    return answer;
}

Result<MoveItemsResponse> move_items(Session &session, MoveItemsRequest const &request)
{
    bool any_answer = std::ranges::any_of(request.moves, can_be_answered);
    if (!any_answer || request.moves.size() > most_moves)
        return Error{ErrorKind::bad_request, "1 to 1000 elements Move with a SrcMsgId are wanted"};
    Mover mover(session);
    if (auto const loaded = mover.load_recent(); !loaded)
        return loaded.error();
    MoveItemsResponse response;
    for (auto rest = std::span(request.moves); !rest.empty(); rest = rest.subspan(1))
        if (can_be_answered(rest.front()))
            response.answers.push_back(mover.move(rest));
    auto const moved = "moved=" + std::to_string(mover.moved());
    session.log_note = session.log_note.empty() ? moved : moved + ' ' + session.log_note;
    mover.save_recent();
    return response;
}

} // namespace

template <> struct Schema<MoveRequest> {
    static constexpr auto properties = Rows{property(Tag::Move_SrcMsgId, &MoveRequest::source_id),
                                            property(Tag::Move_SrcFldId, &MoveRequest::source_folder),
                                            list(Tag::Move_DstFldId, &MoveRequest::destinations)};
};

template <> struct Schema<MoveItemsRequest> {
    static constexpr auto properties = Rows{list(Tag::Move_Move, &MoveItemsRequest::moves)};
};

template <> struct Schema<MoveAnswer> {
    static constexpr auto properties = Rows{property(Tag::Move_SrcMsgId, &MoveAnswer::source_id),
                                            property(Tag::Move_Status, &MoveAnswer::status),
                                            property(Tag::Move_DstMsgId, &MoveAnswer::destination_id)};
};

template <> struct Schema<MoveItemsResponse> {
    static constexpr auto properties = Rows{list(Tag::Move_Response, &MoveItemsResponse::answers)};
};

Result<void> run_move_items(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::Move_MoveItems, MoveItemsRequest, MoveItemsResponse, move_items>(session, document,
                                                                                           output);
}

} // namespace eas
