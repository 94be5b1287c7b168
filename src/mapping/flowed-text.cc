// format=flowed, RFC 3676: a line that ends with a blank goes on in the next one of the same quote depth.
#include "mapping/html-text.h"

namespace eas {
namespace {

constexpr std::string_view signature = "-- ";

struct Line {
    size_t quotes = 0;
    std::string_view text; ///< without quotes, stuffing and line end
    bool flows = false;    ///< goes on in the next line
};

/// Takes the first line from `text`. RFC 3676 section 4: quotes, then stuffing, then flow.
Line take_line(std::string_view &text)
{
    size_t end = text.find('\n');
    Line line{0, text.substr(0, end), false};
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.text.ends_with('\r'))
        line.text.remove_suffix(1);
    while (line.text.starts_with('>')) {
        line.text.remove_prefix(1);
        ++line.quotes;
    }
    if (line.text.starts_with(' '))
        line.text.remove_prefix(1);
    line.flows = line.text.ends_with(' ') && line.text != signature;
    return line;
}

} // namespace

std::string unflow(std::string_view text, bool del_sp)
{
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    bool flowing = false;
    size_t quotes = 0;
    while (!text.empty()) {
        bool has_line_end = text.find('\n') != std::string_view::npos;
        auto line = take_line(text);
        // A change of depth or a signature ends a paragraph, even one that promised to go on.
        bool joins = flowing && line.quotes == quotes && line.text != signature;
        if (flowing && !joins)
            out += '\n';
        if (!joins && line.quotes > 0)
            out.append(line.quotes, '>') += ' ';
        out += line.text;
        if (line.flows && del_sp)
            out.pop_back();
        if (!line.flows && has_line_end)
            out += '\n';
        flowing = line.flows;
        quotes = line.quotes;
    }
    return out;
}

} // namespace eas
