// What the processes of a waiting phone say to each other, as bytes. No Dovecot header: unit tests link it.
//
//   eas --(unix socket eas-ping)--> eas-ping     a request to hold a connection, an order to end a wait
//   eas-ping --(unix socket eas-master)--> eas   a connection that comes back
//   eas-ping --(unix socket eas-ldap-watch)--> eas-ldap-watch   address books to watch; what changed in them
//
// A frame is: version (1 byte), type (1 byte), two zero bytes, length of the body (4 bytes), the body.
// Numbers are in the machine's byte order, since both ends run on it; a text is its length (4 bytes) and
// its bytes. A descriptor travels with the first byte of its frame (SCM_RIGHTS). Each length has a limit
// that is checked before anything is allocated; a frame that breaks one ends the connection.
//
// How a connection is parked (P = the user's process):
//   P: lend     ->  eas-ping: lend + inotify descriptor    (once a connection)
//   P adds its watches, with the rights of its user
//   P: prepare + client's descriptor  ->  eas-ping: ready | stale (add the watches anew) | refused
//   P looks whether anything changed before the watches stood
//   P: commit   ->  eas-ping: parked         or   P: abort
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

enum class FrameType : uint8_t {
    lend = 1,
    prepare, ///< a ParkMessage
    ready,
    stale,   ///< a watch was removed meanwhile: add the watches again
    refused, ///< body: the reason, for the log
    commit,
    parked,
    abort,
    end_waits,        ///< an EndWaitsMessage; no answer
    resume,           ///< a ResumeMessage
    taken,            ///< the connection belongs to the receiver from now on
    rejected,         ///< body: the reason, for the log
    watch_contacts,   ///< a ContactsMessage
    forget_contacts,  ///< body: the DN
    contacts_changed, ///< body: the normal DN of an entry; "": any may have changed
};

struct Frame {
    FrameType type;
    std::string_view body; ///< valid until the reader is used again
};

constexpr size_t max_frame_body_bytes = 128 * 1024; // it is sent at once: less than a socket's buffer
constexpr size_t max_watches = 2000;
constexpr size_t max_user_bytes = 512;
constexpr size_t max_device_id_bytes = 128;
constexpr size_t max_folders_bytes = 512;
constexpr size_t max_answer_bytes = 8 * 1024;
constexpr size_t max_dn_bytes = 4 * 1024;

/// Frame of `type`; nothing if the body is longer than allowed.
std::optional<std::string> encode_frame(FrameType type, std::string_view body);

/// Cuts a stream of bytes into frames.
class FrameReader {
public:
    enum class State { frame, incomplete, broken };
    void append(std::string_view bytes);
    /// frame: `frame` is the next one. broken: the peer breaks the protocol, for good.
    State next(Frame &frame);
    bool empty() const { return m_bytes.size() == m_used; }

private:
    std::string m_bytes;
    size_t m_used = 0;
};

/// How often a phone was woken for nothing lately. Opaque to the user's process, which gives it back when
/// it parks the phone again; so eas-ping remembers nothing of a phone that it does not hold.
struct WakeHistory {
    uint64_t last_wake_ms = 0; ///< CLOCK_MONOTONIC; 0: never
    uint32_t delay_ms = 0;     ///< that the last wake waited after its event
    bool operator==(WakeHistory const &) const = default;
};

/// When to wake a phone whose event comes at `now_ms`: at once after a quiet second, else each time later.
uint32_t wake_delay_ms(WakeHistory const &history, uint64_t now_ms);

/// A watch on the lent inotify instance, and which of its events concern this phone. IN_ISDIR in the mask:
/// only events of directories do.
struct ParkedWatch {
    int32_t wd = -1;
    uint32_t mask = 0;
    bool operator==(ParkedWatch const &) const = default;
};

/// Address books in a directory.
struct ContactsMessage {
    std::string dn;               ///< normal (stores/ldap-dn.h), with all below it; "": none
    std::string authorization_id; ///< as whom to look
    bool operator==(ContactsMessage const &) const = default;
};

struct ParkMessage {
    std::string user;
    std::string device_id;     ///< "" if not known: then nothing but its own end ends the wait
    std::string remote_ip;     ///< printed, for `doveadm who`; "" if not known
    uint64_t deadline_ms = 0;  ///< CLOCK_MONOTONIC: when the answer is due
    uint32_t idle_seconds = 0; ///< how long to wait for the next request after it; 0: close then
    uint32_t poll_seconds = 0; ///< wake so often, because not everything could be watched; 0: do not
    bool input_read = false;   ///< the connection record has bytes of the next request already
    WakeHistory history;
    std::vector<ParkedWatch> watches;
    ContactsMessage contacts;
    std::string command; ///< "Ping", for `doveadm eas who`
    std::string folders; ///< names, for the same; at most max_folders_bytes
    std::string answer;  ///< the HTTP answer "nothing changed"; "": the connection has no request, and rests
    std::string connection; ///< a ConnectionRecord, not looked into by eas-ping
    std::string request;    ///< a SavedRequest, not looked into by eas-ping
    bool operator==(ParkMessage const &) const = default;
};

struct EndWaitsMessage {
    std::string user;
    std::string device_id;
    bool operator==(EndWaitsMessage const &) const = default;
};

enum class ResumeReason : uint8_t {
    changed = 1, ///< something that is watched may have changed: run the request again
    input,       ///< bytes of the next request have arrived; nothing is to be answered
};

struct ResumeMessage {
    ResumeReason reason = ResumeReason::input;
    uint32_t parked_by_uid = 0; ///< the uid that the kernel gave for the process that parked it
    uint64_t deadline_ms = 0;   ///< as it was parked; 0 for input
    uint32_t wait_left_ms = 0;  ///< until then
    WakeHistory history;
    std::string user;
    std::string connection;
    std::string request; ///< "" for input
    bool operator==(ResumeMessage const &) const = default;
};

/// What a connection stays while it is parked and resumed.
struct ConnectionRecord {
    std::string session_id;
    std::string local_ip, remote_ip; ///< printed
    uint16_t local_port = 0, remote_port = 0;
    bool secured = false;                          ///< TLS, or as good as that
    bool ssl_secured = false;                      ///< TLS ended in this Dovecot
    std::string credentials_key, credentials_hash; ///< at most 64 bytes each: who may use the connection
    std::string input;                             ///< read from the client but not used yet, at most 16 KB
    std::string extra;                             ///< what else the host wants back, at most 1 KB
    bool operator==(ConnectionRecord const &) const = default;
};

/// An HTTP request that will be run again.
struct SavedRequest {
    std::string method, path, query;
    std::vector<std::pair<std::string, std::string>> headers; ///< at most 64
    std::string body;
    bool operator==(SavedRequest const &) const = default;
};

std::string encode(ParkMessage const &message);
std::string encode(ContactsMessage const &message);
std::string encode(EndWaitsMessage const &message);
std::string encode(ResumeMessage const &message);
std::string encode(ConnectionRecord const &record);
std::string encode(SavedRequest const &request);
/// Each: nothing if a byte is missing or left over, or a limit is broken.
std::optional<ParkMessage> decode_park(std::string_view body);
std::optional<ContactsMessage> decode_contacts(std::string_view body);
std::optional<EndWaitsMessage> decode_end_waits(std::string_view body);
std::optional<ResumeMessage> decode_resume(std::string_view body);
std::optional<ConnectionRecord> decode_connection(std::string_view bytes);
std::optional<SavedRequest> decode_request(std::string_view bytes);

} // namespace eas
