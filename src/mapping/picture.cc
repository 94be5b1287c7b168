// See picture.h.
#include "mapping/picture.h"
#include <algorithm>
#include <cstdint>
#include <dlfcn.h>
#include <gd.h>
#include <memory>

namespace eas {

namespace {

constexpr size_t largest_image_bytes = 10 << 20;
constexpr int64_t most_pixels = 40'000'000; ///< 160 MB of memory for a moment
constexpr int longest_side = 480;           ///< as wide as phones show a contact

std::string text_of(char const *text)
{
    return text ? text : "libgd.so.3 cannot be used";
}

struct Symbol {
    void *address;
    template <class Function> operator Function *() const { return reinterpret_cast<Function *>(address); }
};

/// What we need of libgd. It is loaded when the first picture has to be made smaller, since some forty other
/// libraries come with it (codecs, X11): half of what a process that a push starts would have to load.
struct Gd {
    void *library = dlopen("libgd.so.3", RTLD_NOW | RTLD_LOCAL);
    Symbol symbol(char const *name) const { return {library ? dlsym(library, name) : nullptr}; }

    decltype(gdSetErrorMethod) *set_error_method = symbol("gdSetErrorMethod");
    decltype(gdFree) *free = symbol("gdFree");
    decltype(gdImageCreateTrueColor) *create = symbol("gdImageCreateTrueColor");
    decltype(gdImageCreateFromJpegPtrEx) *create_from_jpeg = symbol("gdImageCreateFromJpegPtrEx");
    decltype(gdImageCreateFromPngPtr) *create_from_png = symbol("gdImageCreateFromPngPtr");
    decltype(gdImageDestroy) *destroy = symbol("gdImageDestroy");
    decltype(gdImageSetPixel) *set_pixel = symbol("gdImageSetPixel");
    decltype(gdImageGetTrueColorPixel) *pixel = symbol("gdImageGetTrueColorPixel");
    decltype(gdImageFilledRectangle) *fill_rectangle = symbol("gdImageFilledRectangle");
    decltype(gdImageCopyResampled) *copy_resampled = symbol("gdImageCopyResampled");
    decltype(gdImageJpegPtr) *jpeg = symbol("gdImageJpegPtr");

