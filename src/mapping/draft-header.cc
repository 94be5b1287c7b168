// See draft-header.h.
#include "mapping/draft-header.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include "mapping/header-encoding.h"
#include "mapping/header-fields.h"
#include "mapping/outgoing-message.h"
#include <algorithm>
#include <array>
#include <map>

namespace eas {

namespace {

constexpr size_t max_shown_bytes = 32768, max_bcc_bytes = 1024; // as email-from-message.cc cuts them

/// A property that is a header field.
struct FieldRow {
    std::string_view name;
    std::optional<std::string> Draft::*given;
    std::string MailHeaders::*stored;
    size_t max_bytes;
    bool is_recipient;
};
constexpr std::array field_rows{
    FieldRow{"To", &Draft::to, &MailHeaders::to, max_shown_bytes, true},
    FieldRow{"Cc", &Draft::cc, &MailHeaders::cc, max_shown_bytes, true},
    FieldRow{"Bcc", &Draft::bcc, &MailHeaders::bcc, max_bcc_bytes, true},
    FieldRow{"Reply-To", &Draft::reply_to, &MailHeaders::reply_to, max_shown_bytes, false},
};

/// What programs note of importance; EAS has one value for all.
constexpr std::array<std::string_view, 4> importance_fields = {"Importance", "X-Priority",
                                                               "X-MSMail-Priority", "Priority"};

constexpr std::string_view request_field = "X-EAS-Request";

/// What we, Thunderbird and Apple Mail note in drafts.
constexpr std::array<std::string_view, 8> private_fields = {
    request_field,
    "X-Mozilla-",
    "X-Identity-Key",
    "X-Account-Key",
    "Fcc",
    "X-Apple-",
    "X-Uniform-Type-Identifier",
    "X-Universally-Unique-Identifier",
};

std::string shown_addresses(std::string_view text, size_t max_bytes)
{
    return format_addresses(parse_addresses(text), ", ", max_bytes);
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix)
{
    return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

/// Header fields that replace those of the stored draft: name -> the field, "" if it goes.
using NewFields = std::map<std::string, std::string, std::less<>>;

void set_addresses(NewFields &fields, Draft const &draft, MailHeaders const &stored)
{
    bool const has_recipients = draft.to || draft.cc || draft.bcc;
    for (FieldRow const &row : field_rows) {
        auto const &given = draft.*row.given;
        // Recipients are one thing: a client that took the last Bcc away leaves the element out.
        if (!given && !(row.is_recipient && has_recipients))
            continue;
        auto const &before = stored.*row.stored;
        auto const text = given.value_or("");
        if (shown_addresses(text, row.max_bytes) != shown_addresses(before, row.max_bytes))
            fields[std::string(row.name)] = address_field(row.name, text);
    }
}

int importance_value(std::string_view importance)
{
    return importance == "high" ? 2 : importance == "low" ? 0 : 1;
}

void set_importance(NewFields &fields, int importance)
{
    for (auto const name : importance_fields)
        fields[std::string(name)] = "";
    if (importance != 1)
        fields["Importance"] = importance == 2 ? "Importance: high\r\n" : "Importance: low\r\n";
    if (importance != 1)
        fields["X-Priority"] = importance == 2 ? "X-Priority: 1\r\n" : "X-Priority: 5\r\n";
}

NewFields new_fields(Draft const &draft, MailHeaders const &stored, DraftDefaults const &defaults)
{
    NewFields fields;
    fields["Date"] = "Date: " + format_mail_date(defaults.now) + "\r\n";
    fields[std::string(request_field)] = std::string(request_field) + ": " + defaults.request + "\r\n";
    set_addresses(fields, draft, stored);
    if (draft.subject && comparable(*draft.subject) != comparable(stored.subject))
        fields["Subject"] = text_field("Subject", *draft.subject);
    if (draft.importance && *draft.importance != importance_value(stored.importance))
        set_importance(fields, *draft.importance);
    return fields;
}

/// `fields` in the place of those of that name, the new ones before or after all others.
std::string merged(std::string_view stored, NewFields fields, DraftDefaults const &defaults)
{
    MessagePieces const pieces = split_message(stored);
    std::string header = std::exchange(fields["Date"], "");
    header += std::exchange(fields[std::string(request_field)], "");
    if (!find_field(pieces, "Message-ID"))
        header += "Message-ID: " + defaults.message_id + "\r\n";
    if (!find_field(pieces, "From"))
        header += "From: " + defaults.from + "\r\n";
    for (HeaderField const &field : pieces.fields) {
        bool const is_mime =
            starts_ignoring_case(field.name, "Content-") || equals_ignoring_case(field.name, "MIME-Version");
        auto const replaced = std::ranges::find_if(
            fields, [&](auto const &each) { return equals_ignoring_case(each.first, field.name); });
        if (replaced != fields.end())
            header += std::exchange(replaced->second, "");
        else if (!is_mime)
            append_field(header, field.text);
    }
    for (std::string_view const name : {"To", "Cc", "Bcc", "Reply-To", "Subject", "Importance", "X-Priority"})
        if (auto const left = fields.find(name); left != fields.end())
            header += left->second;
    return header;
}

} // namespace

std::string comparable(std::string_view text)
{
    std::string plain;
    for (char c : trim(text))
        if (c != '\r')
            plain += c == '\n' || c == '\t' ? ' ' : c;
    return plain;
}

std::string draft_header(Draft const &draft, std::string_view stored, MailHeaders const &stored_headers,
                         DraftDefaults const &defaults)
{
    return merged(stored, new_fields(draft, stored_headers, defaults), defaults);
}

std::string request_in(std::string_view header)
{
    auto const pieces = split_message(header);
    auto const *const field = find_field(pieces, request_field);
    return std::string(field ? trim(field->value) : "");
}

std::string header_to_send(std::string const &header)
{
    std::string kept;
    auto const pieces = split_message(header);
    for (HeaderField const &field : pieces.fields)
        if (std::ranges::none_of(private_fields,
                                 [&](auto name) { return starts_ignoring_case(field.name, name); }))
            append_field(kept, field.text);
    return kept;
}

} // namespace eas
