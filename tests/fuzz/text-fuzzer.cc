// Any text to the helpers that outsiders' text reaches: dates, UID sets, UTF-8, base64, escapes; and the
// words of a search.
#include "base/text.h"
#include "base/time.h"
#include "base/uid-set.h"
#include "commands/keyword-query.h"
#include "fuzz.h"

using namespace eas;
using fuzz::demand;

static void check_dates(std::string_view text)
{
    auto const instant = parse_datetime(text);
    if (!instant)
        return;
    demand(parse_datetime(format_datetime(*instant)) == instant, "a date survives");
    demand(parse_datetime(format_compact_datetime(*instant))->seconds() == instant->seconds(),
           "a compact date survives");
}

static void check_uid_sets(std::string_view text)
{
    auto const set = UidSet::parse(text);
    if (!set)
        return;
    demand(UidSet::parse(set->to_string()) == set, "a UID set survives");
    demand(set->without(*set).empty(), "a set without itself is empty");
    demand(set->united(*set) == *set && set->intersected(*set) == *set, "a set with itself is itself");
    UidSet all;
    all.add(1, UINT32_MAX);
    demand(all.without(*set).size() + set->size() == UINT32_MAX, "a set and what it lacks are all");
}

static void check_utf8(std::string_view text)
{
    auto const clean = sanitize_utf8(text);
    demand(sanitize_utf8(clean) == clean, "clean text stays");
    for (size_t limit = 0; limit <= clean.size(); limit += 1 + clean.size() / 16) {
        auto const prefix = utf8_prefix(clean, limit);
        demand(prefix.size() <= limit && sanitize_utf8(prefix) == prefix,
               "a prefix of bytes is whole characters");
        auto const characters = utf8_prefix_characters(clean, limit);
        demand(sanitize_utf8(characters) == characters, "a prefix of characters is whole characters");
    }
}

static void check_encodings(std::string_view text)
{
    demand(base64_decode(base64_encode(text)) == text, "base64 survives");
    demand(base64url_decode(base64url_encode(text)) == text, "base64url survives");
    demand(hex_decode(hex_encode(text)) == text, "hexadecimal digits survive");
    for (auto *decode : {base64_decode, base64url_decode, hex_decode, percent_decode})
        if (auto const decoded = decode(text))
            demand(decoded->size() <= text.size(), "decoding makes nothing longer");
}

static size_t count_terms(MailCondition const &condition)
{
    using Kind = MailCondition::Kind;
    bool const has_text = condition.kind >= Kind::text && condition.kind <= Kind::bcc;
    demand(has_text != condition.text.empty(), "a term has a text");
    size_t count = has_text ? 1 : 0;
    for (auto const &part : condition.parts)
        count += count_terms(part);
    return count;
}

static void check_search_words(std::string_view text)
{
    auto const words = sanitize_utf8(text);
    if (trim(words).empty())
        return;
    if (auto const condition = parse_keyword_query(words)) // a participant is looked for in four fields
        demand(count_terms(*condition) <= 4 * most_search_terms, "a search has its bounds");
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const text = fuzz::text_of(data, size);
    check_dates(text);
    check_uid_sets(text);
    check_utf8(text);
    check_encodings(text);
    check_search_words(text);
    return 0;
}
