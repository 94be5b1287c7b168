// See parking.h; the conversation is described in ping/park-message.h.
#include "eas/parking.h"
#include "base/text.h"
#include "compat/storage.h"
#include "eas/request-runner.h"
#include "login/request-header.h"
#include "ping/watch-table.h"
#include <algorithm>

namespace eas {
namespace {

constexpr unsigned connect_timeout_ms = 1000;
constexpr time_t reply_timeout_seconds = 3;
constexpr uint32_t poll_interval_seconds = 60;
constexpr int max_attempts = 3;

uint64_t monotonic_ms()
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return uint64_t(now.tv_sec) * 1000 + uint64_t(now.tv_nsec) / 1000000;
}

/// What the phone waits for, for admins: "INBOX, Work, calendar".
std::string folder_names(ParkOrder const &order, WatchPlan const &plan)
{
    std::vector<std::string> names = plan.mailboxes;
    for (std::string const &directory : order.wait.directories)
        if (directory != order.calendar_directory)
            names.push_back(directory.substr(directory.rfind('/') + 1));
    std::string text;
    for (std::string const &name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return std::string(utf8_prefix(text, max_folders_bytes));
}

ParkMessage park_message(ParkOrder const &order, WatchPlan const &plan, AddedWatches const &added)
{
    ParkMessage message;
    message.user = order.user->username;
    message.device_id = order.device_id;
    message.remote_ip = order.connection.remote_ip;
    message.deadline_ms = monotonic_ms() + uint64_t(order.wait.seconds) * 1000;
    message.idle_seconds = order.idle_seconds;
    message.poll_seconds = added.complete ? 0 : poll_interval_seconds;
    message.input_read = !order.connection.input.empty();
    message.watches = added.watches;
    message.contacts = {order.wait.contacts.dn, order.wait.contacts.authorization_id};
    message.command = command_name(order.request);
    message.folders = folder_names(order, plan);
    message.answer = order.unchanged_answer;
    message.connection = encode(order.connection);
    message.request = encode(save_request(order.request));
    if (order.resumed && order.resumed->reason == ResumeReason::changed) {
        message.history = order.resumed->history;
        message.deadline_ms = order.resumed->deadline_ms;
    }
    return message;
}

} // namespace

SavedRequest save_request(HttpRequest const &request)
{
    SavedRequest saved = {request.method, request.path, request.query, {}, std::string(request.body)};
    for (auto const &header : request.headers) {
        // Of a field that comes twice the first one counts.
        bool const is_known = std::ranges::any_of(saved.headers, [&](auto const &other) {
            return equals_ignoring_case(other.first, header.first);
        });
        if (!is_known && is_kept_field(header.first))
            saved.headers.push_back(header);
    }
    return saved;
}

HttpRequest restore_request(SavedRequest const &saved, ResumeMessage const &message)
{
    HttpRequest request;
    request.method = saved.method;
    request.path = saved.path;
    request.query = saved.query;
    request.headers = saved.headers;
    request.body = saved.body;
    request.user = message.user;
    request.resumed = true;
    request.wait_left_seconds = (message.wait_left_ms + 999) / 1000;
    return request;
}

ParkingLot::ParkingLot(std::string const &base_dir) : m_socket_path(base_dir + "/eas-ping") {}

ParkingLot::~ParkingLot()
{
    disconnect();
}

ParkResult ParkingLot::park(ParkOrder const &order, std::function<bool()> const &changed)
{
    WatchPlan const plan = plan_watches(order.user, order.wait);
    std::string reason;
    for (int attempt = 0; attempt < max_attempts; attempt++) {
        bool const link_is_new = m_fd == -1;
        Reply const reply = prepare(order, plan, reason);
        if (reply == Reply::ready)
            return confirm(changed);
        if (reply == Reply::lost)
            disconnect();
        // Worth another try: a watched file was replaced, or eas-ping had closed an idle link.
        if (reply == Reply::refused || (reply == Reply::lost && link_is_new))
            break;
    }
    i_warning("A waiting phone cannot be handed to eas-ping: %s", reason.c_str());
    return ParkResult::failed;
}

ParkingLot::Reply ParkingLot::prepare(ParkOrder const &order, WatchPlan const &plan, std::string &reason)
{
    if (!borrow_inotify()) {
        reason = m_socket_path + ": " + strerror(errno);
        return Reply::lost;
    }
    uint64_t const began_ms = monotonic_ms();
    AddedWatches const added = add_watches(m_inotify_fd, plan);
    if (added.limit_reached && !std::exchange(m_limit_warned, true))
        i_warning(
            "inotify watch limit reached, so some phones learn of new mail only once in %u seconds: raise "
            "sysctl fs.inotify.max_user_watches",
            poll_interval_seconds);
    if (monotonic_ms() - began_ms > watch_announcement_seconds * 1000)
        return Reply::stale;
    std::string const message = encode(park_message(order, plan, added));
    if (message.size() > max_frame_body_bytes || order.unchanged_answer.size() > max_answer_bytes) {
        reason = "the request is too large";
        return Reply::refused;
    }
    std::string body;
    std::optional<FrameType> reply;
    if (send(FrameType::prepare, message, order.fd))
        reply = receive(body);
    if (reply == FrameType::ready)
        return Reply::ready;
    if (reply == FrameType::stale) {
        reason = "its mailboxes change all the time";
        return Reply::stale;
    }
    reason = reply == FrameType::refused ? body : m_socket_path + " hung up";
    return reply == FrameType::refused ? Reply::refused : Reply::lost;
}

ParkResult ParkingLot::confirm(std::function<bool()> const &changed)
{
    /// An exception of the callback must not leave the phone prepared: eas-ping drops it with the link.
    struct Guard {
        ParkingLot *lot;
        ~Guard()
        {
            if (lot)
                lot->disconnect();
        }
    } guard = {this};
    bool const has_changed = changed();
    guard.lot = nullptr;
    if (has_changed) {
        if (!send(FrameType::abort))
            disconnect();
        return ParkResult::changed;
    }
    if (commit())
        return ParkResult::parked;
    i_warning("A waiting phone cannot be handed to eas-ping: %s hung up", m_socket_path.c_str());
    return ParkResult::failed;
}

bool ParkingLot::commit()
{
    if (!send(FrameType::commit)) {
        disconnect();
        return false;
    }
    // Without the reply nobody knows whether eas-ping holds the phone. Letting go is always right: if it
    // does not, the connection closes and the phone comes back.
    std::string body;
    if (receive(body) != FrameType::parked)
        disconnect();
    return true;
}

bool ParkingLot::rest(RestOrder const &order)
{
    ParkMessage message;
    message.user = order.user;
    message.device_id = order.device_id;
    message.remote_ip = order.connection.remote_ip;
    message.idle_seconds = order.seconds;
    message.input_read = !order.connection.input.empty();
    message.connection = encode(order.connection);
    std::string body;
    if (!connect())
        return false;
    if (send(FrameType::prepare, encode(message), order.fd) && receive(body) == FrameType::ready)
        return commit();
    disconnect(); // or the link was an old one, which eas-ping has closed
    return false;
}

void ParkingLot::end_other_waits(std::string const &user, std::string const &device_id)
{
    if (device_id.empty() || device_id.size() > max_device_id_bytes || user.size() > max_user_bytes)
        return;
    std::string const message = encode(EndWaitsMessage{user, device_id});
    for (int attempt = 0; attempt < 2; attempt++) {
        if (!connect())
            return;
        if (send(FrameType::end_waits, message))
            return;
        disconnect(); // eas-ping had closed an idle link
    }
}

// --- the link

bool ParkingLot::connect()
{
    if (m_fd != -1)
        return true;
    m_fd = net_connect_unix_with_retries(m_socket_path.c_str(), connect_timeout_ms);
    if (m_fd == -1)
        return false;
    net_set_nonblock(m_fd, FALSE);
    timeval const limit = {reply_timeout_seconds, 0};
    setsockopt(m_fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(m_fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return true;
}

void ParkingLot::disconnect()
{
    i_close_fd(&m_inotify_fd);
    i_close_fd(&m_fd);
}

bool ParkingLot::borrow_inotify()
{
    if (!connect())
        return false;
    if (m_inotify_fd != -1)
        return true;
    std::string body;
    if (!send(FrameType::lend) || receive(body, &m_inotify_fd) != FrameType::lend || m_inotify_fd == -1)
        return false;
    fd_close_on_exec(m_inotify_fd, TRUE);
    return true;
}

bool ParkingLot::send(FrameType type, std::string_view body, int fd)
{
    std::optional<std::string> const frame = encode_frame(type, body);
    if (!frame)
        return false;
    ssize_t const sent = fd_send(m_fd, fd, frame->data(), frame->size());
    return sent > 0 && (size_t(sent) == frame->size() ||
                        write_full(m_fd, frame->data() + sent, frame->size() - size_t(sent)) == 0);
}

std::optional<FrameType> ParkingLot::receive(std::string &body, int *fd)
{
    FrameReader reader;
    char buffer[1024];
    for (;;) {
        int received_fd = -1;
        ssize_t const size = fd_read(m_fd, buffer, sizeof buffer, &received_fd);
        if (received_fd != -1 && fd && *fd == -1)
            *fd = received_fd;
        else
            i_close_fd(&received_fd);
        if (size <= 0)
            return std::nullopt;
        reader.append({buffer, size_t(size)});
        Frame frame;
        switch (reader.next(frame)) {
        case FrameReader::State::frame:
            body = frame.body;
            return frame.type;
        case FrameReader::State::incomplete:
            break;
        case FrameReader::State::broken:
            return std::nullopt;
        }
    }
}

} // namespace eas
