// See dovecot-saving.h.
#include "eas/dovecot-saving.h"
#include "compat/message.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-message-flags.h"
#include <algorithm>

namespace eas {

namespace {

/// Hands what is written to Dovecot's mailbox_save_continue(), which pulls from a stream.
class SaveSink final : public Sink {
public:
    SaveSink() : m_input(i_stream_create_chain(&m_chain, IO_BLOCK_SIZE)) {}
    ~SaveSink() override
    {
        if (m_context)
            mailbox_save_cancel(&m_context);
        i_stream_unref(&m_input);
    }
    SaveSink(SaveSink const &) = delete;
    SaveSink &operator=(SaveSink const &) = delete;

    bool begin(struct mail_save_context *context)
    {
        m_context = context;
        return mailbox_save_begin(&m_context, m_input) == 0;
    }
    /// Each piece is copied, because the chain may look at it after this returns: so pieces are small.
    Result<void> write(std::string_view bytes) override
    {
        for (; !bytes.empty(); bytes.remove_prefix(std::min<size_t>(bytes.size(), IO_BLOCK_SIZE))) {
            auto *piece =
                i_stream_create_copy_from_data(bytes.data(), std::min<size_t>(bytes.size(), IO_BLOCK_SIZE));
            i_stream_chain_append(m_chain, piece);
            i_stream_unref(&piece);
            if (!take_input()) {
                m_refused = true;
                return Error{ErrorKind::temporary, "the mailbox refused the message"};
            }
        }
        return {};
    }
    bool finish()
    {
        i_stream_chain_append_eof(m_chain);
        return take_input() && mailbox_save_finish(&m_context) == 0;
    }

    /// The mailbox, not the source, made writing fail.
    bool refused() const { return m_refused; }

private:
    bool take_input()
    {
        do {
            if (mailbox_save_continue(m_context) < 0)
                return false;
        } while (i_stream_read(m_input) > 0);
        return true;
    }

    struct istream_chain *m_chain;
    struct istream *m_input;
    struct mail_save_context *m_context = nullptr;
    bool m_refused = false;
};

} // namespace

Saving::Saving(struct mailbox *box)
    : m_box(box), m_transaction(mailbox_transaction_begin(
                      box,
                      static_cast<enum mailbox_transaction_flags>(MAILBOX_TRANSACTION_FLAG_EXTERNAL |
                                                                  MAILBOX_TRANSACTION_FLAG_ASSIGN_UIDS),
                      "EAS"))
{}

Saving::~Saving()
{
    if (m_transaction)
        mailbox_transaction_rollback(&m_transaction);
}

struct mail_save_context *Saving::begin()
{
    return mailbox_save_alloc(m_transaction);
}

Result<std::vector<Uid>> Saving::commit(size_t count)
{
    struct mail_transaction_commit_changes changes;
    if (mailbox_transaction_commit_get_changes(&m_transaction, &changes) < 0)
        return mailbox_error(m_box, "does not take a message");
    struct seq_range_iter iteration;
    seq_range_array_iter_init(&iteration, &changes.saved_uids);
    std::vector<Uid> uids;
    for (Uid uid = 0; seq_range_array_iter_nth(&iteration, static_cast<unsigned int>(uids.size()), &uid);)
        uids.push_back(uid);
    pool_unref(&changes.pool);
    if (uids.size() != count)
        return Error{ErrorKind::temporary, std::string("mailbox ") + mailbox_get_vname(m_box) +
                                               " did not tell the UIDs of new messages"};
    return uids;
}

Result<Uid> save_message(struct mailbox *box, Content const &message, MailFlags const &flags,
                         MailAnnotations &annotations)
{
    DataStackFrame frame;
    Saving saving(box);
    SaveSink sink;
    auto *context = saving.begin();
    if (auto set = set_flags_to_save(context, box, flags, annotations); !set) {
        mailbox_save_cancel(&context);
        return set.error();
    }
    if (!sink.begin(context))
        return mailbox_error(box, "does not take a message");
    auto copied = message.copy_to(sink);
    if (!copied && !sink.refused())
        return copied.error();
    if (!copied || !sink.finish())
        return mailbox_error(box, "does not take a message");
    auto const uids = saving.commit(1);
    return uids ? Result(uids->front()) : uids.error();
}

} // namespace eas
