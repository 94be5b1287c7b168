// A list in the state store, a line an entry and the newest last: what the service remembers of meetings,
// that no calendar can say. It may be lost. When it is full the oldest entries go.
#pragma once
#include "base/text.h"
#include "ports/state-store.h"
#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

/// An `Entry` has `static std::optional<Entry> parse(std::string_view line)`, `std::string line() const` and
/// ==. A line that is none is passed over.
template <typename Entry> class KeptList {
public:
    using Entries = std::vector<Entry>;

    /// `store` must stay alive.
    KeptList(StateStore &store, std::string key, size_t most)
        : m_store(store), m_key(std::move(key)), m_most(most)
    {}

    Result<Entries> read() const
    {
        auto const text = m_store.get(m_key);
        if (!text)
            return text.error();
        Entries entries;
        if (*text)
            for (auto const line : split(**text, '\n'))
                if (auto entry = Entry::parse(line))
                    entries.push_back(*std::move(entry));
        return entries;
    }

    /// The caller holds the lock of whose list it is.
    Result<void> write(Entries const &entries) const
    {
        if (entries.empty())
            return m_store.remove(m_key);
        std::string text;
        for (auto i = entries.size() - std::min(entries.size(), m_most); i < entries.size(); ++i)
            text += entries[i].line() + '\n';
        return m_store.set(m_key, text);
    }

    /// Of a list of the user's, which other devices write, too.
    Result<void> change(std::function<void(Entries &)> const &change) const
    {
        auto const lock = m_store.lock("calendar");
        auto entries = lock ? read() : lock.error();
        if (!entries)
            return entries.error();
        auto const before = *entries;
        change(*entries);
        return *entries == before ? Result<void>() : write(*entries);
    }

private:
    StateStore &m_store;
    std::string m_key;
    size_t m_most;
};

} // namespace eas
