// See http-compression.h.
#include "request/http-compression.h"
#include "base/accept-field.h"
#include "base/text.h"
#include <zlib.h>

namespace eas {

bool accepts_gzip(std::string_view accept_encoding)
{
    bool takes_any = false;
    for (auto const &[coding, weight] : parse_accept_field(accept_encoding)) {
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
            return weight > 0;
        if (coding == "*")
            takes_any = weight > 0;
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
