// What several unit tests need.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "base/text.h"
#include "wbxml/encoder.h"
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace eas::test {

/// What went wrong; "" if nothing did.
template <class T> std::string error_of(Result<T> const &result)
{
    return result ? std::string{} : result.error().message;
}

/// Bytes of hexadecimal digits with blanks between.
inline std::string bytes(std::string_view hex)
{
    std::string digits(hex);
    std::erase(digits, ' ');
    auto decoded = hex_decode(digits);
    BOOST_REQUIRE_MESSAGE(decoded, "not hexadecimal: " << hex);
    return *decoded;
}

/// A whole document of what `write` writes.
inline std::string encoded(std::function<void(Encoder &)> const &write)
{
    StringSink sink;
    Encoder encoder(sink);
    write(encoder);
    BOOST_REQUIRE_EQUAL(error_of(encoder.finish()), "");
    return sink.text;
}

/// The top of the source tree; make sets srcdir for the tests that it runs.
inline std::filesystem::path source_tree()
{
    char const *srcdir = std::getenv("srcdir");
    return srcdir ? srcdir : ".";
}

} // namespace eas::test
