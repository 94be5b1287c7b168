// What has to be watched so that a change of these mailboxes does not go unnoticed. Found by experiment on
// Dovecot 2.3.19 with LMTP, doveadm and the mailbox formats Maildir, sdbox and mdbox:
//   - every delivery, flag change and expunge by Dovecot appends to the mailbox's dovecot.index.log; that
//     file is replaced when it is rotated, and goes away with its mailbox;
//   - what other programs deliver into a Maildir appears in its new/ first;
//   - a mailbox that is made, renamed or removed is a directory that comes or goes: below the root of
//     the Maildir, or, where mailboxes nest as directories (LAYOUT=fs), below its parent's; with
//     LAYOUT=index only the list index knows.
// The list index is no good for the rest: each STATUS that an IMAP client asks may write to it.
#pragma once
#include "ping/park-message.h"
#include "session/session.h"
#include <cstdint>
#include <string>
#include <vector>

struct mail_user;

namespace eas {

struct WatchPath {
    std::string path;
    uint32_t mask;       ///< as in ParkedWatch
    bool optional;       ///< there are mailboxes without it
    std::string instead; ///< directory to watch until `path` appears; "" if there is none
};

struct WatchPlan {
    std::vector<WatchPath> paths;
    std::vector<std::string> mailboxes; ///< their names, for admins
    /// False: a change may come unnoticed (NFS, a remote storage, too many folders): poll as well.
    bool complete = true;
};

/// Folders that are gone are left out: the caller looks for changes after the watches stand anyway.
WatchPlan plan_watches(struct mail_user *user, Wait const &wait);

struct AddedWatches {
    std::vector<ParkedWatch> watches;
    bool complete = true;
    bool limit_reached = false; ///< fs.inotify.max_user_watches
};

/// Adds them with the rights of this process.
AddedWatches add_watches(int inotify_fd, WatchPlan const &plan);

} // namespace eas
