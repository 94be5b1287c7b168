// One collection of a Sync request: the client's operations, then the server's changes, then the new
// state, which is saved before the answer leaves. Mail is sync-mail.h's, all else sync-items.h's.
#pragma once
#include "session/session.h"
#include "sync/collection-state.h"
#include "sync/sync-messages.h"
#include <algorithm>

namespace eas {

/// MS-ASCMD 2.2.3.177.17
namespace sync_status {
constexpr int success = 1, invalid_sync_key = 3, protocol_error = 4, server_error = 5, conversion_error = 6,
              conflict = 7, not_found = 8, out_of_space = 9, hierarchy_changed = 12, request_incomplete = 13,
              wait_out_of_range = 14, too_many_collections = 15, retry = 16, body_part_type = 164;
}

/// The Status of an item that something could not be done with.
int item_status_of(ErrorKind kind);

struct CollectionResult {
    SyncCollectionResponse response;
    bool silent = false; ///< nothing to say: left out of the answer
    size_t changes = 0;  ///< sent by the server
};

/// What an answer still has room for, its collections together; each takes its part. The last item may exceed
/// it, so that every answer brings something.
struct AnswerRoom {
    /// Of the request's WindowSize. 0: options and operations are taken, of changes the client is told only
    /// whether there are any.
    size_t changes = 0;
    size_t bytes = 8 << 20; ///< of bodies that the server tells; the rest comes with the next request
    size_t fetched_bytes = 32 << 20; ///< of bodies that the client fetches; it asks again for what is left
};

inline void take(size_t &room, size_t amount)
{
    room -= std::min(room, amount);
}

/// The answer about a collection that nothing could be done for.
CollectionResult failed_collection(SyncCollectionRequest const &request, int status);
/// Likewise; the last such error of a request stands in its line of the log.
CollectionResult failed_collection(Session &session, SyncCollectionRequest const &request, int status,
                                   Error const &error);
CollectionResult failed_collection(Session &session, SyncCollectionRequest const &request,
                                   Error const &error);

/// Why the device has to begin anew with a collection; `has_state`: the server knows another key of it.
Error unknown_sync_key(bool has_state);

/// Whether options are for mail: of Email and, from 14.0 on, of SMS, each once.
/// MS-ASCMD 2.2.3.27.2, 2.2.3.27.6.
bool are_for_mail(std::vector<SyncOptions> const &options, ProtocolVersion version);

CollectionResult sync_collection(Session &session, SyncCollectionRequest const &request, AnswerRoom &room);

/// What of a message the device is told when it changes: 12.1 has neither Categories nor LastVerbExecuted.
ShownProperties shown_properties(ProtocolVersion version);

/// The StateStore key of a collection's state.
std::string collection_state_key(Device const &device, std::string const &collection_id);
/// Likewise, of a mail folder.
std::string mail_state_key(Device const &device, FolderId const &folder);
/// The keys that the device got for a collection and may still use: the last one, then the one before.
std::vector<std::string> last_sync_keys(Session &session, std::string const &collection_id);

/// Whether the next Sync of a folder would tell something. A folder that the device never synchronised has
/// nothing to compare with: it stays quiet.
Result<bool> has_changes(Session &session, FolderId const &folder);

/// Whether a Sync of the collection would tell something. One that the device never synchronised has nothing
/// to compare with: it stays quiet. not_found: there is no such collection (any more).
Result<bool> collection_changed(Session &session, std::string const &collection_id);

} // namespace eas
