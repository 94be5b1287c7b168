#include "base/text.h"
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

/// 80 by 40 pixels with a colour in each quarter: red, green; blue, white.
std::string quarters()
{
    gdImagePtr image = gdImageCreateTrueColor(80, 40);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 80; ++x)
            gdImageSetPixel(image, x, y,
                            y < 20 ? (x < 40 ? 0xff0000 : 0x00ff00) : (x < 40 ? 0x0000ff : 0xffffff));
    int size = 0;
    void *bytes = gdImageJpegPtr(image, &size, 100);
    std::string result(static_cast<char *>(bytes), size);
    gdFree(bytes);
    gdImageDestroy(image);
    return result;
}

/// With an Exif segment that says how the camera was held.
std::string held(std::string const &jpeg, char orientation, bool intel)
{
    using namespace std::string_literals;
    auto const tiff = intel ? "II*\0\10\0\0\0\2\0\17\1\2\0\0\0\0\0\0\0\0\0\22\1\3\0\1\0\0\0"s + orientation +
                                  "\0\0\0\0\0\0\0"s
                            : "MM\0*\0\0\0\10\0\2\1\17\0\2\0\0\0\0\0\0\0\0\1\22\0\3\0\0\0\1\0"s +
                                  orientation + "\0\0\0\0\0\0"s;
    auto const content = "Exif\0\0"s + tiff;
    return jpeg.substr(0, 2) + "\xff\xff\xe1\0"s + static_cast<char>(content.size() + 2) + content +
           jpeg.substr(2);
}

/// "red green" of a picture's upper corners.
std::string upper_corners(std::string const &jpeg)
{
    std::string names;
    gdImagePtr image =
        gdImageCreateFromJpegPtr(static_cast<int>(jpeg.size()), const_cast<char *>(jpeg.data()));
    BOOST_REQUIRE(image);
    for (int const x : {5, gdImageSX(image) - 6}) {
        int const color = gdImageGetTrueColorPixel(image, x, 5);
        int const bright = (gdTrueColorGetRed(color) > 128 ? 4 : 0) +
                           (gdTrueColorGetGreen(color) > 128 ? 2 : 0) +
                           (gdTrueColorGetBlue(color) > 128 ? 1 : 0);
        names += (names.empty() ? "" : " ") + std::string(bright == 4   ? "red"
                                                          : bright == 2 ? "green"
                                                          : bright == 1 ? "blue"
                                                          : bright == 7 ? "white"
                                                                        : "else");
    }
    gdImageDestroy(image);
    return names;
}

/// 32 by 32 pixels of magenta and yellow ink in full, as cameras' programs for printing write it.
constexpr char red_cmyk_jpeg[] =
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6ut"
    "q2eAvMm6pseZqKuk/8AAFAgAIAAgBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB"
    "AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH"
    "SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV"
    "1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwDpq5muZrpqKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK"
    "KKKKKKKKKKKKKKKKKKKKKKKK/9k=";

} // namespace

BOOST_AUTO_TEST_SUITE(pictures)

BOOST_AUTO_TEST_CASE(a_picture_that_is_scaled_stands_upright)
{
    constexpr char const *corners[] = {"red green", "green red", "white blue",  "blue white",
                                       "red blue",  "blue red",  "white green", "green white"};
    auto const jpeg = quarters();
    BOOST_CHECK_EQUAL(upper_corners(*jpeg_within(jpeg, jpeg.size() - 1)), corners[0]);
    for (bool const intel : {true, false})
        for (char orientation = 1; orientation <= 8; ++orientation) {
            auto const scaled = jpeg_within(held(jpeg, orientation, intel), jpeg.size() - 1);
            BOOST_REQUIRE(scaled);
            BOOST_CHECK_EQUAL(upper_corners(*scaled), corners[orientation - 1]);
        }
    for (auto const orientation : {0, 9, 127}) // there is no such thing
        BOOST_CHECK(jpeg_within(held(jpeg, static_cast<char>(orientation), true), jpeg.size() - 1));
    auto const cut = held(jpeg, 6, true);
    for (size_t const end : {4, 6, 12, 16, 20, 30, 40}) // Exif that ends too early, then pixels
        BOOST_CHECK_NO_THROW((void)jpeg_within(cut.substr(0, end) + jpeg.substr(2), jpeg.size() - 1));
}

BOOST_AUTO_TEST_CASE(inks_become_colours)
{
    auto const cmyk = base64_decode(red_cmyk_jpeg);
    BOOST_REQUIRE(cmyk);
    auto const scaled =
        jpeg_within(*cmyk + std::string(4000, 'x'), 4000); // over the limit, so it is written anew
    BOOST_REQUIRE(scaled);
    BOOST_CHECK_EQUAL(upper_corners(*scaled), "red red");
}

BOOST_AUTO_TEST_CASE(a_damaged_one_does_no_harm)
{
    auto const large = image_of(1000, 600, false);
    for (size_t const end : {20, 200, 700, 50'000})
        BOOST_CHECK_NO_THROW((void)jpeg_within(large.substr(0, end), 19));
    auto torn = large;
    torn.replace(20'000, 20'000, std::string(20'000, 'x'));
    BOOST_CHECK_NO_THROW((void)jpeg_within(torn, largest_contact_picture_bytes));
    BOOST_CHECK(
        !jpeg_within(large + std::string(10 << 20, 'x'), largest_contact_picture_bytes)); // over 10 MB
}

BOOST_AUTO_TEST_CASE(a_small_one_stays_as_it_is)
{
    auto const small = image_of(40, 40, false);
    auto const same = jpeg_within(small, largest_contact_picture_bytes);
    BOOST_REQUIRE(same);
    BOOST_CHECK(*same == small);
}

BOOST_AUTO_TEST_CASE(a_large_one_is_scaled_down)
{
    auto const large = image_of(1000, 600, false);
    auto const scaled = jpeg_within(large, largest_contact_picture_bytes);
    BOOST_REQUIRE(scaled);
    BOOST_CHECK_LE(scaled->size(), largest_contact_picture_bytes);
    BOOST_CHECK(scaled->starts_with("\xff\xd8\xff"));
    auto const again = jpeg_within(large, largest_contact_picture_bytes);
    BOOST_REQUIRE(again);
    BOOST_CHECK(*again == *scaled); // a client's echo is recognised
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