    bool const is_complete = set_error_method && free && create && create_from_jpeg && create_from_png &&
                             destroy && set_pixel && pixel && fill_rectangle && copy_resampled && jpeg;
    std::string const fault = is_complete ? std::string() : text_of(dlerror());
};

Gd const &gd()
{
    static Gd const loaded;
    return loaded;
}

struct FreeImage {
    void operator()(gdImage *image) const { gd().destroy(image); }
};
using Image = std::unique_ptr<gdImage, FreeImage>;

void say_nothing(int, char const *, va_list) {}

uint32_t big_endian(std::string_view bytes, size_t count)
{
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

bool is_jpeg(std::string_view image)
{
    return image.starts_with("\xff\xd8\xff");
}

/// What stands in the first segment of a JPEG, before its pixels, that `is_wanted` by its marker and content.
template <class Wanted> std::string_view jpeg_segment(std::string_view image, Wanted const &is_wanted)
{
    for (size_t at = 2; at + 4 <= image.size() && image[at] == '\xff';) {
        auto const marker = static_cast<unsigned char>(image[at + 1]);
        if (marker == 0xff) { // padding
            ++at;
            continue;
        }
        size_t const length = big_endian(image.substr(at + 2), 2);
        auto const content = image.substr(at + 4).substr(0, std::max<size_t>(length, 2) - 2);
        if (is_wanted(marker, content))
            return content;
        at += 2 + length;
    }
    return {};
}

/// Width times height as a JPEG's frame header says it: before memory is taken for that many. 0: unknown.
int64_t jpeg_pixels(std::string_view image)
{
    auto const frame = jpeg_segment(image, [](unsigned char marker, std::string_view content) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc &&
               content.size() >= 5;
    });
    return frame.empty() ? 0 : int64_t(big_endian(frame.substr(1), 2)) * big_endian(frame.substr(3), 2);
}

/// How a camera was held: Orientation of Exif 2.3, 4.6.4. 1: upright.
int orientation(std::string_view image)
{
    static constexpr std::string_view exif("Exif\0\0", 6);
    constexpr size_t field_bytes = 12;
    constexpr uint32_t orientation_tag = 0x0112;
    auto tiff = jpeg_segment(image, [](unsigned char marker, std::string_view content) {
        return marker == 0xe1 && content.starts_with(exif);
    });
    tiff.remove_prefix(std::min(tiff.size(), exif.size()));
    auto const number = [&](size_t at, size_t count) -> uint32_t {
        if (at + count > tiff.size())
            return 0;
        std::string bytes(tiff.substr(at, count));
        if (tiff[0] == 'I') // Intel's order
            std::ranges::reverse(bytes);
        return big_endian(bytes, count);
    };
    size_t const directory = number(4, 4), fields = number(directory, 2);
    for (size_t at = directory + 2; at < directory + 2 + fields * field_bytes; at += field_bytes)
        if (number(at, 2) == orientation_tag)
            return static_cast<int>(std::clamp(number(at + 8, 2), 1U, 8U));
    return 1;
}

/// Upright, as the scaled picture says no more how the camera was held.
Image turned(Image image, int orientation)
{
    if (!image || orientation == 1)
        return image;
    int const width = gdImageSX(image.get()), height = gdImageSY(image.get());
    bool const lies = orientation >= 5;
    Image result(gd().create(lies ? height : width, lies ? width : height));
    for (int y = 0; result && y < gdImageSY(result.get()); ++y)
        for (int x = 0; x < gdImageSX(result.get()); ++x) {
            int const a = lies ? y : x, b = lies ? x : y;
            bool const from_right =
                orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
            bool const from_below =
                orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
            gd().set_pixel(
                result.get(), x, y,
                gd().pixel(image.get(), from_right ? width - 1 - a : a, from_below ? height - 1 - b : b));
        }
    return result;
}

int64_t png_pixels(std::string_view image)
{
    return image.size() < 24 ? 0 : int64_t(big_endian(image.substr(16), 4)) * big_endian(image.substr(20), 4);
}

Image decode(std::string_view image)
{
    auto *const data = const_cast<char *>(image.data());
    int const size = static_cast<int>(image.size());
    auto const fits = [](int64_t pixels) { return pixels > 0 && pixels <= most_pixels; };
    if (is_jpeg(image))
        return Image(fits(jpeg_pixels(image)) ? gd().create_from_jpeg(size, data, 1) : nullptr);
    if (image.starts_with("\x89PNG\r\n"))
        return Image(fits(png_pixels(image)) ? gd().create_from_png(size, data) : nullptr);
    return nullptr;
}

Image scaled(gdImage *image, int longest)
{
    int const width = gdImageSX(image), height = gdImageSY(image);
    double const factor = std::min(1.0, double(longest) / std::max(width, height));
    auto const side = [factor](int length) { return std::max(1, static_cast<int>(length * factor)); };
    Image result(gd().create(side(width), side(height)));
    if (!result)
        return nullptr;
    gd().fill_rectangle(result.get(), 0, 0, gdImageSX(result.get()), gdImageSY(result.get()),
                        gdTrueColor(255, 255, 255)); // behind what is transparent
    gd().copy_resampled(result.get(), image, 0, 0, 0, 0, gdImageSX(result.get()), gdImageSY(result.get()),
                        width, height);
    return result;
}

std::string jpeg_of(gdImage *image, int quality)
{
    int size = 0;
    std::unique_ptr<void, void (*)(void *)> const bytes(gd().jpeg(image, &size, quality), gd().free);
    return bytes ? std::string(static_cast<char const *>(bytes.get()), size) : std::string();
}

} // namespace

Result<std::string> jpeg_within(std::string_view image, size_t most_bytes)
{
    if (is_jpeg(image) && image.size() <= most_bytes)
        return std::string(image);
    Error const unreadable{ErrorKind::bad_request, "it is no JPEG or PNG"};
    if (image.size() > largest_image_bytes)
        return unreadable;
    if (!gd().is_complete)
        return Error{ErrorKind::temporary, "no picture can be made smaller: " + gd().fault};
    gd().set_error_method(say_nothing); // broken pictures are none of the admin's business
    auto const decoded = decode(image);
    int const held = is_jpeg(image) ? orientation(image) : 1;
    for (int longest = longest_side; decoded && longest >= 32; longest = longest * 3 / 4) {
        auto const small = turned(scaled(decoded.get(), longest), held);
        for (int const quality : {85, 70, 50}) {
            auto const bytes = small ? jpeg_of(small.get(), quality) : std::string();
            if (!bytes.empty() && bytes.size() <= most_bytes)
                return bytes;
        }
    }
    return unreadable;
}

} // namespace eas
