// Header fields are taken as they are, byte by byte: what a client signed or encoded stays so. Only whole
// fields are added, replaced (From) or left out (Bcc). The address lists here are undecoded, other than
// those of addresses.h: display names go back into the header.
#include "mapping/outgoing-message.h"
#include "base/content-filters.h"
#include "base/random.h"
#include "base/text.h"
#include "mapping/header-fields.h"
#include <algorithm>
#include <ctime>
#include <optional>
#include <set>

namespace eas {

static constexpr size_t max_header_bytes = 1 << 20;

namespace {

/// Reads an address list character by character. What is between angle brackets is the address; without
/// them, all of the text is.
class AddressListParser {
public:
    explicit AddressListParser(std::string_view value) : m_value(value)
    {
        // Unfolded: no line end gets into an address.
        std::erase_if(m_value, [](char c) { return c == '\r' || c == '\n'; });
    }

    std::vector<MailAddress> parse()
    {
        while (m_at < m_value.size())
            read_next();
        end_mailbox();
        return std::move(m_found);
    }

private:
    void read_next()
    {
        switch (m_value[m_at]) {
        case '"':
            m_text += quoted('"', '"');
            break;
        case '[':
            m_text += quoted('[', ']');
            break;
        case '(':
            skip_comment();
            break;
        case '<':
            m_address = quoted('<', '>').substr(1);
            if (m_address->ends_with('>'))
                m_address->pop_back();
            break;
        case ',':
        case ';': // of a group
            end_mailbox();
            ++m_at;
            break;
        case ':': // what was before is the group's name
            m_text.clear();
            ++m_at;
            break;
        default:
            m_text += m_value[m_at++];
        }
    }

    /// From here to the closing character, both included; quoted strings and escapes hide it.
    std::string quoted(char open, char close)
    {
        size_t const start = m_at++;
        while (m_at < m_value.size() && m_value[m_at] != close) {
            if (m_value[m_at] == '\\')
                ++m_at;
            else if (m_value[m_at] == '"' && open != '"')
                skip_quoted_string();
            ++m_at;
        }
        m_at = std::min(m_at + 1, m_value.size());
        return m_value.substr(start, m_at - start);
    }

    /// Leaves m_at at the closing quote.
    void skip_quoted_string()
    {
        for (++m_at; m_at < m_value.size() && m_value[m_at] != '"'; ++m_at)
            if (m_value[m_at] == '\\')
                ++m_at;
    }

    void skip_comment()
    {
        size_t depth = 0;
        do {
            if (m_value[m_at] == '\\')
                ++m_at;
            else if (m_value[m_at] == '(')
                ++depth;
            else if (m_value[m_at] == ')')
                --depth;
            ++m_at;
        } while (depth > 0 && m_at < m_value.size());
        m_at = std::min(m_at, m_value.size());
    }

    void end_mailbox()
    {
        MailAddress mailbox;
        if (m_address) {
            mailbox.display_name = trim(m_text);
            mailbox.address = trim(without_route(*m_address));
        } else {
            mailbox.address = trim(m_text);
        }
        if (!mailbox.address.empty())
            m_found.push_back(std::move(mailbox));
        m_text.clear();
        m_address.reset();
    }

    /// "@relay.example:anna@example.com": the route is obsolete. RFC 5322 4.4.
    static std::string_view without_route(std::string_view address)
    {
        size_t const colon = address.find(':');
        return address.starts_with('@') && colon != address.npos ? address.substr(colon + 1) : address;
    }

