// Adding messages to a mailbox of Dovecot: a transaction, and how a message's bytes get into it.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "ports/mail-store.h"
#include <cstddef>
#include <vector>

struct mail_save_context;
struct mailbox;
struct mailbox_transaction_context;

namespace eas {

class MailAnnotations;

/// A transaction that adds messages to a mailbox; rolled back unless committed.
class Saving {
public:
    explicit Saving(struct mailbox *box);
    ~Saving();
    Saving(Saving const &) = delete;
    Saving &operator=(Saving const &) = delete;
    /// The context for Dovecot's mailbox_save_*, mailbox_copy or mailbox_move, which free it.
    struct mail_save_context *begin();
    /// Makes the `count` messages visible; their UIDs, in the order in which they were added.
    Result<std::vector<Uid>> commit(size_t count);

private:
    struct mailbox *m_box;
    struct mailbox_transaction_context *m_transaction;
};

/// `box` is open; the UID of the new message. An error of `message` stays what it is.
Result<Uid> save_message(struct mailbox *box, Content const &message, MailFlags const &flags,
                         MailAnnotations &annotations);

} // namespace eas
