// Address fields are parsed before their encoded words are decoded: a decoded name may hold a comma, so it
// is quoted where RFC 5322 3.2.3 asks for it. A field that is no list of addresses is shown as it stands.
#include "eas/dovecot-message-headers.h"
#include "base/text.h"
#include "compat/message.h"
#include "eas/dovecot-mail-store-error.h"
#include "mapping/charset.h"

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
    {"Message-ID", &MailHeaders::message_id},       {"In-Reply-To", &MailHeaders::in_reply_to},
    {"References", &MailHeaders::references},       {"Thread-Index", &MailHeaders::thread_index},
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

struct Field {
    std::string name, value; ///< the value as it is stored, with its folding
};
using Fields = std::vector<Field>;

/// The wanted fields in the order of the message: one look into the cache for all of them.
Result<Fields> read_fields(struct mail *mail, struct mailbox_header_lookup_ctx *wanted)
{
    struct istream *input;
    if (mail_get_header_stream(mail, wanted, &input) < 0)
        return message_error(mail->box, mail->uid, "has no readable header");
    Fields fields;
    struct message_size size;
    auto *parser = message_parse_header_init(input, &size, static_cast<enum message_header_parser_flags>(0));
    struct message_header_line *line;
    int parsed;
    while ((parsed = message_parse_header_next(parser, &line)) > 0) {
        if (line->continues) {
            line->use_full_value = true;
            continue;
        }
        auto *value = reinterpret_cast<char const *>(line->full_value);
        if (!line->eoh)
            fields.push_back({line->name, std::string(value, line->full_value_len)});
    }
    message_parse_header_deinit(&parser);
    if (input->stream_errno != 0)
        return message_error(mail->box, mail->uid, "has no readable header");
    for (auto &field : fields)
        std::erase(field.value, '\0');
    return fields;
}

/// All fields of that name as one line.
std::string address_field(Fields const &fields, std::string_view name)
{
    std::string lines;
    for (auto const &field : fields) {
        if (!equals_ignoring_case(field.name, name))
            continue;
        auto *raw = reinterpret_cast<unsigned char const *>(field.value.data());
        auto *parsed = message_address_parse(pool_datastack_create(), raw, field.value.size(), UINT_MAX,
                                             static_cast<enum message_address_parse_flags>(0));
        auto line = address_line(parsed).value_or(decode_words(unfold(field.value)));
        lines += (lines.empty() || line.empty() ? "" : ", ") + line;
    }
    return lines;
}

/// The first field of that name, unfolded; "" if there is none.
std::string first_field(Fields const &fields, std::string_view name)
{
    for (auto const &field : fields)
        if (equals_ignoring_case(field.name, name))
            return unfold(field.value);
    return "";
}

std::string importance(Fields const &fields)
{
    for (auto const &row : importance_rows) {
        auto value = first_field(fields, row.field);
        if (equals_ignoring_case(std::string_view(value).substr(0, strlen(row.value)), row.value))
            return row.importance;
    }
    return "";
}

/// Date, or when the message was received.
Result<Instant> sent_date(Fields const &fields, struct mail *mail)
{
    auto value = first_field(fields, "Date");
    time_t date;
    int timezone;
    if (message_date_parse(reinterpret_cast<unsigned char const *>(value.data()), value.size(), &date,
                           &timezone))
        return Instant::from_seconds(date);
    if (mail_get_received_date(mail, &date) < 0)
        return message_error(mail->box, mail->uid, "has no received date");
    return Instant::from_seconds(date);
}

} // namespace

char const *const *wanted_headers()
{
    static constexpr char const *names[] = {
        "From",         "Sender",        "To",         "Cc",          "Bcc",
        "Reply-To",     "Subject",       "Message-ID", "In-Reply-To", "References",
        "Thread-Index", "Date",          "Importance", "X-Priority",  "X-MSMail-Priority",
        "Priority",     "Content-Class", nullptr,
    };
    return names;
}

std::string decode_words(std::string_view stored)
{
    auto const text = read_utf8(stored);
    bool plain =
        text.find("=?") == text.npos && std::ranges::all_of(text, [](unsigned char c) { return c < 128; });
    if (plain)
        return sanitize_utf8(text);
    DataStackFrame frame;
    auto *decoded = t_str_new(text.size() + 16);
    message_header_decode_utf8(reinterpret_cast<unsigned char const *>(text.data()), text.size(), decoded,
                               nullptr);
    return sanitize_utf8({static_cast<char const *>(decoded->data), decoded->used});
}

Result<MailHeaders> read_thread_headers(struct mail *mail, struct mailbox_header_lookup_ctx *wanted)
{
    auto fields = read_fields(mail, wanted);
    if (!fields)
        return fields.error();
    MailHeaders headers;
    for (auto const &field : plain_fields)
        headers.*field.member = sanitize_utf8(first_field(*fields, field.name));
    bool is_named =
        !headers.message_id.empty() || !headers.references.empty() || !headers.in_reply_to.empty();
    return is_named ? Result(std::move(headers)) : read_headers(mail, wanted);
}

Result<std::string> read_header_field(struct mail *mail, char const *name)
{
    char const *value;
    int const found = mail_get_first_header(mail, name, &value);
    if (found < 0)
        return message_error(mail->box, mail->uid, "has no readable header");
    return found == 0 ? std::string() : decode_words(unfold(value));
}

Result<MailHeaders> read_headers(struct mail *mail, struct mailbox_header_lookup_ctx *wanted)
{
    auto fields = read_fields(mail, wanted);
    if (!fields)
        return fields.error();
    MailHeaders headers;
    for (auto const &field : address_fields)
        headers.*field.member = address_field(*fields, field.name);
    for (auto const &field : plain_fields)
        headers.*field.member = sanitize_utf8(first_field(*fields, field.name));
    headers.subject = decode_words(first_field(*fields, "Subject"));
    headers.importance = importance(*fields);
    auto sent = sent_date(*fields, mail);
    if (!sent)
        return sent.error();
    headers.sent = *sent;
    return headers;
}

} // namespace eas
