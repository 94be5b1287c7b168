// The names of a Maildir's messages, found one by one in Dovecot's list (stores/uidlist-file.h).
//
// Where Dovecot has not read that list yet, or not since a message came, it reads all of it to learn one
// name, tries that in `cur` with the flags that it has in the list, which are none, and scans the whole
// mailbox when the file is not there. Here one line is read, and the name is tried as the flags in the index
// make it, in `new` and `cur`.
#pragma once
#include "stores/uidlist-file.h"

struct mail;
struct mailbox;

namespace eas {

std::string uidlist_path(struct mailbox *box);
/// Those with a UID from `first` to `last`; nothing if the list cannot be read, or is not that of the
/// mailbox's index.
std::optional<std::vector<UidlistFile::Entry>> uidlist_entries(struct mailbox *box, Uid first, Uid last);

/// The GUID of an open mailbox, to 16 bytes at `guid`; false if Dovecot is to say it.
bool read_mailbox_guid(struct mailbox *box, unsigned char *guid);

/// Whether Dovecot would have to read its list, or scan, to know the file of the message.
bool is_name_unknown(struct mail *mail);
/// Reads the message's line, and lets Dovecot's object have what it tells: name, GUID and size. False if it
/// tells nothing.
bool look_up_name(struct mail *mail);
/// The paths that the file may have, after look_up_name(), the likeliest first.
std::vector<std::string> likely_paths(struct mail *mail);

} // namespace eas
