// See the header. What Dovecot remembers of a message (sizes, positions of its parts) may prove wrong when
// the file is read, if somebody changed it in place. Dovecot then forgets it, and a second try succeeds.
#include "eas/dovecot-message.h"
#include "base/text.h"
#include "compat/storage.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-message-content.h"
#include "eas/dovecot-message-flags.h"
#include "eas/dovecot-message-headers.h"

namespace eas {

std::unique_ptr<DovecotMessage> DovecotMessage::find(std::shared_ptr<OpenMailbox> mailbox, Uid uid)
{
    DataStackFrame frame;
    std::unique_ptr<DovecotMessage> message(new DovecotMessage(std::move(mailbox), uid));
    if (!message->m_mail.select(uid))
        return nullptr;
    return message;
}

Result<MailFlags> DovecotMessage::flags()
{
    DataStackFrame frame;
    return flags_of(m_mail.get(), m_mail.mailbox()->annotations());
}

Result<Instant> DovecotMessage::received()
{
    DataStackFrame frame;
    time_t date;
    if (mail_get_received_date(m_mail.get(), &date) < 0)
        return message_error(m_mail.box(), m_uid, "has no received date");
    return Instant::from_seconds(date);
}

Result<MailHeaders> DovecotMessage::headers()
{
    DataStackFrame frame;
    return read_headers(m_mail.get(), m_mail.headers());
}

Result<std::string> DovecotMessage::header_field(std::string const &name)
{
    DataStackFrame frame;
    return read_header_field(m_mail.get(), name.c_str());
}

Result<uint64_t> DovecotMessage::size()
{
    DataStackFrame frame;
    uoff_t size;
    if (mail_get_virtual_size(m_mail.get(), &size) < 0)
        return message_error(m_mail.box(), m_uid, "has no size");
    return uint64_t{size};
}

/// Calls `read` once more if what the cache said was wrong. Everything that was known is asked for anew.
template <class Read> auto DovecotMessage::reading_twice(Read read) -> decltype(read())
{
    DataStackFrame frame;
    auto result = read();
    if (result || result.error().kind != ErrorKind::conflict)
        return result;
    m_structure.reset();
    if (!m_mail.select(m_uid))
        return message_error(m_mail.box(), m_uid, "is gone");
    result = read();
    if (!result && result.error().kind == ErrorKind::conflict)
        return Error{ErrorKind::temporary, result.error().message};
    return result;
}

Result<MessageStructure const *> DovecotMessage::parsed()
{
    if (!m_structure) {
        auto structure = MessageStructure::read(m_mail.get());
        if (!structure)
            return structure.error();
        m_structure = std::make_unique<MessageStructure>(std::move(*structure));
    }
    return static_cast<MessageStructure const *>(m_structure.get());
}

Result<MimePart> DovecotMessage::structure()
{
    return reading_twice([&]() -> Result<MimePart> {
        auto structure = parsed();
        if (!structure)
            return structure.error();
        return (*structure)->root();
    });
}

Result<PartPlace> DovecotMessage::place_of(std::string const &part_id)
{
    auto structure = parsed();
    if (!structure)
        return structure.error();
    if (auto *place = (*structure)->find(part_id))
        return *place;
    return Error{ErrorKind::not_found, std::string("mailbox ") + mailbox_get_vname(m_mail.box()) + ", UID " +
                                           std::to_string(m_uid) + " has no part " + part_id};
}

Result<MailMessage::Text> DovecotMessage::text(std::string const &part_id, size_t max_bytes)
{
    return reading_twice([&]() -> Result<Text> {
        auto place = place_of(part_id);
        if (!place)
            return place.error();
        return read_text(m_mail.get(), *place, max_bytes);
    });
}

Result<Content> DovecotMessage::part(std::string const &part_id)
{
    return reading_twice([&]() -> Result<Content> {
        auto place = place_of(part_id);
        if (!place)
            return place.error();
        return decoded_content(m_mail, *place);
    });
}

Result<Content> DovecotMessage::raw(std::string const &part_id)
{
    return reading_twice([&]() -> Result<Content> {
        if (part_id.empty()) // needs no structure, so a message that is sent as it is stays unparsed
            return raw_content(m_mail, PartPlace{});
        auto place = place_of(part_id);
        if (!place)
            return place.error();
        return raw_content(m_mail, *place);
    });
}

Result<std::string> DovecotMessage::preview()
{
    DataStackFrame frame;
    char const *snippet;
    if (mail_get_special(m_mail.get(), MAIL_FETCH_BODY_SNIPPET, &snippet) < 0)
        return message_error(m_mail.box(), m_uid, "has no preview");
    std::string_view text(snippet);
    if (!text.empty())
        text.remove_prefix(1); // the version of Dovecot's algorithm
    return std::string(utf8_prefix_characters(sanitize_utf8(text), 255));
}

} // namespace eas
