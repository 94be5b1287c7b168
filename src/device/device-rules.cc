// See device-rules.h.
#include "device/device-rules.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <utility>

namespace eas {

namespace {

constexpr std::array<std::pair<std::string_view, Access>, 3> verbs{
    {{"allow", Access::allowed}, {"quarantine", Access::quarantined}, {"block", Access::blocked}}};

constexpr std::array<std::pair<std::string_view, std::string DeviceRule::*>, 4> conditions{
    {{"type", &DeviceRule::type},
     {"agent", &DeviceRule::agent},
     {"version", &DeviceRule::version},
     {"group", &DeviceRule::group}}};

Error wrong(std::string_view rule, std::string const &what)
{
    return {ErrorKind::bad_request, "rule \"" + std::string(rule) + "\": " + what};
}

/// Pieces at `separator`, but not within double quotes.
std::vector<std::string_view> split_unquoted(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    bool quoted = false;
    size_t begin = 0;
    for (size_t i = 0; i < text.size(); i++) {
        quoted ^= text[i] == '"';
        if (text[i] != separator || quoted)
            continue;
        pieces.push_back(text.substr(begin, i - begin));
        begin = i + 1;
    }
    pieces.push_back(text.substr(begin));
    return pieces;
}

Result<void> read_condition(std::string_view word, DeviceRule &rule)
{
    size_t const equals = word.find('=');
    auto const name = word.substr(0, equals);
    auto const known = std::ranges::find(conditions, name, [](auto &each) { return each.first; });
    if (equals == word.npos || known == conditions.end())
        return wrong(rule.text, "\"" + std::string(word) + "\" is none of type=, agent=, version=, group=");
    auto value = word.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    if (value.empty() || value.find('"') != value.npos)
        return wrong(rule.text, std::string(name) + " has no readable value");
    auto &pattern = rule.*known->second;
    if (!pattern.empty())
        return wrong(rule.text, std::string(name) + " is given twice");
    pattern = value;
    return {};
}

Result<DeviceRule> parse_rule(std::string_view text)
{
    DeviceRule rule;
    rule.text = text;
    bool has_verb = false, has_condition = false;
    for (auto word : split_unquoted(text, ' ')) {
        word = trim(word);
        if (word.empty())
            continue;
        if (!std::exchange(has_verb, true)) {
            auto const verb = std::ranges::find(verbs, word, [](auto &each) { return each.first; });
            if (verb == verbs.end())
                return wrong(text, "it does not begin with allow, quarantine or block");
            rule.access = verb->second;
            continue;
        }
        if (auto read = read_condition(word, rule); !read)
            return read.error();
        has_condition = true;
    }
    if (!has_condition)
        return wrong(text, "it has no condition; eas_device_policy is for all devices");
    return rule;
}

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view text)
{
    size_t p = 0, t = 0, star = pattern.npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() &&
                   (pattern[p] == '?' || equals_ignoring_case(pattern.substr(p, 1), text.substr(t, 1)))) {
            p++;
            t++;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool DeviceRule::matches(DeviceFacts const &facts) const
{
    auto fits = [](std::string const &pattern, std::string_view value) {
        return pattern.empty() || matches_pattern(pattern, value);
    };
    return fits(type, facts.type) && fits(agent, facts.user_agent) &&
           fits(version, to_string(facts.version)) &&
           (group.empty() ||
            std::ranges::any_of(facts.groups, [&](auto &each) { return matches_pattern(group, each); }));
}

Result<std::vector<DeviceRule>> parse_device_rules(std::string_view text)
{
    std::vector<DeviceRule> rules;
    if (std::ranges::count(text, '"') % 2 != 0)
        return wrong(text, "a quotation mark is missing");
    for (auto piece : split_unquoted(text, ';')) {
        piece = trim(piece);
        if (piece.empty())
            continue;
        auto rule = parse_rule(piece);
        if (!rule)
            return rule.error();
        rules.push_back(std::move(*rule));
    }
    return rules;
}

} // namespace eas
