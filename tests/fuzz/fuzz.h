// What the fuzzers share. A fuzzer is one function over arbitrary bytes that must neither crash nor break a
// property that holds for every input (`demand`).
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size);

namespace eas::fuzz {

inline std::string_view text_of(uint8_t const *data, size_t size)
{
    return {reinterpret_cast<char const *>(data), size};
}

/// Stops the fuzzer, which then keeps the input, unless `holds`; prints `texts`, which are what does not.
inline void demand(bool holds, char const *property, std::initializer_list<std::string_view> texts = {})
{
    if (holds)
        return;
    for (auto const text : texts)
        std::fprintf(stderr, "%.*s\n----\n", static_cast<int>(text.size()), text.data());
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

} // namespace eas::fuzz
