// See relogin.h. The message is in login/hand-over.h; login/login-client.cc receives it.
#include "eas/relogin.h"
#include "compat/dovecot.h"

namespace eas {

namespace {

constexpr unsigned connect_milliseconds = 1000;

std::string address_text(std::string const &bytes)
{
    struct ip_addr ip = {};
    if (bytes.size() == sizeof(ip.u.ip4)) {
        ip.family = AF_INET;
        memcpy(&ip.u.ip4, bytes.data(), bytes.size());
    } else if (bytes.size() == sizeof(ip.u.ip6)) {
        ip.family = AF_INET6;
        memcpy(&ip.u.ip6, bytes.data(), bytes.size());
    } else {
        return "";
    }
    return net_ip2addr(&ip);
}

} // namespace

Result<void> send_to_login(char const *base_dir, Relogin relogin, int fd)
{
    if (relogin.rest.size() > max_relogin_rest_bytes)
        return Error{ErrorKind::too_large, "eas-relogin: pipelined requests with different credentials"};
    relogin.origin.peer = address_text(relogin.origin.peer);
    std::string const message = encode_relogin(relogin);
    std::string const path = std::string(base_dir) + "/eas-relogin";
    int socket = net_connect_unix_with_retries(path.c_str(), connect_milliseconds);
    if (socket == -1)
        return Error{ErrorKind::temporary, "connect(" + path + ") failed: " + strerror(errno)};
    net_set_nonblock(socket, FALSE);
    // A message fits into the socket's buffer, so this does not wait for eas-login.
    ssize_t const sent = fd_send(socket, fd, message.data(), message.size());
    bool const complete = sent > 0 && write_full(socket, message.data() + sent,
                                                 message.size() - static_cast<size_t>(sent)) == 0;
    int const error = errno;
    i_close_fd(&socket);
    if (!complete)
        return Error{ErrorKind::temporary, "write(" + path + ") failed: " + strerror(error)};
    return {};
}

} // namespace eas
