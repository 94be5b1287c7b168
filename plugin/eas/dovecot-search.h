// A search of one mailbox by Dovecot's own search, which asks an FTS plugin where one is loaded and reads
// the messages where none is.
#pragma once
#include "base/result.h"
#include "eas/dovecot-folder-mailbox.h"
#include "ports/mail-store.h"
#include <chrono>
#include <vector>

namespace eas {

/// What a search over several mailboxes found so far. Keeps the newest only, however many match.
class NewestMessages {
public:
    /// At most `limit` are kept.
    explicit NewestMessages(size_t limit) : m_limit(limit) {}
    void add(FoundMessage const &message);
    /// Newest first.
    FoundMessages take();
    uint64_t total() const { return m_total; }

private:
    size_t m_limit;
    uint64_t m_total = 0;
    std::vector<FoundMessage> m_heap; ///< the oldest at the front
};

using SearchClock = std::chrono::steady_clock;

/// Adds what matches in a mailbox that was just opened; false if it is not through at `deadline`. On an
/// error, which one unreadable message is enough for, what was found all the same is added.
Result<bool> search_mailbox(std::shared_ptr<OpenMailbox> const &mailbox, FolderId const &folder,
                            MailCondition const &condition, SearchClock::time_point deadline,
                            NewestMessages &found);

} // namespace eas
