// Candidates are ranked first and then tried in turn, so that only the form that is sent is read.
#include "mapping/body-choice.h"
#include "base/text.h"
#include "mapping/body-text.h"
#include "mapping/html-text.h"
#include "mapping/mime-content.h"
#include <algorithm>
#include <array>
#include <limits>

namespace eas {
namespace {

constexpr uint64_t unlimited = std::numeric_limits<uint64_t>::max();

/// MS-ASCMD 2.2.3.111, in bytes; 8 means all.
constexpr std::array<uint64_t, 9> mime_truncation_bytes = {0,     4096,  5120,   7168,     10240,
                                                           20480, 51200, 102400, unlimited};

uint64_t mime_limit(BodyOptions const &options)
{
    auto value = options.mime_truncation.value_or(8);
    return value >= 0 && value < 9 ? mime_truncation_bytes[static_cast<size_t>(value)] : unlimited;
}

bool allows_mime(BodyOptions const &options, bool is_smime)
{
    return options.mime_support == 2 || (options.mime_support == 1 && is_smime);
}

/// What to try, best first; never empty.
std::vector<BodyPreference> ranked(BodySource const &source, BodyOptions const &options)
{
    auto const &asked = options.body_preferences;
    auto native = native_body_type(source.parts);
    bool mime = allows_mime(options, source.is_smime);
    std::vector<BodyPreference> ranking;
    auto add = [&](auto fits) { std::ranges::copy_if(asked, std::back_inserter(ranking), fits); };
    auto type_is = [](BodyType type) {
        return [=](auto const &preference) { return preference.type == type; };
    };
    if (mime)
        add(type_is(BodyType::mime));
    add(type_is(native));
    add(type_is(native == BodyType::html ? BodyType::plain : BodyType::html));
    if (!ranking.empty())
        return ranking;
    // Nothing that can be met (RTF; MIME that is not allowed): as it is stored, not longer than was asked
    // for. A client without BodyPreference but with MIMESupport is one of those that know MIME only.
    if (asked.empty())
        return {{mime ? BodyType::mime : native, {}, {}, {}}};
    return {{native, asked[0].truncation_size, {}, asked[0].preview}};
}

/// A body in the form of one preference, before it is decided whether it is taken.
struct Candidate {
    BodyType type;
    std::optional<Content> data; ///< absent: nothing may be sent
    uint64_t estimated_bytes = 0;
    bool truncated = false;
    bool empty = false; ///< the message has no such text
};

Result<Candidate> make_mime(BodySource const &source, uint64_t limit, bool all_or_none)
{
    auto size = source.message.size();
    if (!size)
        return size.error();
    Candidate made{BodyType::mime, std::nullopt, *size, *size > limit};
    if (limit == 0 || (made.truncated && all_or_none))
        return made;
    auto mime = source.message.raw("");
    if (!mime)
        return mime.error();
    made.data = mime_content(std::move(*mime), made.truncated ? limit : unlimited);
    return made;
}

uint64_t offered_bytes(MessageParts const &parts, BodyType type)
{
    uint64_t bytes = 0;
    for (auto *part : parts_for(parts, type))
        bytes += part->decoded_bytes;
    return bytes;
}

Result<Candidate> make_text(BodySource const &source, BodyType type, uint64_t limit, bool all_or_none)
{
    if (limit == 0) { // the client wants to know only how much there is
        auto bytes = offered_bytes(source.parts, type);
        return Candidate{type, std::nullopt, bytes, bytes > 0, bytes == 0};
    }
    auto body = read_body_text(source.message, source.parts, type, limit == unlimited ? limit : limit + 1);
    if (!body)
        return body.error();
    Candidate made{type, std::nullopt, body->estimated_bytes, body->more || body->text.size() > limit,
                   body->text.empty() && !body->more};
    if (made.truncated && all_or_none)
        return made;
    auto cut = type == BodyType::html ? html_prefix(body->text, std::min<uint64_t>(limit, SIZE_MAX))
                                      : utf8_prefix(body->text, std::min<uint64_t>(limit, SIZE_MAX));
    body->text.resize(cut.size());
    made.data = std::move(body->text);
    return made;
}

/// The first words, for a client that asked for them and does not get the text itself.
/// MS-ASAIRS 2.2.2.35.1.
Result<std::optional<std::string>> make_preview(MailMessage &message, BodyPreference const &preference)
{
    auto preview = message.preview();
    if (!preview)
        return preview.error();
    auto text = sanitize_utf8(*preview);
    auto words = utf8_prefix_characters(text, *preference.preview);
    return words.empty() ? std::nullopt : std::optional(std::string(words));
}

Result<Candidate> make(BodySource const &source, BodyPreference const &preference, uint64_t mime_limit)
{
    auto limit = preference.truncation_size.value_or(unlimited);
    bool all_or_none = preference.all_or_none.value_or(false);
    if (preference.type == BodyType::mime)
        return make_mime(source, std::min(limit, mime_limit), all_or_none);
    return make_text(source, preference.type, limit, all_or_none);
}

} // namespace

Result<Body> choose_body(BodySource const &source, BodyOptions const &options, ProtocolVersion version)
{
    std::optional<Candidate> chosen;
    BodyPreference preference;
    for (auto const &wanted : ranked(source, options)) {
        auto made = make(source, wanted, mime_limit(options));
        if (!made)
            return made.error();
        bool taken = made->data || !made->truncated || !wanted.all_or_none.value_or(false);
        if (!chosen || taken) {
            chosen = std::move(*made);
            preference = wanted;
        }
        if (taken)
            break;
    }
    Body body;
    body.type = chosen->type;
    body.estimated_data_size = chosen->estimated_bytes;
    // MS-ASCMD 2.2.3.110.3 wants Truncated with MIME in any case.
    if (chosen->truncated || chosen->type == BodyType::mime)
        body.truncated = chosen->truncated;
    body.data = chosen->empty ? Content("") : std::move(chosen->data);
    bool shows_text = body.type == BodyType::plain && body.data;
    if (version >= v14_0 && preference.preview.value_or(0) > 0 && !shows_text) {
        auto preview = make_preview(source.message, preference);
        if (!preview)
            return preview.error();
        body.preview = std::move(*preview);
    }
    return body;
}

Result<BodyPart> make_body_part(BodySource const &source, BodyPreference const &preference)
{
    auto made = make_text(source, BodyType::html, preference.truncation_size.value_or(unlimited),
                          preference.all_or_none.value_or(false));
    if (!made)
        return made.error();
    BodyPart part;
    part.estimated_data_size = made->estimated_bytes;
    if (made->truncated)
        part.truncated = true;
    part.data = made->empty ? Content("") : std::move(made->data);
    if (preference.preview.value_or(0) > 0) {
        auto preview = make_preview(source.message, preference);
        if (!preview)
            return preview.error();
        part.preview = std::move(*preview);
    }
    return part;
}

} // namespace eas
