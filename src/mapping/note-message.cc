// See note-message.h.
#include "mapping/note-message.h"
#include "base/text.h"
#include "mapping/body-text.h"
#include "mapping/header-encoding.h"
#include "mapping/header-fields.h"
#include "mapping/html-text.h"
#include "mapping/message-parts.h"
#include "mapping/outgoing-message.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr std::string_view class_field = "X-EAS-Message-Class";
constexpr size_t longest_subject = 255; ///< characters

/// Fields that a changed note gets anew.
constexpr std::array<std::string_view, 6> own_fields = {"Subject",      "Date",        "Message-ID",
                                                        "MIME-Version", note_id_field, class_field};

bool is_replaced(HeaderField const &field)
{
    constexpr std::string_view mime_prefix = "Content-";
    return equals_ignoring_case(field.name.substr(0, mime_prefix.size()), mime_prefix) ||
           std::ranges::any_of(own_fields, [&](auto name) { return equals_ignoring_case(field.name, name); });
}

void append_escaped(std::string &html, std::string_view line)
{
    bool after_space = true; // HTML shows no space at the start of a line, and one of several
    for (char const c : line) {
        switch (c) {
        case '&':
            html += "&amp;";
            break;
        case '<':
            html += "&lt;";
            break;
        case '>':
            html += "&gt;";
            break;
        case ' ':
            html += after_space ? "&nbsp;" : " ";
            break;
        default:
            html += c;
        }
        after_space = c == ' ' && !after_space;
    }
}

Result<std::string> class_of(MailMessage &message)
{
    auto const raw = message.raw("");
    auto const header = raw ? header_of(*raw) : Result<std::string>(raw.error());
    if (!header)
        return header.error();
    auto const pieces = split_message(*header);
    auto const *field = find_field(pieces, class_field);
    auto const value = field ? std::string(trim(field->value)) : std::string();
    return is_note_class(value) ? value : std::string(note_class);
}

/// The text in the form in which it is stored.
Result<BodyText> stored_text(MailMessage &message, MessageParts const &parts, ItemText &text)
{
    auto const type = native_body_type(parts);
    auto read = read_body_text(message, parts, type, longest_note_bytes);
    if (!read)
        return read;
    std::erase(read->text, '\r');
    (type == BodyType::html ? text.html : text.plain) = read->text;
    return read;
}

} // namespace

bool is_note_class(std::string_view message_class)
{
    if (!equals_ignoring_case(message_class.substr(0, note_class.size()), note_class))
        return false;
    auto const rest = message_class.substr(note_class.size());
    return rest.empty() || (rest.size() > 1 && rest[0] == '.');
}

Result<StoredNote> note_from_message(MailMessage &message)
{
    auto const headers = message.headers();
    auto const structure = message.structure();
    auto message_class = class_of(message);
    if (!headers || !structure || !message_class)
        return !headers ? headers.error() : !structure ? structure.error() : message_class.error();
    auto const parts = find_parts(*structure);
    StoredNote note{headers->subject, {}, std::move(*message_class), headers->sent, false};
    auto const text = stored_text(message, parts, note.text);
    if (!text)
        return text.error();
    note.has_more = text->more || !parts.attachments.empty() || parts.segments.size() > 1;
    return note;
}

Content note_message(NewNote const &note, std::string_view former_header)
{
    std::string fields;
    auto const former = split_message(former_header);
    for (auto const &field : former.fields)
        if (!is_replaced(field))
            append_field(fields, field.text);
    auto const add_if_missing = [&](std::string_view name, std::string const &text) {
        if (!find_field(former, name))
            fields += text;
    };
    add_if_missing("From", address_field("From", note.from));
    fields += text_field("Subject", note.subject);
    fields += text_field("Date", format_mail_date(note.now));
    fields += "Message-ID: " + note.message_id + "\r\n";
    add_if_missing("X-Uniform-Type-Identifier", "X-Uniform-Type-Identifier: com.apple.mail-note\r\n");
    fields += text_field(note_id_field, note.id);
    add_if_missing("X-Mail-Created-Date", text_field("X-Mail-Created-Date", format_mail_date(note.now)));
    if (note.message_class != note_class)
        fields += text_field(class_field, note.message_class);
    fields += "MIME-Version: 1.0\r\n" + note.body.fields;
    return as_part({std::move(fields), note.body.body});
}

MimeEntity note_body(ItemText const &text)
{
    return text_entity("html", text.html.empty() ? note_html(text.plain) : declare_utf8(text.html));
}

std::string note_html(std::string_view plain)
{
    while (plain.ends_with('\n'))
        plain.remove_suffix(1);
    std::string html = "<html><head></head><body>";
    bool is_first = true;
    for (auto const line : split(plain, '\n')) {
        bool const stands_alone = std::exchange(is_first, false) && !line.empty();
        html += stands_alone ? "" : "<div>";
        append_escaped(html, line);
        html += line.empty() ? "<br>" : "";
        html += stands_alone ? "" : "</div>";
    }
    return html + "</body></html>";
}

std::string subject_of_text(std::string_view plain)
{
    for (auto const line : split(plain, '\n'))
        if (auto const words = trim(line); !words.empty())
            return std::string(utf8_prefix_characters(words, longest_subject));
    return "";
}

} // namespace eas
