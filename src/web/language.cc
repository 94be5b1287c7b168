// See language.h.
#include "web/language.h"
#include "base/accept-field.h"
#include "base/text.h"
#include <array>
#include <optional>

namespace eas {

namespace {

constexpr std::array<std::string_view, 3> codes{"en", "de", "fr"};

std::optional<Language> known_language(std::string_view tag)
{
    for (size_t i = 0; i < codes.size(); ++i)
        if (equals_ignoring_case(tag.substr(0, tag.find('-')), codes[i]))
            return static_cast<Language>(i);
    return {};
}

} // namespace

Language choose_language(std::string_view accept_language)
{
    Language best = Language::english;
    unsigned best_weight = 0;
    for (auto const &[tag, weight] : parse_accept_field(accept_language)) {
        auto const language = known_language(tag);
        if (language && weight > best_weight) {
            best = *language;
            best_weight = weight;
        }
    }
    return best;
}

std::string_view language_code(Language language)
{
    return codes[static_cast<size_t>(language)];
}

} // namespace eas
