// Making, renaming and deleting mailboxes by name, as IMAP's CREATE, RENAME and DELETE do; subscriptions
// follow, for many IMAP clients show nothing else.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include <string>
#include <string_view>

struct mail_user;

namespace eas {

/// The name of a mailbox below another ("" for the top: where the user's own mailboxes are). bad_request if
/// `name` has the hierarchy separator in it.
Result<std::string> child_vname(struct mail_user *user, std::string const &parent_vname,
                                std::string const &name);

/// The id of the new mailbox.
Result<FolderId> create_mailbox(struct mail_user *user, std::string const &vname);
Result<void> rename_mailbox(struct mail_user *user, std::string const &from, std::string const &to);
/// With all mailboxes below it; not_found if there was none of them.
Result<void> delete_mailboxes(struct mail_user *user, std::string const &vname);

} // namespace eas
