// Every tag of code-pages.def, for tests that go through them all.
#pragma once
#include "wbxml/tag.h"
#include <array>
#include <string_view>

namespace eas::test {

struct TagRow {
    Tag tag;
    int page, token;
    std::string_view space, name;
};

constexpr auto all_tags = std::to_array<TagRow>({
#define TAG(page, space, token, name) {Tag::space##_##name, page, token, #space, #name},
#include "wbxml/code-pages.def"
#undef TAG
});

} // namespace eas::test
