// See the header. Dovecot keeps extensions that it does not know, in each process that opens the mailbox.
#include "eas/dovecot-conversations.h"
#include "compat/index.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-message-headers.h"
#include "mapping/conversation.h"

namespace eas {

namespace {

constexpr char extension_name[] = "eas-conversation";

class Reader {
public:
    Reader(std::shared_ptr<OpenMailbox> const &mailbox, NewConversations &derived)
        : m_mailbox(mailbox), m_derived(derived),
          m_extension(mail_index_ext_register(mailbox->box()->index, extension_name, 0,
                                              sizeof(ConversationKey), sizeof(ConversationKey)))
    {}

    /// 0 if the message has no readable header.
    ConversationKey read(uint32_t seq, Uid uid)
    {
        if (auto const key = stored(seq))
            return key;
        auto const known = m_derived.find(uid);
        return known != m_derived.end() ? known->second : derive(uid);
    }

private:
    ConversationKey stored(uint32_t seq) const
    {
        void const *data;
        bool expunged;
        ConversationKey key = 0;
        mail_index_lookup_ext(m_mailbox->box()->view, seq, m_extension, &data, &expunged);
        if (data)
            memcpy(&key, data, sizeof(key));
        return key;
    }

    ConversationKey derive(Uid uid)
    {
        DataStackFrame frame;
        if (!m_mail)
            m_mail.emplace(m_mailbox);
        if (!m_mail->select(uid))
            return 0;
        auto *mail = m_mail->get();
        auto const headers = read_thread_headers(mail, m_mail->headers());
        if (!headers)
            return 0;
        auto const key = *conversation_key(conversation_id(*headers));
        if (!mailbox_is_readonly(mail->box))
            mail_index_update_ext(mail->transaction->itrans, mail->seq, m_extension, &key, nullptr);
        m_derived.emplace(uid, key);
        return key;
    }

    std::shared_ptr<OpenMailbox> m_mailbox;
    NewConversations &m_derived;
    uint32_t m_extension;
    std::optional<ReadMail> m_mail;
};

} // namespace

std::vector<MailFolderHandle::UidConversation> conversations_of(std::shared_ptr<OpenMailbox> const &mailbox,
                                                                UidSet const &uids, NewConversations &derived)
{
    std::vector<MailFolderHandle::UidConversation> found;
    Reader reader(mailbox, derived);
    auto *view = mailbox->box()->view;
    for (auto range : uids.ranges()) {
        uint32_t first, last;
        if (!mail_index_lookup_seq_range(view, range.first, range.last, &first, &last))
            continue;
        for (uint32_t seq = first; seq <= last; ++seq) {
            Uid uid;
            mail_index_lookup_uid(view, seq, &uid);
            if (auto const key = reader.read(seq, uid))
                found.push_back({uid, key});
        }
    }
    return found;
}

} // namespace eas
