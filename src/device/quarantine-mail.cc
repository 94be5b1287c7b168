// See quarantine-mail.h. The message is text/plain in UTF-8, without any encoding of its body.
#include "device/quarantine-mail.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <span>

namespace eas {

namespace {

constexpr Uid only_uid = 1;
constexpr MailFolderStatus only_status{1, only_uid + 1, {1, 1, 1}, 1};

Error denied()
{
    return {ErrorKind::denied, "the device is in quarantine"};
}

Error no_folder(FolderId const &id)
{
    return {ErrorKind::not_found, "the device is in quarantine and has no folder " + sanitize_utf8(id)};
}

/// Replaces each `{name}`, and the two characters \n.
std::string filled_in(std::string_view text, std::span<std::pair<std::string_view, std::string> const> values)
{
    std::string filled;
    while (!text.empty()) {
        auto const found =
            std::ranges::find_if(values, [&](auto &each) { return text.starts_with(each.first); });
        filled += found == values.end() ? std::string(1, text.front()) : found->second;
        text.remove_prefix(found == values.end() ? 1 : found->first.size());
    }
    return filled;
}

/// RFC 2047: pure ASCII as it is, else encoded words of whole characters.
std::string encoded(std::string_view text)
{
    constexpr size_t word_bytes = 45;
    if (std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; }))
        return std::string(text);
    std::string words;
    while (!text.empty()) {
        auto const piece = utf8_prefix(text, word_bytes);
        words.append(words.empty() ? "" : "\r\n ")
            .append("=?UTF-8?B?")
            .append(base64_encode(piece))
            .append("?=");
        text.remove_prefix(piece.size());
    }
    return words;
}

/// "Sun, 22 Nov 2026 09:58:07 +0000"
std::string message_date(Instant instant)
{
    time_t const seconds = instant.seconds();
    struct tm utc;
    gmtime_r(&seconds, &utc);
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d +0000", days[static_cast<size_t>(utc.tm_wday)],
             utc.tm_mday, months[static_cast<size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
             utc.tm_min, utc.tm_sec);
    return text;
}

QuarantineMail::Message make_message(Settings const &settings, Device const &device, std::string const &user)
{
    auto const since = device.admission.since.value_or(Instant{});
    std::array<std::pair<std::string_view, std::string>, 6> const values{{
        {"\\n", "\r\n"},
        {"{user}", sanitize_utf8(user)},
        {"{device_id}", device.id},
        {"{device_type}", sanitize_utf8(device.type)},
        {"{model}", sanitize_utf8(device.information.model)},
        {"{time}", format_datetime(since).substr(0, 16) + "Z"},
    }};
    auto const at = user.find('@');
    QuarantineMail::Message message;
    auto &headers = message.headers;
    headers.from = "postmaster" + (at == user.npos ? std::string() : sanitize_utf8(user.substr(at)));
    headers.to = sanitize_utf8(user);
    headers.subject = filled_in(settings.quarantine_subject, values);
    std::ranges::replace_if(
        headers.subject, [](char c) { return c == '\r' || c == '\n'; }, ' ');
    headers.message_id = "<" + device.id + ".quarantine@eas.invalid>";
    headers.sent = since;
    message.text = filled_in(settings.quarantine_text, values) + "\r\n";
    message.raw = "From: " + headers.from + "\r\nTo: " + headers.to +
                  "\r\nSubject: " + encoded(headers.subject) + "\r\nDate: " + message_date(since) +
                  "\r\nMessage-ID: " + headers.message_id +
                  "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: 8bit\r\n\r\n" +
                  message.text;
    return message;
}

class OnlyMessage final : public MailMessage {
public:
    explicit OnlyMessage(QuarantineMail::Message message) : m_message(std::move(message)) {}
    Uid uid() const override { return only_uid; }
    Result<MailFlags> flags() override { return MailFlags(); }
    Result<Instant> received() override { return m_message.headers.sent; }
    Result<MailHeaders> headers() override { return m_message.headers; }
    Result<MimePart> structure() override
    {
        MimePart part;
        part.type = "text/plain";
        part.charset = "utf-8";
        part.encoded_bytes = part.decoded_bytes = m_message.text.size();
        return part;
    }
    Result<uint64_t> size() override { return m_message.raw.size(); }
    Result<Text> text(std::string const &, size_t max_bytes) override
    {
        std::string const text(utf8_prefix(m_message.text, max_bytes));
        return Text{text, text.size() < m_message.text.size()};
    }
    Result<Content> part(std::string const &) override { return Content(m_message.text); }
    Result<Content> raw(std::string const &) override { return Content(m_message.raw); }
    Result<std::string> preview() override
    {
        constexpr size_t longest = 255;
        std::string text(utf8_prefix_characters(m_message.text, longest));
        std::ranges::replace_if(
            text, [](char c) { return c == '\r' || c == '\n'; }, ' ');
        return text;
    }

private:
    QuarantineMail::Message m_message;
};

