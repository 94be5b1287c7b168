// The languages of the page for people, and which one a browser wants. RFC 9110 12.5.4.
#pragma once
#include <cstddef>
#include <string_view>

namespace eas {

enum class Language { english, german, french };

/// The best of Accept-Language; English if it names none of ours.
Language choose_language(std::string_view accept_language);
/// "en"
std::string_view language_code(Language language);

/// One sentence or word in all languages. It may have places as a template has: see web/html.h.
struct Message {
    std::string_view english, german, french;
    constexpr std::string_view in(Language language) const
    {
        return language == Language::german ? german : language == Language::french ? french : english;
    }
};

} // namespace eas
