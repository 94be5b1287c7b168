// See http-compression.h.
#include "request/http-compression.h"
#include "base/text.h"
#include <algorithm>
#include <zlib.h>

namespace eas {

namespace {

/// "q=0", "q=0.000": what the client does not take.
bool is_refused(std::string_view parameters)
{
    for (auto const parameter : split(parameters, ';')) {
        auto const weight = trim(parameter);
        if (weight.size() > 2 && equals_ignoring_case(weight.substr(0, 2), "q="))
            return weight.find_first_not_of("0.", 2) == weight.npos;
    }
    return false;
}

} // namespace

bool accepts_gzip(std::string_view accept_encoding)
{
    bool takes_any = false;
    for (auto const item : split(accept_encoding, ',')) {
        auto const end = std::min(item.find(';'), item.size());
        auto const coding = trim(item.substr(0, end));
        bool const is_taken = !is_refused(item.substr(end));
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
            return is_taken;
        if (coding == "*")
            takes_any = is_taken;
    }
    return takes_any;
}

std::string gzip(std::string_view bytes)
{
    constexpr int gzip_window = MAX_WBITS + 16, memory_level = 8;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        return {};
    std::string compressed(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    deflate(&stream, Z_FINISH); // there is room for all
    compressed.resize(stream.total_out);
    deflateEnd(&stream);
    return compressed;
}

} // namespace eas