    std::string m_value;
    size_t m_at = 0;
    std::string m_text; ///< of this mailbox, outside angle brackets
    std::optional<std::string> m_address;
    std::vector<MailAddress> m_found;
};

} // namespace

std::vector<MailAddress> parse_address_list(std::string_view value)
{
    return AddressListParser(value).parse();
}

namespace {

struct Sender {
    MailAddress mailbox;
    bool is_as_given; ///< the message's own From says so
};

} // namespace

static bool is_own(MailAddress const &mailbox, std::vector<std::string> const &own)
{
    return std::ranges::any_of(own,
                               [&](auto const &each) { return equals_ignoring_case(each, mailbox.address); });
}

/// The first mailbox of From, with the primary address if the one that is there is not the user's. Nobody
/// else stands beside it.
static Sender sender_of(MessagePieces const &pieces, std::vector<std::string> const &own)
{
    size_t fields = 0;
    std::vector<MailAddress> listed;
    for (HeaderField const &field : pieces.fields)
        if (equals_ignoring_case(field.name, "From")) {
            std::ranges::move(parse_address_list(field.value), std::back_inserter(listed));
            ++fields;
        }
    MailAddress mailbox = listed.empty() ? MailAddress{} : listed.front();
    if (own.empty())
        return {std::move(mailbox), true};
    bool const are_own =
        !listed.empty() && std::ranges::all_of(listed, [&](auto const &each) { return is_own(each, own); });
    if (!is_own(mailbox, own))
        mailbox.address = own.front();
    return {std::move(mailbox), are_own && fields == 1};
}

/// Sender, where it names somebody else.
static bool is_foreign_sender(HeaderField const &field, std::vector<std::string> const &own)
{
    return !own.empty() && equals_ignoring_case(field.name, "Sender") &&
           !std::ranges::all_of(parse_address_list(field.value),
                                [&](auto const &each) { return is_own(each, own); });
}

static std::string format_from(MailAddress const &from)
{
    if (from.display_name.empty())
        return "From: " + from.address;
    return "From: " + from.display_name + " <" + from.address + ">";
}

static std::vector<MailAddress> recipients_of(MessagePieces const &pieces)
{
    std::vector<MailAddress> recipients;
    std::set<std::string> known;
    for (std::string_view name : {"To", "Cc", "Bcc"})
        for (HeaderField const &field : pieces.fields)
            if (equals_ignoring_case(field.name, name))
                for (MailAddress &each : parse_address_list(field.value))
                    if (known.insert(to_lower(each.address)).second)
                        recipients.push_back(std::move(each));
    return recipients;
}

static bool is_mime_field(std::string_view name)
{
    constexpr std::string_view content = "Content-";
    return equals_ignoring_case(name, "MIME-Version") ||
           equals_ignoring_case(name.substr(0, content.size()), content);
}

/// A field that the client may have set itself.
static void append_missing(std::string &header, MessagePieces const &pieces, std::string_view name,
                           std::string const &value)
{
    if (!value.empty() && !find_field(pieces, name))
        append_field(header, std::string(name) + ": " + value);
}

static std::string complete_header(MessagePieces const &pieces, OutgoingDefaults const &defaults,
                                   OutgoingChanges const &changes, Sender const &from, bool with_bcc)
{
    std::string header;
    if (!find_field(pieces, "Date"))
        append_field(header, "Date: " + format_mail_date(defaults.date));
    if (!find_field(pieces, "Message-ID"))
        append_field(header, "Message-ID: " + defaults.message_id);
    if (!from.is_as_given)
        append_field(header, format_from(from.mailbox));
    for (HeaderField const &field : pieces.fields) {
        bool const is_replaced = !from.is_as_given && equals_ignoring_case(field.name, "From");
        bool const is_hidden = !with_bcc && equals_ignoring_case(field.name, "Bcc");
        bool const is_of_old_body = changes.body && is_mime_field(field.name);
        if (!is_replaced && !is_hidden && !is_of_old_body && !is_foreign_sender(field, defaults.addresses))
            append_field(header, field.text);
    }
    append_missing(header, pieces, "In-Reply-To", changes.in_reply_to);
    append_missing(header, pieces, "References", changes.references);
    append_missing(header, pieces, "Thread-Index", changes.thread_index);
    if (changes.body)
        header += "MIME-Version: 1.0\r\n" + changes.body->fields;
    return header + "\r\n";
}

Result<OutgoingMessage> prepare_outgoing(std::string_view mime, OutgoingDefaults const &defaults,
                                         OutgoingChanges const &changes)
{
    MessagePieces const pieces = split_message(mime);
    auto const header = mime.substr(0, mime.size() - pieces.body.size());
    if (pieces.fields.empty())
        return Error{ErrorKind::bad_request, "the message has no header"};
    if (header.size() > max_header_bytes)
        return Error{ErrorKind::bad_request, "the message's header is over 1 MiB"};
    if (header.find('\0') != header.npos)
        return Error{ErrorKind::bad_request, "the message's header has a NUL byte"};

    Sender const from = sender_of(pieces, defaults.addresses);
    Content const body = changes.body ? changes.body->content : borrowed_content(pieces.body);
    auto const content = [&](bool with_bcc) {
        return joined_content({complete_header(pieces, defaults, changes, from, with_bcc), body});
    };
    return OutgoingMessage{content(true), content(false), from.mailbox.address, recipients_of(pieces)};
}

std::string new_message_id(std::string_view address)
{
    size_t const at = address.rfind('@');
    std::string_view const domain = at == address.npos ? "localhost" : address.substr(at + 1);
    std::string id = "<";
    id += hex_encode(random_bytes(16));
    return id.append("@").append(domain).append(">");
}

std::string format_mail_date(Instant instant)
{
    static constexpr char const *days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr char const *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t const seconds = instant.seconds();
    tm utc{};
    gmtime_r(&seconds, &utc);
    char text[64];
    snprintf(text, sizeof(text), "%s, %02d %s %d %02d:%02d:%02d +0000", days[utc.tm_wday], utc.tm_mday,
             months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return text;
}

} // namespace eas
