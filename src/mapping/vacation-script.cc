// See vacation-script.h.
#include "mapping/vacation-script.h"
#include "base/text.h"
#include "mapping/html-text.h"
#include "mapping/mime-entity.h"
#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace eas {

namespace {

constexpr std::string_view first_line = "# Automatic replies, set by a phone. Switch them off there; what is "
                                        "changed here is lost when a phone sets them again.";
constexpr std::string_view format_line = "eas-oof 1";
constexpr std::string_view digest_name = "# digest ";
constexpr int reply_again_days = 30; ///< to the same sender, if the message is still the same
constexpr std::array<std::string_view, 3> states = {"disabled", "always", "scheduled"};

struct AudienceRow {
    std::string_view name;
    OofReply OutOfOffice::*reply;
};
constexpr std::array audiences{AudienceRow{"internal", &OutOfOffice::internal},
                               AudienceRow{"known", &OutOfOffice::known},
                               AudienceRow{"unknown", &OutOfOffice::unknown}};

std::string digest_of(std::string_view text)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), bytes, &length, EVP_sha256(), nullptr);
    return hex_encode({reinterpret_cast<char const *>(bytes), 16});
}

std::string sieve_list(std::vector<std::string> const &texts)
{
    std::string list = "[";
    for (auto const &text : texts)
        list += (list.size() > 1 ? ", " : "") + sieve_string(text);
    return list + ']';
}

/// `relation` ("gt", "lt"): after or before that second; that second itself is not in the past.
std::string time_test(std::string_view relation, Instant instant)
{
    auto const text = format_datetime(instant); // 2026-11-22T09:58:07.000Z
    auto const date = sieve_string(text.substr(0, 10)), time = sieve_string(text.substr(11, 8));
    std::string const now = "currentdate :zone \"+0000\" ";
    std::string const compared = now + ":value " + sieve_string(relation);
    auto const same_day = relation == "gt" ? std::string(":value \"ge\"") : ":value \"lt\"";
    return "anyof(" + compared + " \"date\" " + date + ", allof(" + now + ":is \"date\" " + date + ", " +
           now + same_day + " \"time\" " + time + "))";
}

std::string html_entity(std::string const &html, std::string const &boundary)
{
    auto const alternative = multipart_entity(
        "alternative", boundary,
        {as_part(text_entity("plain", html_to_text(html))), as_part(text_entity("html", html))});
    StringSink text;
    (void)as_part(alternative).copy_to(text);
    return text.text;
}

/// Nothing where that audience gets no reply.
std::string vacation(OofReply const &reply, std::string_view audience, OutOfOffice const &wanted,
                     VacationContext const &context)
{
    if (!reply.enabled || trim(reply.message).empty())
        return "";
    auto const handle = digest_of(std::string(audience) + reply.message +
                                  (wanted.start ? format_datetime(*wanted.start) : ""));
    std::string command = "vacation :days " + std::to_string(reply_again_days) + " :handle " +
                          sieve_string("eas-" + handle) + " :addresses " + sieve_list(context.own_addresses);
    if (!reply.is_html)
        return command + '\n' + sieve_string(reply.message) + ';';
    return command + " :mime\n" + sieve_string(html_entity(reply.message, "=_" + handle)) + ';';
}

std::string replies(OutOfOffice const &wanted, VacationContext const &context)
{
    auto const block = [&](OofReply const &reply, std::string_view audience) {
        return "{\n" + vacation(reply, audience, wanted, context) + "\n}";
    };
    std::string text = "if envelope :domain :is \"from\" " + sieve_list(context.internal_domains) + ' ' +
                       block(wanted.internal, "internal");
    if (!context.known_addresses.empty() && wanted.known != wanted.unknown)
        text += "\nelsif envelope :is \"from\" " + sieve_list(context.known_addresses) + ' ' +
                block(wanted.known, "known");
    return text + "\nelse " + block(wanted.unknown, "unknown") + '\n';
}

std::string include(std::string const &name)
{
    return name.empty() ? "" : "include :personal :optional " + sieve_string(name) + ";\n";
}

std::string commands(OutOfOffice const &wanted, VacationContext const &context)
{
    std::string const head = "require [\"vacation\", \"envelope\", \"date\", \"relational\", \"include\"];\n";
    bool const is_scheduled = wanted.state == OofState::scheduled && wanted.start && wanted.end;
    if (wanted.state == OofState::always)
        return head + replies(wanted, context) + include(context.former_while_on);
    if (!is_scheduled)
        return head + include(context.former);
    return head + "if allof(" + time_test("gt", *wanted.start) + ",\n  " + time_test("lt", *wanted.end) +
           ") {\n" + replies(wanted, context) + include(context.former_while_on) + "} else {\n" +
           include(context.former) + "}\n";
}

std::string encoded(std::string const &text)
{
    return text.empty() ? "-" : base64url_encode(text);
}

std::string comments(OutOfOffice const &wanted, std::string const &former)
{
    std::string text = std::string(first_line) + "\n# " + std::string(format_line) + "\n# state " +
                       std::string(states[static_cast<size_t>(wanted.state)]) + '\n';
    if (wanted.start)
        text += "# start " + format_datetime(*wanted.start) + '\n';
    if (wanted.end)
        text += "# end " + format_datetime(*wanted.end) + '\n';
    for (auto const &row : audiences) {
        auto const &reply = wanted.*row.reply;
        text += "# " + std::string(row.name) + (reply.enabled ? " on " : " off ") +
                (reply.is_html ? "html " : "text ") + encoded(reply.message) + '\n';
    }
    return text + "# former " + encoded(former) + '\n';
}

std::string decoded(std::string_view text)
{
    return text == "-" ? "" : base64url_decode(text).value_or("");
}

