// code-pages.def as two tables: the names, and of each page and token the place among them.
#include "wbxml/tag.h"
#include <array>
#include <cstddef>

namespace eas {
namespace {

struct Name {
    Tag tag;
    char const *space;
    char const *name;
};

constexpr Name names[] = {
#define TAG(page, space, token, name) {Tag::space##_##name, #space, #name},
#include "wbxml/code-pages.def"
#undef TAG
};

constexpr size_t page_count = 26, tokens_in_page = 0x40;

/// Of each page and token the place in `names` plus one; 0 where there is no tag.
constexpr auto name_places = [] {
    std::array<uint16_t, page_count * tokens_in_page> places{};
    for (size_t i = 0; i < std::size(names); i++)
        places[code_page(names[i].tag) * tokens_in_page + token(names[i].tag)] = static_cast<uint16_t>(i + 1);
    return places;
}();

/// Null for what is no enumerator.
constexpr Name const *find_name(uint8_t page, uint8_t token)
{
    if (page >= page_count || token >= tokens_in_page)
        return nullptr;
    uint16_t const place = name_places[page * tokens_in_page + token];
    return place == 0 ? nullptr : &names[place - 1];
}

} // namespace

std::optional<Tag> find_tag(uint8_t page, uint8_t token)
{
    Name const *name = find_name(page, token);
    return name ? std::optional(name->tag) : std::nullopt;
}

std::string_view local_name(Tag tag)
{
    Name const *name = find_name(code_page(tag), token(tag));
    return name ? name->name : "?";
}

std::string_view namespace_name(Tag tag)
{
    Name const *name = find_name(code_page(tag), token(tag));
    return name ? name->space : "?";
}

} // namespace eas
