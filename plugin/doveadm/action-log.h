// What an admin did, in Dovecot's log, whichever program did it: doveadm on a terminal writes to that
// terminal only, and later nobody would find out why a phone was wiped.
#pragma once
#include <string>

namespace eas {

/// Opens the log while doveadm still has the rights to: before the first user.
void open_action_log();

/// At info, on the terminal too; the user is in the prefix.
void log_action(std::string const &text);

} // namespace eas
