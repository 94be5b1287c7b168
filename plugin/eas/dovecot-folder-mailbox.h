// An open mailbox of Dovecot as an object that several others share: the folder handle, its messages and
// contents that are read later. The last of them closes it. All must be gone before the mail user is.
//
// Messages are read in one long transaction, so that what Dovecot parses is written to its cache in one
// go; Dovecot cannot synchronise a mailbox while a transaction is open, hence the bookkeeping.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct mail;
struct mailbox;
struct mailbox_header_lookup_ctx;
struct mailbox_transaction_context;

namespace eas {

class MailAnnotations;

struct FreeMailbox {
    void operator()(struct mailbox *box) const;
};
using MailboxHandle = std::unique_ptr<struct mailbox, FreeMailbox>;

/// Opens with CONDSTORE enabled, without which sdbox counts no modseqs.
Result<void> open_mailbox(struct mailbox *box);
/// Takes in what others changed and writes what we did.
Result<void> sync_mailbox(struct mailbox *box);
MailFolderStatus status_of_open(struct mailbox *box);

/// Where the decoding of a part can begin, other than at its start, and how much it yields: a client that
/// takes an attachment in ranges would have it decoded from the start for each of them.
struct PartMarks {
    struct Mark {
        uint64_t stored, decoded; ///< bytes before it
    };
    Uid uid = 0;
    uint64_t position = 0;         ///< of the part in the message
    std::vector<Mark> marks;       ///< ascending
    std::optional<uint64_t> total; ///< decoded bytes, once they were counted
};

class OpenMailbox {
public:
    /// `box` is open and synchronised; `annotations` are the user's and must outlive it.
    OpenMailbox(MailboxHandle box, MailAnnotations &annotations)
        : m_box(std::move(box)), m_annotations(annotations)
    {}
    ~OpenMailbox();
    OpenMailbox(OpenMailbox const &) = delete;
    OpenMailbox &operator=(OpenMailbox const &) = delete;

    struct mailbox *box() const { return m_box.get(); }
    MailAnnotations &annotations() const { return m_annotations; }
    /// To be called after a change was committed; the next refresh() shows it.
    void mark_changed() { m_changed = true; }
    /// Those of the part that was decoded last; empty if it was another one.
    PartMarks &marks_of(Uid uid, uint64_t position);
    /// Synchronises if something was changed through this object and no message of it is in use.
    Result<void> refresh();
    /// The same in any case; no message of it may be in use.
    Result<void> synchronise();
    /// Ends the transaction in which messages are read, if none is in use. It must not stay open between
    /// requests: the mailbox may be another one when its additions to the cache are written.
    void stop_reading();

    /// The mailbox has gone from its place: nothing more is written to what is there now. No message of it
    /// may be in use.
    void abandon();

private:
    friend class ReadMail;
    struct mail *allocate_mail();
    void free_mail(struct mail *mail);
    void end_reading();

    MailboxHandle m_box;
    MailAnnotations &m_annotations;
    struct mailbox_transaction_context *m_reading = nullptr;
    struct mailbox_header_lookup_ctx *m_headers = nullptr;
    unsigned m_mails = 0;
    bool m_changed = false;
    PartMarks m_marks;
};

/// One of Dovecot's `mail` objects, on loan from an open mailbox.
class ReadMail {
public:
    explicit ReadMail(std::shared_ptr<OpenMailbox> mailbox)
        : m_mailbox(std::move(mailbox)), m_mail(m_mailbox->allocate_mail())
    {}
    ~ReadMail() { m_mailbox->free_mail(m_mail); }
    ReadMail(ReadMail const &) = delete;
    ReadMail &operator=(ReadMail const &) = delete;

    /// False if there is no such message. Frees all that was read of the one before.
    bool select(Uid uid);
    struct mail *get() const { return m_mail; }
    struct mailbox *box() const { return m_mailbox->box(); }
    /// Stands for wanted_headers() in the mailbox.
    struct mailbox_header_lookup_ctx *headers() const { return m_mailbox->m_headers; }
    std::shared_ptr<OpenMailbox> const &mailbox() const { return m_mailbox; }

private:
    std::shared_ptr<OpenMailbox> m_mailbox;
    struct mail *m_mail;
};

} // namespace eas
