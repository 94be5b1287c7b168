// How a device takes what it is sent. One that asks with the key before the last again and again does not
// get, or cannot digest, an answer: it gets fewer items at a time, down to one; a message that it does not
// take even alone is sent without its body, then left out for some time, and the others go on. Once answers
// arrive again, their size grows again.
//
// A client that asks again at once, or that was told of nothing, says nothing of how it takes answers.
//
// It is a part of the collection's state and changes only when that is written anyway.
#pragma once
#include "base/time.h"
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace eas {

struct Delivery {
    uint32_t repeats = 0;  ///< requests in a row whose answer before did not arrive
    uint32_t window = 0;   ///< most items of an answer; 0: as the client wants
    std::string suspect{}; ///< the item that was sent alone: a UID, or a store's name
    uint32_t suspect_tries = 0;
    int64_t counted_seconds = 0; ///< when a repeat was counted last
    bool operator==(Delivery const &) const = default;

    /// To be called once a request. `repeated`: it has the previous key; `wanted`: its window.
    void note_request(bool repeated, size_t wanted, Instant now);
    /// The device took an answer, or there was nothing in it to take.
    void forget_repeats();
    /// How many items to send where the client wants that many.
    size_t limit(size_t wanted) const;

    enum class Form { whole, without_body, left_out };
    /// How to send an item that is the first of an answer.
    Form form_of(std::string_view item);
};

} // namespace eas
