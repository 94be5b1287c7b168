#include "mapping/picture.h"
#include "support.h"
#include <gd.h>
#include <random>

using namespace eas;

namespace {

std::string image_of(int width, int height, bool png)
{
    gdImagePtr image = gdImageCreateTrueColor(width, height);
    std::minstd_rand noise(1);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            gdImageSetPixel(image, x, y, static_cast<int>(noise() & 0xffffff));
    int size = 0;
    void *bytes = png ? gdImagePngPtr(image, &size) : gdImageJpegPtr(image, &size, 95);
    std::string result(static_cast<char *>(bytes), size);
    gdFree(bytes);
    gdImageDestroy(image);
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pictures)

BOOST_AUTO_TEST_CASE(a_small_one_stays_as_it_is)
{
    auto const small = image_of(40, 40, false);
    BOOST_CHECK(jpeg_within(small, largest_contact_picture_bytes) == small);
}

BOOST_AUTO_TEST_CASE(a_large_one_is_scaled_down)
{
    auto const large = image_of(1000, 600, false);
    auto const scaled = jpeg_within(large, largest_contact_picture_bytes);
    BOOST_REQUIRE(scaled);
    BOOST_CHECK_LE(scaled->size(), largest_contact_picture_bytes);
    BOOST_CHECK(scaled->starts_with("\xff\xd8\xff"));
    BOOST_CHECK(jpeg_within(large, largest_contact_picture_bytes) == scaled); // a client's echo is recognised
}

BOOST_AUTO_TEST_CASE(a_png_becomes_a_jpeg)
{
    auto const converted = jpeg_within(image_of(40, 40, true), largest_contact_picture_bytes);
    BOOST_REQUIRE(converted);
    BOOST_CHECK(converted->starts_with("\xff\xd8\xff"));
}

BOOST_AUTO_TEST_CASE(what_is_no_picture_gives_none)
{
    auto const large = image_of(1000, 600, false);
    BOOST_CHECK(!jpeg_within("", 100));
    BOOST_CHECK(!jpeg_within("hello", 100));
    BOOST_CHECK(!jpeg_within(large.substr(0, 12), 4));
    auto bomb = image_of(10, 10, true); // says that it is 65535 by 65535
    bomb.replace(16, 8, std::string("\0\0\xff\xff\0\0\xff\xff", 8));
    BOOST_CHECK(!jpeg_within(bomb, 100));
}

BOOST_AUTO_TEST_SUITE_END()
