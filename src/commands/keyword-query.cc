// See keyword-query.h. Recursive descent, an operator binding closer than the one before it: OR, AND (or
// nothing), NOT. Nothing is an error: an operator without a word beside it is left out, a group that is not
// closed ends at the end.
#include "commands/keyword-query.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace eas {

namespace {

using Kind = MailCondition::Kind;
constexpr int64_t day_milliseconds = 86'400'000;

MailCondition combine(Kind kind, std::vector<MailCondition> parts)
{
    if (parts.size() == 1 && kind != Kind::none_of)
        return std::move(parts.front());
    return {kind, {}, {}, std::move(parts)};
}

MailCondition negate(MailCondition condition)
{
    return combine(Kind::none_of, {std::move(condition)});
}

MailCondition word(Kind kind, std::string_view text)
{
    return {kind, std::string(text), {}, {}};
}

MailCondition since(int64_t milliseconds)
{
    return {Kind::received_since, {}, {milliseconds}, {}};
}

MailCondition before(int64_t milliseconds)
{
    return {Kind::received_before, {}, {milliseconds}, {}};
}

/// The start of a day, "2026-11-22", in milliseconds.
std::optional<int64_t> parse_day(std::string_view text)
{
    auto const instant = text.size() == 10 ? parse_datetime(std::string(text) + "T00:00:00Z") : std::nullopt;
    return instant ? std::optional(instant->milliseconds) : std::nullopt;
}

using Restricted = std::optional<MailCondition>;

template <Kind kind> Restricted in_field(std::string_view op, std::string_view value)
{
    if (op == "<>")
        return negate(word(kind, value));
    return op == ":" || op == "=" ? Restricted(word(kind, value)) : std::nullopt;
}

Restricted among_participants(std::string_view op, std::string_view value)
{
    if (op != ":" && op != "=")
        return std::nullopt;
    return combine(Kind::any_of, {word(Kind::from, value), word(Kind::to, value), word(Kind::cc, value),
                                  word(Kind::bcc, value)});
}

/// A day, or two with ".." between.
Restricted received(std::string_view op, std::string_view value)
{
    auto const dots = value.find("..");
    auto const first = parse_day(value.substr(0, dots));
    auto const last = dots == value.npos ? first : parse_day(value.substr(dots + 2));
    if (!first || !last || (dots != value.npos && op != ":" && op != "="))
        return std::nullopt;
    auto const end = *last + day_milliseconds;
    if (op == ":" || op == "=")
        return combine(Kind::all_of, {since(*first), before(end)});
    if (op == "<>")
        return combine(Kind::any_of, {before(*first), since(end)});
    if (op == ">" || op == ">=")
        return since(op == ">" ? end : *first);
    return before(op == "<" ? *first : end);
}

template <Kind kind> Restricted is_so(std::string_view op, std::string_view value)
{
    bool const yes =
        equals_ignoring_case(value, "true") || equals_ignoring_case(value, "yes") || value == "1";
    bool const no = equals_ignoring_case(value, "false") || equals_ignoring_case(value, "no") || value == "0";
    if ((op != ":" && op != "=") || (!yes && !no))
        return std::nullopt;
    MailCondition const condition{kind, {}, {}, {}};
    return yes ? condition : negate(condition);
}

struct Property {
    std::string_view name;
    Restricted (*restrict)(std::string_view op, std::string_view value);
};

constexpr std::array properties{
    Property{"from", in_field<Kind::from>},       Property{"to", in_field<Kind::to>},
    Property{"cc", in_field<Kind::cc>},           Property{"bcc", in_field<Kind::bcc>},
    Property{"subject", in_field<Kind::subject>}, Property{"body", in_field<Kind::body>},
    Property{"participants", among_participants}, Property{"received", received},
    Property{"isread", is_so<Kind::seen>},        Property{"isflagged", is_so<Kind::flagged>},
};

/// A term without any such character (a dash, a smiley) would be found by no index.
bool is_of_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

class KeywordParser {
public:
    explicit KeywordParser(std::string_view text) : m_rest(text) {}

    /// Nothing if there was no word.
    Restricted parse() { return parse_any(0); }
    bool too_complex() const { return m_too_complex; }

private:
    Restricted parse_any(size_t depth);
    Restricted parse_all(size_t depth);
    Restricted parse_one(size_t depth);
    Restricted parse_group(size_t depth);
    Restricted parse_restriction(size_t depth);
    bool take_negation();
    Restricted term(Restricted condition);

    std::string_view take_value(size_t depth);
    bool take_operator(std::string_view name);
    void skip_blanks() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \t\r\n"), m_rest.size())); }
    bool at(char c) const { return m_rest.starts_with(c); }

