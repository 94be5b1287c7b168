// What the rest of Dovecot is told of a phone: its stats process of waits, for metrics (doc/monitoring.md),
// and anvil of the connection, so that `doveadm who` and mail_max_userip_connections count it.
#pragma once
#include "ping/phone.h"

namespace eas {

/// Why a phone does not wait any more.
enum class WaitEnd {
    changed,    ///< something may have: a process looks
    timeout,    ///< nothing changed
    superseded, ///< by another request of the device
    gone,       ///< the client closed the connection
    shutdown,
};

/// Event eas_wait_started.
void report_wait_begun(Phone &phone);
/// Event eas_wait_finished: once a wait, whatever comes first; nothing for a phone that does not wait.
void report_wait_ended(Phone &phone, WaitEnd why);

void report_connected(Phone const &phone);
void report_disconnected(Phone const &phone);

} // namespace eas
