// See language.h.
#include "web/language.h"
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

/// "0.8" -> 800; 1000 if there is no weight; 0 if it is unreadable.
uint64_t weight(std::string_view parameter)
{
    parameter = trim(parameter);
    if (parameter.empty())
        return 1000;
    if (!parameter.starts_with("q="))
        return 0;
    auto const number = parameter.substr(2);
    auto const whole = parse_unsigned(number.substr(0, 1));
    std::string fraction(number.size() > 2 ? number.substr(2, 3) : std::string_view());
    fraction.resize(3, '0');
    auto const thousandths = parse_unsigned(fraction);
    return whole && thousandths ? *whole * 1000 + *thousandths : 0;
}

} // namespace

Language choose_language(std::string_view accept_language)
{
    Language best = Language::english;
    uint64_t best_weight = 0;
    for (auto range : split(accept_language, ',')) {
        auto const semicolon = range.find(';');
        auto const language = known_language(trim(range.substr(0, semicolon)));
        auto const wanted =
            weight(semicolon == range.npos ? std::string_view() : range.substr(semicolon + 1));
        if (language && wanted > best_weight) {
            best = *language;
            best_weight = wanted;
        }
    }
    return best;
}

std::string_view language_code(Language language)
{
    return codes[static_cast<size_t>(language)];
}

} // namespace eas