void parse_reply(std::vector<std::string_view> const &words, OofReply &reply)
{
    if (words.size() != 4)
        return;
    reply.enabled = words[1] == "on";
    reply.is_html = words[2] == "html";
    reply.message = decoded(words[3]);
}

void parse_comment(std::string_view line, VacationScript &script)
{
    auto const words = split(line, ' ');
    if (words.size() < 2)
        return;
    auto &wanted = script.out_of_office;
    for (size_t state = 0; state < states.size(); state++)
        if (words[0] == "state" && words[1] == states[state])
            wanted.state = static_cast<OofState>(state);
    if (words[0] == "start")
        wanted.start = parse_datetime(words[1]);
    if (words[0] == "end")
        wanted.end = parse_datetime(words[1]);
    if (words[0] == "former")
        script.former = decoded(words[1]);
    for (auto const &row : audiences)
        if (words[0] == row.name)
            parse_reply(words, wanted.*row.reply);
}

/// Where a comment, a string or a text block that begins at `position` ends; `position` if none does.
size_t skip_quoted(std::string_view script, size_t position)
{
    auto const rest = script.substr(position);
    auto const after = [&](std::string_view end, size_t from) {
        auto const found = script.find(end, position + from);
        return found == script.npos ? script.size() : found + end.size();
    };
    if (rest.starts_with('#'))
        return after("\n", 1);
    if (rest.starts_with("/*"))
        return after("*/", 2);
    if (equals_ignoring_case(rest.substr(0, 5), "text:")) {
        auto const lf = script.find("\n.\n", position), crlf = script.find("\n.\r\n", position);
        auto const end = std::min(lf, crlf);
        return end == script.npos ? script.size() : end + 3;
    }
    if (!rest.starts_with('"'))
        return position;
    size_t end = position + 1;
    while (end < script.size() && script[end] != '"')
        end += script[end] == '\\' ? 2 : 1;
    return std::min(end + 1, script.size());
}

/// Behind the `;` of the command that begins at `position`.
size_t skip_command(std::string_view script, size_t position)
{
    while (position < script.size() && script[position] != ';') {
        auto const next = skip_quoted(script, position);
        position = next != position ? next : position + 1;
    }
    return std::min(position + 1, script.size());
}

/// `script` with what `edit` makes of each command of that name, from its first letter to its ";".
std::string edit_commands(std::string_view script, std::string_view name,
                          std::function<std::string(std::string_view command)> const &edit)
{
    auto const is_word = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    };
    std::string edited;
    for (size_t position = 0; position < script.size();) {
        auto end = skip_quoted(script, position);
        bool const is_quoted = end != position;
        while (!is_quoted && end < script.size() && is_word(script[end]))
            end++;
        if (!is_quoted && equals_ignoring_case(script.substr(position, end - position), name)) {
            end = skip_command(script, end);
            edited += edit(script.substr(position, end - position));
        } else {
            end = std::max(end, position + 1);
            edited += script.substr(position, end - position);
        }
        position = end;
    }
    return edited;
}

struct Span {
    size_t begin, end;
};

/// The first quoted string of a command, with its quotes; empty at its end if it has none.
Span find_string(std::string_view command)
{
    for (size_t position = 0; position < command.size();) {
        auto const end = skip_quoted(command, position);
        if (end != position && command[position] == '"')
            return {position, end};
        position = std::max(end, position + 1);
    }
    return {command.size(), command.size()};
}

/// RFC 5228 2.4.2
std::string unquoted(std::string_view string)
{
    std::string text;
    for (size_t i = 1; i + 1 < string.size(); ++i) {
        if (string[i] == '\\' && i + 2 < string.size())
            ++i;
        text += string[i];
    }
    return text;
}

} // namespace

std::string sieve_string(std::string_view text)
{
    std::string quoted = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (c != '\0')
            quoted += c;
    }
    return quoted + '"';
}

std::string vacation_script(OutOfOffice const &wanted, VacationContext const &context)
{
    auto const head = comments(wanted, context.former);
    auto const rest = commands(wanted, context);
    return head + std::string(digest_name) + digest_of(head + rest) + '\n' + rest;
}

std::optional<VacationScript> parse_vacation_script(std::string_view text)
{
    auto const start = std::string(first_line) + "\n# " + std::string(format_line) + '\n';
    auto const digest = text.find(digest_name);
    if (!text.starts_with(start) || digest == text.npos)
        return {};
    VacationScript script;
    for (auto const line : split(text.substr(start.size(), digest - start.size()), '\n'))
        if (line.starts_with("# "))
            parse_comment(line.substr(2), script);
    auto const line_end = std::min(text.find('\n', digest), text.size() - 1);
    auto const said = text.substr(digest + digest_name.size(), line_end - digest - digest_name.size());
    script.is_edited =
        digest_of(std::string(text.substr(0, digest)).append(text.substr(line_end + 1))) != said;
    return script;
}

std::string without_vacation(std::string_view script)
{
    return edit_commands(script, "vacation", [](std::string_view) { return std::string(); });
}

std::string with_includes(std::string_view script,
                          std::function<std::string(std::string const &)> const &name_of_copy)
{
    return edit_commands(script, "include", [&](std::string_view command) {
        auto const string = find_string(command);
        auto const options = to_lower(command.substr(0, string.begin));
        if (string.begin == string.end || options.find(":global") != options.npos)
            return std::string(command);
        auto const name = unquoted(command.substr(string.begin, string.end - string.begin));
        auto const copy = name_of_copy(name);
        return copy == name ? std::string(command)
                            : std::string(command.substr(0, string.begin)) + sieve_string(copy) +
                                  std::string(command.substr(string.end));
    });
}

} // namespace eas
