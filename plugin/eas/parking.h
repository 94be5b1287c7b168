// Parks a connection whose request has nothing to tell yet in eas-ping (see ping/park-message.h): the mail
// process adds the watches with its user's rights, looks once more for changes that came before they
// stood, and lets the connection go.
//
// eas-ping answers "nothing changed" itself when the wait is over. At a change, or when the next request
// arrives, it gives the connection to a process through the socket eas-master, which runs the saved
// request again: only the user's process knows whether the phone has anything to fetch.
#pragma once
#include "eas/watches.h"
#include "ping/park-message.h"
#include "request/dispatch.h"
#include <functional>
#include <memory>

struct mail_user;

namespace eas {

struct ParkOrder {
    struct mail_user *user;
    /// The client's; nothing may be left to be written to it. Stays the caller's until it is parked.
    int fd;
    ConnectionRecord const &connection;
    HttpRequest const &request;
    Wait const &wait;
    std::string const &device_id;
    /// The whole HTTP answer for "nothing changed", at most max_answer_bytes. Its Date may as well be that
    /// of the end of the wait.
    std::string const &unchanged_answer;
    /// Where collections come and go, which is not what the phone asked for.
    std::string const &calendar_directory;
    uint32_t idle_seconds; ///< to wait for the next request afterwards; 0: the answer says Connection: close
    /// When the request was resumed: what resumed it. Keeps its deadline to the millisecond.
    ResumeMessage const *resumed = nullptr;
};

/// A connection without a request.
struct RestOrder {
    std::string user;
    std::string const &device_id; ///< "" if not known
    int fd;
    ConnectionRecord const &connection;
    uint32_t seconds; ///< after which it is closed
};

enum class ParkResult {
    parked,  ///< close the descriptor, without shutdown(), and forget the connection
    changed, ///< the caller's `changed` said so: answer
    failed,  ///< the reason is logged: answer "nothing changed" early, or 503
};

/// The link of a process to eas-ping; opened when it is needed, kept while eas-ping keeps it.
/// Calls block for as long as eas-ping takes, at most some seconds.
class ParkingLot {
public:
    explicit ParkingLot(std::string const &base_dir);
    ~ParkingLot();
    ParkingLot(ParkingLot const &) = delete;
    ParkingLot &operator=(ParkingLot const &) = delete;

    /// `changed` looks whether anything changed since the request was run; usually it runs it again.
    ParkResult park(ParkOrder const &order, std::function<bool()> const &changed);

    /// Gives eas-ping a connection that waits for its next request. Afterwards the descriptor is to be
    /// closed, without shutdown(). False: eas-ping does not take it.
    bool rest(RestOrder const &order);

    /// A new request of the device ends the wait of an earlier one, which is answered "nothing changed".
    /// Cheap; failures are ignored, since then nobody waits.
    void end_other_waits(std::string const &user, std::string const &device_id);

private:
    enum class Reply { ready, stale, refused, lost };

    bool connect();
    void disconnect();
    bool send(FrameType type, std::string_view body = {}, int fd = -1);
    std::optional<FrameType> receive(std::string &body, int *fd = nullptr);
    bool borrow_inotify();
    Reply prepare(ParkOrder const &order, WatchPlan const &plan, std::string &reason);
    ParkResult confirm(std::function<bool()> const &changed);
    bool commit();

    std::string m_socket_path;
    int m_fd = -1;
    int m_inotify_fd = -1;
    bool m_limit_warned = false;
};

/// What of a request is kept while it waits: of its header what we use, without the credentials.
SavedRequest save_request(HttpRequest const &request);
/// The request to be run again. Its body points into `saved`.
HttpRequest restore_request(SavedRequest const &saved, ResumeMessage const &message);

} // namespace eas
