// The mailbox that was opened last stays open: a phone that takes a large one in windows asks for it again
// and again, and of a Maildir that was opened anew many names have to be found out. Meanwhile its name may
// get another mailbox, and its index be removed; both are looked for before it is used.
#pragma once
#include "eas/dovecot-folder-mailbox.h"
#include <memory>
#include <optional>
#include <sys/types.h>

namespace eas {

/// Device, inode, and when that was made, since inodes are used again.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    int64_t birth_nanoseconds = 0;
    bool operator==(FileIdentity const &) const = default;
};

class KeptMailbox {
public:
    /// In place of the one before. Not of a storage that has no place which could tell that it is another
    /// one.
    void keep(FolderId const &id, std::shared_ptr<OpenMailbox> mailbox);
    /// The mailbox, synchronised, if it is that one, nobody uses it, it is still in its place and may be
    /// read. If it is that one and cannot be used, it is not kept any more.
    std::shared_ptr<OpenMailbox> find(FolderId const &id);
    /// The same; none is kept afterwards.
    std::shared_ptr<OpenMailbox> take(FolderId const &id);
    void forget() { m_kept.reset(); }

    /// If another mailbox is in its place. Dovecot keeps indexes of closed mailboxes for some seconds and
    /// knows them by the inode of their directory, which the new mailbox may have got too.
    void forget_replaced();
    /// If the index of `box`, which is not open yet, was removed. Dovecot keeps indexes open for some seconds
    /// and takes a mailbox whose index was removed meanwhile for deleted.
    void forget_removed_index(struct mailbox *box);
    /// A message was added: whoever has the mailbox open sees it at the next look.
    void mark_changed(FolderId const &id);

private:
    struct Kept {
        FolderId id;
        std::shared_ptr<OpenMailbox> mailbox;
        FileIdentity place; ///< another one: the name has got another mailbox
    };
    bool can_be_used() const;

    std::optional<Kept> m_kept;
};

} // namespace eas
