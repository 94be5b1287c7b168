// A phone that waits: its connection, its watches, and what is answered or handed back later, in one
// allocation, since there may be thousands of them.
#pragma once
#include "ping/park-message.h"
#include "ping/watch-table.h"
#include <array>
#include <memory>
#include <span>

struct timeout;

namespace eas {

struct ContactBooks;

/// CLOCK_MONOTONIC in milliseconds: what all times of phones are.
uint64_t monotonic_ms();

enum class PhoneState : uint8_t {
    prepared,     ///< its process looks whether something has changed before the watches stood
    waiting,      ///< for an event, the deadline, or the client's end
    delayed,      ///< an event came, but it was woken only just before
    queued,       ///< to be handed back to a process
    handing_over, ///< a process is about to take the connection
    idle,         ///< answered; the next request has not come yet
};

struct Phone {
    enum Text { user, device_id, remote_ip, command, folders, answer, connection, request, text_count };

    class Phones *home = nullptr;
    Phone *previous = nullptr, *next = nullptr; ///< all phones
    Phone *next_of_device = nullptr;            ///< phones with the same device_hash's bucket
    ContactBooks *contacts = nullptr;           ///< whose change concerns this phone; null: none
    Phone *previous_of_contacts = nullptr, *next_of_contacts = nullptr;
    size_t device_hash = 0;
    struct timeout *timer = nullptr; ///< of the current state
    uint64_t deadline_ms = 0;
    uint64_t wait_began_ms = 0; ///< 0: it does not wait
    WakeHistory history;
    int fd = -1;
    uint32_t parked_by_uid = 0;
    uint32_t idle_seconds = 0;
    uint32_t poll_seconds = 0;
    PhoneState state = PhoneState::prepared;
    ResumeReason reason = ResumeReason::input; ///< while queued or handing over
    bool fired = false;                        ///< an event came while it was prepared
    bool hierarchy_only = false;               ///< the event was of mailboxes, not of messages
    bool ended = false;                        ///< another request of the device came while it was prepared
    bool unread = false;                       ///< the client has sent bytes already
    uint32_t link_count = 0;
    std::array<uint32_t, text_count> text_ends{};

    /// Owns `fd` from now on. The watches are not attached yet.
    static Phone *create(ParkMessage const &message, int fd, uint32_t uid);
    /// Closes the descriptor. The watches must be detached, the timer removed.
    static void destroy(Phone *phone);

    /// A request waits, and it is up to us to answer it.
    bool waits_for_answer() const;
    std::span<WatchLink> links();
    std::string_view text(Text which) const;

private:
    char const *texts() const;
};

} // namespace eas
