// MailMessage on Dovecot's storage library. Headers, sizes and the MIME structure come from Dovecot's
// cache where it has them; what must be read is read once and left in the cache for the next time.
#pragma once
#include "eas/dovecot-folder-mailbox.h"
#include "eas/dovecot-message-structure.h"
#include "ports/mail-store.h"
#include <memory>

namespace eas {

class DovecotMessage final : public MailMessage {
public:
    /// Null if there is no message with that UID.
    static std::unique_ptr<DovecotMessage> find(std::shared_ptr<OpenMailbox> mailbox, Uid uid);

    Uid uid() const override { return m_uid; }
    Result<MailFlags> flags() override;
    Result<Instant> received() override;
    Result<MailHeaders> headers() override;
    Result<std::string> header_field(std::string const &name) override;
    Result<MimePart> structure() override;
    Result<uint64_t> size() override;
    Result<Text> text(std::string const &part_id, size_t max_bytes) override;
    Result<Content> part(std::string const &part_id) override;
    Result<Content> raw(std::string const &part_id) override;
    Result<std::string> preview() override;

private:
    DovecotMessage(std::shared_ptr<OpenMailbox> mailbox, Uid uid) : m_mail(std::move(mailbox)), m_uid(uid) {}
    /// Parsed when first needed.
    Result<MessageStructure const *> parsed();
    Result<PartPlace> place_of(std::string const &part_id);
    template <class Read> auto reading_twice(Read read) -> decltype(read());

    ReadMail m_mail;
    Uid m_uid;
    std::unique_ptr<MessageStructure> m_structure;
};

} // namespace eas
