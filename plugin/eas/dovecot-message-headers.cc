// Address fields are parsed before their encoded words are decoded: a decoded name may hold a comma, so it
// is quoted where RFC 5322 3.2.3 asks for it. A field that is no list of addresses is shown as it stands.
#include "eas/dovecot-message-headers.h"
#include "base/text.h"
#include "compat/message.h"
#include "eas/dovecot-mail-store-error.h"

namespace eas {

namespace {

struct AddressField {
    char const *name;
    std::string MailHeaders::*member;
};

constexpr AddressField address_fields[] = {
    {"From", &MailHeaders::from}, {"Sender", &MailHeaders::sender}, {"To", &MailHeaders::to},
    {"Cc", &MailHeaders::cc},     {"Bcc", &MailHeaders::bcc},       {"Reply-To", &MailHeaders::reply_to},
};

/// Fields of which the first one counts, without encoded words.
constexpr AddressField plain_fields[] = {
    {"Message-ID", &MailHeaders::message_id},
    {"In-Reply-To", &MailHeaders::in_reply_to},
    {"References", &MailHeaders::references},
    {"Content-Class", &MailHeaders::content_class},
};

/// The fields that tell the importance, the more exact ones first, and how their values begin.
struct ImportanceRow {
    char const *field, *value, *importance;
};

constexpr ImportanceRow importance_rows[] = {
    {"Importance", "high", "high"},
    {"Importance", "low", "low"},
    {"Importance", "normal", "normal"},
    {"X-Priority", "1", "high"},
    {"X-Priority", "2", "high"},
    {"X-Priority", "3", "normal"},
    {"X-Priority", "4", "low"},
    {"X-Priority", "5", "low"},
    {"X-MSMail-Priority", "high", "high"},
    {"X-MSMail-Priority", "low", "low"},
    {"Priority", "urgent", "high"},
    {"Priority", "non-urgent", "low"},
    {"Priority", "normal", "normal"},
};

std::string quoted_if_needed(std::string const &name)
{
    if (name.find_first_of("()<>[]:;@\\,\"") == std::string::npos)
        return name;
    std::string quoted = "\"";
    for (char c : name) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

/// One line for a parsed list; nothing if a part of it is no address.
std::optional<std::string> address_line(struct message_address const *address)
{
    std::string line;
    bool needs_comma = false;
    for (; address; address = address->next) {
        bool ends_group = !address->mailbox;
        if (address->invalid_syntax)
            return std::nullopt;
        if (ends_group) {
            line += ';';
            needs_comma = true;
            continue;
        }
        if (needs_comma)
            line += ", ";
        std::string mailbox = decode_words(address->mailbox);
        if (!address->domain) { // begins a group
            line += quoted_if_needed(mailbox) + ": ";
            needs_comma = false;
            continue;
        }
        std::string bare = *address->domain ? mailbox + "@" + sanitize_utf8(address->domain) : mailbox;
        std::string name = address->name ? decode_words(address->name) : "";
        line += name.empty() ? bare : quoted_if_needed(name) + " <" + bare + ">";
        needs_comma = true;
    }
    return line;
}

/// Folded lines as one. RFC 5322 2.2.3.
std::string unfold(std::string_view value)
{
    std::string line;
    for (size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\r' && value[i] != '\n') {
            line += value[i];
            continue;
        }
        while (i + 1 < value.size() && strchr("\r\n\t ", value[i + 1]))
            ++i;
        line += ' ';
    }
    return std::string(trim(line));
}

Result<std::string> read_address_field(struct mail *mail, char const *name)
{
    char const *const *values;
    if (mail_get_headers(mail, name, &values) < 0)
        return message_error(mail->box, mail->uid, std::string("has no readable header ") + name);
    std::string lines;
    for (; *values; ++values) {
        auto *raw = reinterpret_cast<unsigned char const *>(*values);
        auto *parsed = message_address_parse(pool_datastack_create(), raw, strlen(*values), UINT_MAX,
                                             static_cast<enum message_address_parse_flags>(0));
        auto line = address_line(parsed).value_or(decode_words(unfold(*values)));
        lines += (lines.empty() || line.empty() ? "" : ", ") + line;
    }
    return lines;
}

/// The first field of that name, unfolded; "" if there is none.
Result<std::string> read_field(struct mail *mail, char const *name)
{
    char const *value;
    int found = mail_get_first_header(mail, name, &value);
    if (found < 0)
        return message_error(mail->box, mail->uid, std::string("has no readable header ") + name);
    return found ? unfold(sanitize_utf8(value)) : std::string();
}

Result<std::string> read_importance(struct mail *mail)
{
    for (auto const &row : importance_rows) {
        auto value = read_field(mail, row.field);
        if (!value)
            return value;
        if (equals_ignoring_case(std::string_view(*value).substr(0, strlen(row.value)), row.value))
            return std::string(row.importance);
    }
    return std::string();
}

} // namespace

char const *const *wanted_headers()
{
    static constexpr char const *names[] = {
        "From",
        "Sender",
        "To",
        "Cc",
        "Bcc",
        "Reply-To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Importance",
        "X-Priority",
        "X-MSMail-Priority",
        "Priority",
        "Content-Class",
        nullptr,
    };
    return names;
}

std::string decode_words(std::string_view text)
{
    DataStackFrame frame;
    auto *decoded = t_str_new(text.size() + 16);
    message_header_decode_utf8(reinterpret_cast<unsigned char const *>(text.data()), text.size(), decoded,
                               nullptr);
    return sanitize_utf8({static_cast<char const *>(decoded->data), decoded->used});
}

Result<MailHeaders> read_headers(struct mail *mail)
{
    MailHeaders headers;
    for (auto const &field : address_fields) {
        auto value = read_address_field(mail, field.name);
        if (!value)
            return value.error();
        headers.*field.member = std::move(*value);
    }
    for (auto const &field : plain_fields) {
        auto value = read_field(mail, field.name);
        if (!value)
            return value.error();
        headers.*field.member = std::move(*value);
    }
    char const *subject;
    int found = mail_get_first_header_utf8(mail, "Subject", &subject);
    if (found < 0)
        return message_error(mail->box, mail->uid, "has no readable header Subject");
    if (found)
        headers.subject = sanitize_utf8(subject);
    auto importance = read_importance(mail);
    if (!importance)
        return importance.error();
    headers.importance = std::move(*importance);
    return headers;
}

} // namespace eas
