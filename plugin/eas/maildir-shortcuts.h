// What the plugin does otherwise than Dovecot where the mail is a Maildir, so that a new message costs what
// it costs and not what the mailbox does: see maildir-files.h and maildir-uids.h. Each of these ways ends
// where Dovecot's begins: in any doubt that one is taken.
#pragma once

struct module;

namespace eas {

void add_maildir_shortcuts(struct module *module);
void remove_maildir_shortcuts();

} // namespace eas
