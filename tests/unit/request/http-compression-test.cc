#include "request/http-compression.h"
#include "support.h"
#include <random>
#include <zlib.h>

using namespace eas;

namespace {

std::string gunzip(std::string_view bytes)
{
    z_stream stream{};
    BOOST_REQUIRE_EQUAL(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    std::string text(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    BOOST_CHECK_EQUAL(inflate(&stream, Z_FINISH), Z_STREAM_END);
    BOOST_CHECK_EQUAL(stream.avail_in, 0u);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_compression)

BOOST_AUTO_TEST_CASE(a_client_says_what_it_takes)
{
    for (auto const *field : {"gzip", "gzip, deflate", "deflate,gzip;q=0.5", "br;q=1.0, GZIP ; q=0.001", "*",
                              "x-gzip", "identity;q=0, *;q=0.1", "gzip;q=1, *;q=0"})
        BOOST_TEST(accepts_gzip(field), field);
    for (auto const *field : {"", "identity", "deflate", "gzip;q=0", "gzip; Q=0.000, *", "*;q=0", "gzipped",
                              "deflate;q=1, identity"})
        BOOST_TEST(!accepts_gzip(field), field);
}

BOOST_AUTO_TEST_CASE(what_was_compressed_is_the_same_again)
{
    std::mt19937 random(1);
    std::string noise;
    for (int i = 0; i < 100'000; ++i)
        noise += static_cast<char>(random());
    std::string const repeated(100'000, 'x');
    for (auto const &text : {std::string(), std::string("a"), noise, repeated})
        BOOST_TEST((gunzip(gzip(text)) == text));
    BOOST_TEST(gzip(repeated).size() < 1000u);
}

BOOST_AUTO_TEST_SUITE_END()
