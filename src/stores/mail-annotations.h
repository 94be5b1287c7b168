// What we keep beside messages that no IMAP flag can say (the dates of a flag, of a reply), for one user, in
// one value of the StateStore. A message is named by its GUID, which Dovecot keeps when it is moved or copied
// by whomever and when an index is built anew; an index extension or a table by UID would lose it.
//
// Nobody tells us when a message is expunged, so only the newest annotations are kept; those of a
// reply or forward alone go first. Most users have none:
// then a look costs one failed open, and no GUID is asked for.
//
// Stored under "mail/annotations" as lines "message <guid> <text>", the newest last.
#pragma once
#include "ports/state-store.h"
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

class MailAnnotations {
public:
    static constexpr size_t most = 1000;
    static constexpr size_t longest_text = 4096; ///< bytes

    /// `store` must outlive it.
    explicit MailAnnotations(StateStore &store) : m_store(store) {}

    /// What is stored is read again at the next look: others may have changed it.
    void refresh() { m_entries.reset(); }
    Result<bool> empty();
    /// "" if the message has none.
    Result<std::string> find(std::string_view guid);
    /// "" removes it. too_large; errors of the store.
    Result<void> set(std::string_view guid, std::string_view text);

private:
    using Entry = std::pair<std::string, std::string>; ///< GUID, text
    Result<void> load();
    Result<void> save();

    StateStore &m_store;
    std::optional<std::vector<Entry>> m_entries; ///< as read last
};

} // namespace eas
