// Which folder is the Drafts, Sent, Trash... of the user: what `mailbox { special_use }` says (RFC 6154),
// else the usual names.
#pragma once
#include "eas/dovecot-folder-list.h"
#include <string>
#include <vector>

namespace eas {

/// What is known of a folder when its use is chosen.
struct SpecialUseCandidate {
    MailFolder *folder;     ///< receives the use; not a container
    std::string configured; ///< "\Sent \Archive", "" if none
    bool by_name = false;   ///< private and at the top or directly below INBOX: its name may decide
};

/// The name under which the user's folder of that use is to be created: as the admin configured it, else the
/// usual one. "" for a use that has none.
std::string name_to_create(struct mail_user *user, SpecialUse use);

/// Gives each use to one folder at most. The candidates come in the order of the list; Inbox is set already.
void assign_special_uses(std::vector<SpecialUseCandidate> const &candidates);

} // namespace eas
