// HTML from templates. What is put into a template is text and escaped, unless it came out of a template
// itself: there is no other way to make an Html, so nothing that a client or a device said becomes markup.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace eas {

class Html;

/// A value for the place "{name}" of a template.
struct Slot;

/// `pattern` is one of our own templates: markup with places for texts, in elements or in quoted attributes.
/// A place without a slot stays empty.
Html fill(std::string_view pattern, std::initializer_list<Slot> slots);

/// Markup of our own without places (it may have braces).
Html verbatim(std::string_view markup);

class Html {
public:
    Html() = default;
    /// Escaped.
    Html(std::string_view text);
    Html(std::string const &text) : Html(std::string_view(text)) {}
    Html(char const *text) : Html(std::string_view(text)) {}

    Html &operator+=(Html const &more)
    {
        m_markup += more.m_markup;
        return *this;
    }
    std::string const &markup() const { return m_markup; }

private:
    friend Html fill(std::string_view pattern, std::initializer_list<Slot> slots);
    friend Html verbatim(std::string_view markup);
    std::string m_markup;
};

struct Slot {
    std::string_view name;
    Html value;
};

} // namespace eas