class OnlyFolder final : public MailFolderHandle {
public:
    explicit OnlyFolder(QuarantineMail::Message const &message) : m_message(message) {}
    MailFolderStatus status() const override { return only_status; }
    Result<UidSet> uids(std::optional<Instant> since) override
    {
        UidSet uids;
        if (!since || m_message.headers.sent >= *since)
            uids.add(only_uid);
        return uids;
    }
    Result<MailChanges> changes_since(ChangePoint const &point, UidSet const &) override
    {
        MailChanges changes;
        changes.point = only_status.point;
        if (point != only_status.point)
            changes.changed.add(only_uid);
        return changes;
    }
    Result<std::vector<UidFlags>> flags(UidSet const &uids) override
    {
        if (!uids.contains(only_uid))
            return std::vector<UidFlags>();
        return std::vector<UidFlags>{{only_uid, {}}};
    }
    Result<std::optional<Instant>> oldest_received(UidSet const &uids) override
    {
        return uids.contains(only_uid) ? std::optional(m_message.headers.sent) : std::nullopt;
    }
    Result<std::vector<UidConversation>> conversations(UidSet const &uids) override
    {
        if (!uids.contains(only_uid))
            return std::vector<UidConversation>();
        return std::vector<UidConversation>{{only_uid, 1}};
    }
    Result<std::vector<UidText>> header_field(UidSet const &uids, std::string const &) override
    {
        if (!uids.contains(only_uid)) // notes are found by a field of theirs; this is none
            return std::vector<UidText>();
        return std::vector<UidText>{{only_uid, {}}};
    }
    Result<std::unique_ptr<MailMessage>> message(Uid uid) override
    {
        if (uid != only_uid)
            return Error{ErrorKind::not_found, "no message " + std::to_string(uid)};
        return std::unique_ptr<MailMessage>(std::make_unique<OnlyMessage>(m_message));
    }
    Result<void> set_flags(Uid, FlagChange const &) override { return denied(); }
    Result<void> expunge(UidSet const &) override { return denied(); }
    Result<std::vector<MovedUid>> move_all(UidSet const &, FolderId const &) override { return denied(); }

private:
    QuarantineMail::Message m_message;
};

} // namespace

QuarantineMail::QuarantineMail(Settings const &settings, Device const &device, std::string const &user)
    : m_message(make_message(settings, device, user))
{}

Result<std::vector<MailFolder>> QuarantineMail::folders()
{
    MailFolder inbox;
    inbox.id = quarantine_folder;
    inbox.name = "INBOX";
    inbox.special_use = SpecialUse::inbox;
    return std::vector{inbox};
}

Result<MailFolderStatus> QuarantineMail::status(FolderId const &id)
{
    if (id != quarantine_folder)
        return no_folder(id);
    return only_status;
}

Result<std::unique_ptr<MailFolderHandle>> QuarantineMail::open(FolderId const &id)
{
    if (id != quarantine_folder)
        return no_folder(id);
    return std::unique_ptr<MailFolderHandle>(std::make_unique<OnlyFolder>(m_message));
}

Result<FolderId> QuarantineMail::special_folder(SpecialUse use)
{
    if (use != SpecialUse::inbox)
        return denied();
    return FolderId(quarantine_folder);
}

Result<FolderId> QuarantineMail::create_folder(FolderId const &, std::string const &)
{
    return denied();
}

Result<void> QuarantineMail::move_folder(FolderId const &, FolderId const &, std::string const &)
{
    return denied();
}

Result<void> QuarantineMail::delete_folder(FolderId const &)
{
    return denied();
}

Result<Uid> QuarantineMail::save(FolderId const &, Content const &, MailFlags const &)
{
    return denied();
}

Result<FoundMessages> QuarantineMail::search(std::vector<FolderId> const &, MailCondition const &, size_t)
{
    return FoundMessages();
}

} // namespace eas
