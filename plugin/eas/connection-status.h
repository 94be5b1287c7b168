// What a connection that an `eas` process serves is doing, for `doveadm eas who`: in memory that root finds
// through the process and that goes with it, so that telling it costs one write to memory, needs no rights
// and leaves nothing behind. A process that is busy could not answer a question; a file would be written at
// each request; the title of the process shows it to all users of the machine, so it does only where the
// admin wants that.
//
// /proc/<pid>/fd/<n> is a link to "/memfd:eas-connection (deleted)"; there is one for each connection. It has
// one line of tab-escaped fields, then NULs: user, address, device id, command. The last two are "-" where
// there is none (yet).
#pragma once
#include "compat/dovecot.h"
#include <string>
#include <vector>

namespace eas {

struct ConnectionStatus {
    std::string user, address, device_id, command;
};

/// Keeps the status of one connection up to date.
class ConnectionStatusMemory {
public:
    ConnectionStatusMemory();
    ~ConnectionStatusMemory();
    ConnectionStatusMemory(ConnectionStatusMemory const &) = delete;
    ConnectionStatusMemory &operator=(ConnectionStatusMemory const &) = delete;

    void write(ConnectionStatus const &status) const;

private:
    int m_fd; ///< -1 where the kernel gave none: then nobody is told
};

/// The connections of a process; none if it has none, has ended, or may not be looked into.
std::vector<ConnectionStatus> connections_of_process(std::string const &pid);

} // namespace eas