    std::string_view m_rest;
    size_t m_terms = 0;
    bool m_too_complex = false;
};

bool ends_word(char c, size_t depth)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || (c == ')' && depth > 0);
}

/// AND, OR and NOT are operators only as words of their own, in capitals.
bool KeywordParser::take_operator(std::string_view name)
{
    skip_blanks();
    auto const after = m_rest.substr(std::min(name.size(), m_rest.size()));
    if (!m_rest.starts_with(name) || !(after.empty() || after.starts_with('(') || ends_word(after[0], 1)))
        return false;
    m_rest = after;
    return true;
}

Restricted KeywordParser::term(Restricted condition)
{
    m_too_complex |= ++m_terms > most_search_terms;
    return condition;
}

/// A phrase in quotes (to the end, if they are not closed) or a word; blank if there is none.
std::string_view KeywordParser::take_value(size_t depth)
{
    bool const quoted = at('"');
    if (quoted)
        m_rest.remove_prefix(1);
    auto const end =
        quoted
            ? std::min(m_rest.find('"'), m_rest.size())
            : static_cast<size_t>(std::ranges::find_if(m_rest, [&](char c) { return ends_word(c, depth); }) -
                                  m_rest.begin());
    auto value = m_rest.substr(0, end);
    m_rest.remove_prefix(std::min(end + (quoted ? 1 : 0), m_rest.size()));
    while (!quoted && value.ends_with('*'))
        value.remove_suffix(1);
    return trim(value);
}

/// Takes nothing unless it is one.
Restricted KeywordParser::parse_restriction(size_t depth)
{
    auto const before = m_rest;
    for (auto const &property : properties) {
        auto const size = property.name.size();
        if (m_rest.size() <= size || !equals_ignoring_case(m_rest.substr(0, size), property.name))
            continue;
        auto const after = m_rest.substr(size);
        auto const op = after.substr(0, std::min(after.find_first_not_of(":=<>"), after.size()));
        m_rest = after.substr(op.size());
        auto const value = op.empty() ? std::string_view() : take_value(depth);
        if (auto condition = value.empty() ? std::nullopt : property.restrict(op, value))
            return term(std::move(condition));
        m_rest = before;
    }
    return std::nullopt;
}

Restricted KeywordParser::parse_group(size_t depth)
{
    m_rest.remove_prefix(1);
    if (depth >= deepest_search_groups) {
        m_too_complex = true;
        return std::nullopt;
    }
    auto inside = parse_any(depth + 1);
    if (at(')'))
        m_rest.remove_prefix(1);
    return inside;
}

/// Takes one NOT or '-'.
bool KeywordParser::take_negation()
{
    if (take_operator("NOT"))
        return true;
    bool const negates =
        at('-') && m_rest.size() > 1 && (m_rest[1] == '"' || m_rest[1] == '(' || is_of_word(m_rest[1]));
    if (negates)
        m_rest.remove_prefix(1);
    return negates;
}

Restricted KeywordParser::parse_one(size_t depth)
{
    bool negated = false;
    while (take_negation())
        negated = !negated;
    skip_blanks();
    auto condition = at('(') ? parse_group(depth) : parse_restriction(depth);
    if (!condition) {
        auto const text = take_value(depth);
        if (std::ranges::any_of(text, is_of_word))
            condition = term(word(Kind::text, text));
    }
    return condition && negated ? negate(std::move(*condition)) : std::move(condition);
}

Restricted KeywordParser::parse_all(size_t depth)
{
    std::vector<MailCondition> parts;
    for (;;) {
        skip_blanks();
        auto const before = m_rest;
        if (m_rest.empty() || m_too_complex || (at(')') && depth > 0))
            break;
        if (take_operator("OR")) {
            m_rest = before; // for parse_any()
            break;
        }
        if (take_operator("AND"))
            continue;
        if (auto part = parse_one(depth))
            parts.push_back(std::move(*part));
    }
    return parts.empty() ? std::nullopt : Restricted(combine(Kind::all_of, std::move(parts)));
}

Restricted KeywordParser::parse_any(size_t depth)
{
    std::vector<MailCondition> parts;
    do {
        if (auto part = parse_all(depth))
            parts.push_back(std::move(*part));
    } while (take_operator("OR"));
    return parts.empty() ? std::nullopt : Restricted(combine(Kind::any_of, std::move(parts)));
}

} // namespace

std::optional<MailCondition> parse_keyword_query(std::string_view text)
{
    if (text.size() > longest_search_text)
        return std::nullopt;
    KeywordParser parser(text);
    auto condition = parser.parse();
    if (parser.too_complex())
        return std::nullopt;
    return condition ? std::move(*condition) : word(Kind::text, trim(text));
}

} // namespace eas
