// The socket eas-master: eas-ping gives back the connection of a phone that waited. One connection, one
// resume frame with the phone's descriptor, one answer (ping/park-message.h). That only eas-ping may
// connect is the socket's mode (0600, $default_internal_user), as with imap-master.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace eas {

/// Reads one resume frame from the accepted socket `fd`, then calls `resume(body, client_fd)`, which
/// takes client_fd and returns "" or why it refuses. Answers and closes.
/// Returns at once; `resume` is called from the event loop, or never if the peer is silent or broken:
/// then `failed` is called.
void listen_for_resume(int fd, std::function<std::string(std::string_view body, int client_fd)> resume,
                       std::function<void()> failed);

/// Closes what is still open, at the end of the process.
void close_resume_listeners();

} // namespace eas
