// See fields.h.
#include "base/fields.h"

namespace eas {

namespace {

std::string escape(std::string_view value, bool blanks)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string escaped;
    escaped.reserve(value.size());
    for (unsigned char c : value) {
        if (c < 0x20 || c == '%' || c == 0x7f || (blanks && c == ' ')) {
            escaped += '%';
            escaped += digits[c >> 4];
            escaped += digits[c & 15];
        } else {
            escaped += static_cast<char>(c);
        }
    }
    return escaped;
}

} // namespace

void FieldWriter::add(std::string_view name, std::string_view value)
{
    text.append(name).append(1, ' ').append(escape(value, false)).append(1, '\n');
}

std::vector<Field> parse_fields(std::string_view text)
{
    std::vector<Field> fields;
    for (auto line : split(text, '\n')) {
        auto blank = line.find(' ');
        if (blank == line.npos)
            continue;
        if (auto value = percent_decode(line.substr(blank + 1)))
            fields.push_back({line.substr(0, blank), std::move(*value)});
    }
    return fields;
}

std::string join_pieces(std::vector<std::string> const &pieces)
{
    std::string joined;
    for (auto &piece : pieces) {
        if (&piece != &pieces.front())
            joined += ' ';
        joined += escape(piece, true);
    }
    return joined;
}

std::vector<std::string> split_pieces(std::string_view value)
{
    std::vector<std::string> pieces;
    for (auto piece : split(value, ' '))
        pieces.push_back(percent_decode(piece).value_or(""));
    return pieces;
}

} // namespace eas
