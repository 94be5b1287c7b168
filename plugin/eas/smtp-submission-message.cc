// RFC 5322 for the header, RFC 5321 and 6531 for what an address may hold.
#include "eas/smtp-submission-message.h"
#include "base/text.h"
#include "compat/message.h"
#include <algorithm>
#include <idn2.h>

namespace eas {

namespace {

constexpr size_t max_header_bytes = 1 << 20;

struct Field {
    std::string_view name;
    std::string_view whole; ///< with its name and line ends
    std::string_view value() const { return whole.substr(name.size() + 1); }
};

/// The fields of a header; a line that is none belongs to the field before it.
std::vector<Field> fields_of(std::string_view header)
{
    std::vector<Field> fields;
    while (!header.empty()) {
        auto end = header.find('\n');
        auto line = header.substr(0, end == header.npos ? header.npos : end + 1);
        header.remove_prefix(line.size());
        if (trim(line).empty())
            break;
        auto colon = line.find(':');
        bool continues = line.front() == ' ' || line.front() == '\t' || colon == line.npos || colon == 0;
        if (!continues)
            fields.push_back({line.substr(0, colon), line});
        else if (!fields.empty())
            fields.back().whole = {fields.back().whole.data(), fields.back().whole.size() + line.size()};
    }
    return fields;
}

bool is_named(Field const &field, std::string_view name)
{
    return equals_ignoring_case(trim(field.name), name);
}

bool is_atext(unsigned char c)
{
    return isalnum(c) || c >= 0x80 || strchr("!#$%&'*+-/=?^_`{|}~", c);
}

/// dot-atom, with anything but ASCII taken as a letter. RFC 6531 3.3.
bool is_dot_atom(std::string_view text)
{
    bool dot_allowed = false;
    for (unsigned char c : text) {
        if (c == '.' ? !dot_allowed : c == '\0' || !is_atext(c))
            return false;
        dot_allowed = c != '.';
    }
    return dot_allowed;
}

bool is_printable_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// The domain in ASCII; "" if it cannot be one. An address literal stays as it is.
std::string ascii_domain(std::string const &domain)
{
    bool is_literal = domain.size() > 2 && domain.front() == '[' && domain.back() == ']';
    if (is_literal)
        return domain.find_first_not_of("0123456789abcdefABCDEFIPvx.:-", 1) >= domain.size() - 1 ? domain
                                                                                                 : "";
    char *ascii = nullptr;
    int result = idn2_lookup_u8(reinterpret_cast<uint8_t const *>(domain.c_str()),
                                reinterpret_cast<uint8_t **>(&ascii), IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    std::string converted = result == IDN2_OK ? ascii : domain; // names with '_' are no IDNs, but in use
    idn2_free(ascii);
    bool plain =
        converted.size() <= 255 && !converted.starts_with('.') &&
        converted.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
            std::string::npos;
    return plain ? converted : "";
}

Error bad_address(std::string_view address)
{
    return {ErrorKind::bad_request,
            "\"" + sanitize_utf8(address) + "\" is no address that mail can be sent to"};
}

/// Cuts a list of addresses into single ones, without comments. A group's name is left out, its members
/// are not. ';' separates too, as some programs have it.
class AddressList {
public:
    explicit AddressList(std::string_view text)
    {
        for (size_t i = 0; i < text.size(); ++i)
            take(text, i);
        end_address();
    }
    std::vector<std::string> addresses;

private:
    void take(std::string_view text, size_t &i)
    {
        char c = text[i];
        bool escaped = c == '\\' && (m_quoted || m_comments > 0) && i + 1 < text.size();
        if (m_comments > 0) {
            i += escaped;
            m_comments += c == '(' ? 1 : c == ')' ? -1 : 0;
        } else if (m_quoted) {
            m_address += c;
            if (escaped)
                m_address += text[++i];
            m_quoted = escaped || c != '"';
        } else if (c == '(') {
            m_comments = 1;
        } else if ((c == ',' || c == ';') && !m_in_path) {
            end_address();
        } else if (c == ':' && !m_in_path && !m_in_literal) {
            m_address.clear(); // it was a group's name
        } else {
            m_quoted = c == '"';
            m_in_path = c == '<' || (m_in_path && c != '>');
            m_in_literal = c == '[' || (m_in_literal && c != ']');
            m_address += c;
        }
    }
    void end_address()
    {
        if (!trim(m_address).empty())
            addresses.emplace_back(trim(m_address));
        m_address.clear();
    }

    std::string m_address;
    int m_comments = 0;
    bool m_quoted = false, m_in_path = false, m_in_literal = false;
};

/// Dovecot's parser stops without a word at what it does not understand; then the text does not end with
/// what it found.
bool was_read_to_its_end(std::string_view text, struct message_address const &address)
{
    if (text.ends_with('>'))
        text = trim(text.substr(0, text.size() - 1));
    return text.ends_with(address.domain);
}

Result<Mailbox> read_mailbox(std::string const &text)
{
    DataStackFrame frame;
    auto *address =
        message_address_parse(pool_datastack_create(), reinterpret_cast<unsigned char const *>(text.data()),
                              text.size(), 2, static_cast<enum message_address_parse_flags>(0));
    bool single =
        address && !address->next && !address->invalid_syntax && address->mailbox && address->domain;
    if (!single || !was_read_to_its_end(text, *address))
        return bad_address(text);
    std::string local = address->mailbox;
    auto domain = ascii_domain(address->domain);
    bool local_ok = sanitize_utf8(local) == local && (is_dot_atom(local) || is_printable_ascii(local));
    if (local.empty() || !local_ok || domain.empty())
        return bad_address(text);
    return Mailbox{std::move(local), std::move(domain)};
}

Result<void> add_recipients(std::string_view value, std::vector<Mailbox> &recipients)
{
    for (auto const &text : AddressList(value).addresses) {
        auto mailbox = read_mailbox(text);
        if (!mailbox)
            return mailbox.error();
        if (std::find(recipients.begin(), recipients.end(), *mailbox) == recipients.end())
            recipients.push_back(std::move(*mailbox));
    }
    return {};
}

/// RFC 5322 3.3, in UTC.
std::string date_now()
{
    time_t now = time(nullptr);
    struct tm parts;
    gmtime_r(&now, &parts);
    static char const *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static char const *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    snprintf(text, sizeof text, "%s, %d %s %d %02d:%02d:%02d +0000", days[parts.tm_wday], parts.tm_mday,
             months[parts.tm_mon], 1900 + parts.tm_year, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

std::string new_message_id(std::string const &own_address)
{
    guid_128_t guid;
    guid_128_generate(guid);
    return std::string("<") + guid_128_to_string(guid) + own_address.substr(own_address.rfind('@')) + ">";
}

std::string with_crlf(std::string_view text)
{
    std::string lines;
    for (char c : text) {
        if (c == '\n' && !lines.ends_with('\r'))
            lines += '\r';
        lines += c;
    }
    if (!lines.empty() && !lines.ends_with('\n'))
        lines += "\r\n";
    return lines;
}

} // namespace

bool Mailbox::is_international() const
{
    return std::any_of(local.begin(), local.end(), [](unsigned char c) { return c >= 0x80; });
}

std::string Mailbox::to_string() const
{
    if (is_dot_atom(local))
        return local + "@" + domain;
    std::string quoted = "\"";
    for (char c : local) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + "\"@" + domain;
}

Result<Mailbox> parse_mailbox(std::string_view address)
{
    return read_mailbox(std::string(address));
}

Result<OutgoingHeader> outgoing_header(std::string_view header, std::string const &own_address)
{
    OutgoingHeader outgoing;
    bool has_from = false, has_date = false, has_message_id = false;
    for (auto const &field : fields_of(header)) {
        bool is_bcc = is_named(field, "Bcc");
        if (is_bcc || is_named(field, "To") || is_named(field, "Cc"))
            if (auto added = add_recipients(field.value(), outgoing.recipients); !added)
                return added.error();
        has_from |= is_named(field, "From");
        has_date |= is_named(field, "Date");
        has_message_id |= is_named(field, "Message-ID");
        if (!is_bcc)
            outgoing.text += with_crlf(field.whole);
    }
    if (outgoing.recipients.empty())
        return Error{ErrorKind::bad_request, "the message has no recipient"};
    if (!has_from)
        outgoing.text += "From: " + own_address + "\r\n";
    if (!has_date)
        outgoing.text += "Date: " + date_now() + "\r\n";
    if (!has_message_id)
        outgoing.text += "Message-ID: " + new_message_id(own_address) + "\r\n";
    outgoing.text += "\r\n";
    return outgoing;
}

Result<void> HeaderSplitter::write(std::string_view bytes)
{
    if (m_in_body)
        return m_body.write(bytes);
    size_t searched = m_header.size() < 3 ? 0 : m_header.size() - 3;
    m_header.append(bytes);
    // The blank line, or a message that begins with it.
    size_t end = m_header.starts_with("\n") ? 1 : m_header.starts_with("\r\n") ? 2 : 0;
    if (auto lf = m_header.find("\n\n", searched); !end && lf != m_header.npos)
        end = lf + 2;
    if (auto crlf = m_header.find("\n\r\n", searched); crlf != m_header.npos && (!end || crlf + 3 < end))
        end = crlf + 3;
    if (!end) {
        if (m_header.size() > max_header_bytes)
            return Error{ErrorKind::too_large, "the message's header is larger than 1 MB"};
        return {};
    }
    m_in_body = true;
    std::string_view whole = m_header;
    if (auto taken = m_take_header(whole.substr(0, end)); !taken)
        return taken;
    auto written = m_body.write(whole.substr(end));
    m_header.clear();
    return written;
}

Result<void> HeaderSplitter::finish()
{
    return m_in_body ? Result<void>() : m_take_header(m_header);
}

} // namespace eas
