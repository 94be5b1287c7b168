// The user's mailboxes as a tree of folders: every namespace that LIST shows, special uses, containers
// that exist only as a part of other names. Costs one pass over Dovecot's list index.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include <string>
#include <vector>

struct mail_user;
struct mailbox;

namespace eas {

struct ListedFolder {
    MailFolder folder;
    std::string vname; ///< the name by which Dovecot opens it
    /// A mailbox, though maybe one that the user may not read (then `folder` is not selectable).
    bool exists = true;
    bool is_notes = false;        ///< the mailbox of notes, or below it
    bool is_below_broken = false; ///< a parent is not listed for want of its id: `folder` names none
};

struct FolderList {
    std::vector<ListedFolder> folders; ///< parents before children
    /// Why mailboxes are missing that are there: nobody could say which they are. Who concludes from a
    /// folder's absence that it is gone would make phones delete it.
    std::optional<Error> incomplete;
};

struct ListOptions {
    /// Space separated names or prefixes of namespaces; that of the INBOX is always among them. "": all.
    std::string_view namespaces;
    /// Leaves out what the user hides from phones, with all below it. Costs a look at each mailbox's
    /// attribute.
    bool without_hidden = false;
    /// Name of the mailbox with notes, with or without the prefix of the INBOX's namespace. "": none.
    std::string_view notes_mailbox = {};
};

/// All folders. An error of one namespace is an error of the whole.
Result<FolderList> list_folders(struct mail_user *user, ListOptions const &options = {});

/// The mailbox's GUID as a FolderId. Does not open the mailbox where the list index knows the GUID;
/// creates it if it is configured to be created when it is used.
Result<FolderId> folder_id_of(struct mailbox *box);

} // namespace eas
