// Who waits for what, for `doveadm eas who`. Whoever connects to the socket eas-ping-status (root and
// $default_internal_user only) gets it as lines of tab-escaped fields, and the end of the connection:
//
//   VERSION  eas-ping-status  1  0
//   PID  <pid of eas-ping>
//   PHONE  <user>  <device id>  <address>  <command>  <state>  <seconds left>  <folders>     one each
//   END
#pragma once
#include "ping/phones.h"

namespace eas {

/// Takes `fd` over. A client that does not read is dropped after some seconds.
void send_status(int fd, Phones const &phones);

} // namespace eas
