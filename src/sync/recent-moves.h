// Which messages a device has moved of late, under "device/<id>/moves": a device that did not get the answer
// of MoveItems asks again, and must be told where its messages are now, not that they are gone.
#pragma once
#include "base/result.h"
#include "ports/state-store.h"
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

class RecentMoves {
public:
    /// Moves of earlier requests that are remembered; those of this one are all kept.
    static constexpr size_t remembered = 200;

    /// Of a damaged value nothing is remembered.
    static Result<RecentMoves> load(StateStore &store, std::string const &key);
    Result<void> save(StateStore &store, std::string const &key) const;

    /// Server ids, as message_id() makes them.
    void add(std::string source, std::string destination);
    /// Where a message has gone; "" if it is not known.
    std::string_view find(std::string_view source) const;
    bool changed() const { return m_added > 0; }

private:
    struct Move {
        std::string source, destination;
    };
    std::vector<Move> m_moves; ///< the newest last
    size_t m_added = 0;        ///< by add()
};

} // namespace eas
