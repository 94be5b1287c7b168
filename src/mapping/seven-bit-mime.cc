// Only as much of MIME is understood as is needed to tell leaves from what is around them; a structure that
// is broken gives more or fewer leaves, but the same ones in both passes.
#include "mapping/seven-bit-mime.h"
#include "base/text.h"
#include <algorithm>
#include <utility>

namespace eas {
namespace {

constexpr size_t piece_bytes = 8192;       // of a line that does not end
constexpr size_t max_header_bytes = 65536; // of a part; the rest is body
constexpr size_t max_depth = 100;
constexpr size_t max_quoted_line = 75; // without the "=" of a soft line end

bool is_blank_line(std::string_view line)
{
    return line == "\n" || line == "\r\n";
}

/// Value of a header field, unfolded; "" if there is none.
std::string field(std::string_view header, std::string_view name)
{
    std::string value;
    bool inside = false;
    for (auto line : split(header, '\n')) {
        bool continued = line.starts_with(' ') || line.starts_with('\t');
        if (!continued && !value.empty())
            break;
        if (!continued)
            inside = equals_ignoring_case(line.substr(0, name.size()), name);
        if (inside)
            value += continued ? line : line.substr(name.size());
    }
    return value;
}

/// "multipart/mixed" of "Multipart/Mixed; boundary=x"
std::string first_word(std::string_view value)
{
    return to_lower(trim(value.substr(0, value.find(';'))));
}

std::string boundary_of(std::string_view content_type)
{
    auto at = to_lower(content_type).find("boundary=");
    if (at == std::string::npos)
        return "";
    auto value = trim(content_type.substr(at + 9));
    if (value.starts_with('"'))
        return std::string(value.substr(1, value.find('"', 1) - 1));
    return std::string(value.substr(0, value.find_first_of("; \t\r\n")));
}

/// The header with a new Content-Transfer-Encoding in the place of its own, or at its end.
std::string with_quoted_printable(std::string_view header)
{
    constexpr std::string_view name = "Content-Transfer-Encoding:";
    std::string out;
    bool skip = false;
    while (!header.empty()) {
        auto end = std::min(header.find('\n'), header.size() - 1) + 1;
        auto line = header.substr(0, end);
        header.remove_prefix(end);
        bool continued = line.starts_with(' ') || line.starts_with('\t');
        if (!continued)
            skip = equals_ignoring_case(line.substr(0, name.size()), name);
        if (is_blank_line(line))
            out += std::string(name) + " quoted-printable\r\n";
        if (!skip || is_blank_line(line))
            out += line;
    }
    return out;
}

/// UTF-8 of characters that XML has.
bool fits_xml(std::string_view text)
{
    bool ascii = std::ranges::all_of(
        text, [](char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n'; });
    return ascii || sanitize_utf8(text) == text;
}

} // namespace

Result<void> SevenBitMime::write(std::string_view bytes)
{
    if (m_left == 0)
        return Error{ErrorKind::too_large, "the wanted part of the message is read"};
    m_left -= std::min<uint64_t>(m_left, bytes.size());
    while (!bytes.empty()) {
        auto end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
        end = std::min(end, piece_bytes - m_line.size());
        m_line += bytes.substr(0, end);
        bytes.remove_prefix(end);
        if (!m_line.ends_with('\n') && m_line.size() < piece_bytes)
            continue;
        auto taken = take_piece(m_line);
        if (!taken)
            return taken;
        m_line.clear();
    }
    return {};
}

Result<void> SevenBitMime::finish()
{
    if (!m_line.empty())
        if (auto taken = take_piece(m_line); !taken)
            return taken;
    m_line.clear();
    return pass(m_header); // of a part that has no body
}

Result<void> SevenBitMime::take_piece(std::string_view piece)
{
    bool starts_line = std::exchange(m_at_line_start, piece.ends_with('\n'));
    if (starts_line && take_boundary(piece)) {
        auto header = std::exchange(m_header, "");
        m_column = 0;
        if (auto passed = pass(header); !passed)
            return passed;
        return pass(piece);
    }
    if (m_place == Place::header) {
        m_header += piece;
        bool ends = (starts_line && is_blank_line(piece)) || m_header.size() > max_header_bytes;
        return ends ? end_header() : Result<void>();
    }
    return take_body(piece);
}

/// Whether the line is a boundary of one of the open multiparts. An outer one ends those inside.
bool SevenBitMime::take_boundary(std::string_view line)
{
    if (!line.starts_with("--"))
        return false;
    for (size_t i = m_boundaries.size(); i-- > 0;) {
        if (!line.substr(2).starts_with(m_boundaries[i]))
            continue;
        bool closes = line.substr(2 + m_boundaries[i].size()).starts_with("--");
        m_boundaries.resize(closes ? i : i + 1);
        m_place = closes ? Place::between : Place::header;
        return true;
    }
    return false;
}

Result<void> SevenBitMime::end_header()
{
    auto header = std::exchange(m_header, "");
    auto content_type = field(header, "Content-Type:");
    auto type = first_word(content_type);
    auto encoding = first_word(field(header, "Content-Transfer-Encoding:"));
    m_is_encoded = encoding == "base64" || encoding == "quoted-printable";
    if (auto boundary = boundary_of(content_type);
        type.starts_with("multipart/") && !boundary.empty() && m_boundaries.size() < max_depth) {
        m_boundaries.push_back(std::move(boundary));
        m_place = Place::between;
        return pass(header);
    }
    if (type == "message/rfc822" && !m_is_encoded)
        return pass(header); // another header follows
    m_place = Place::leaf;
    ++m_leaves;
    m_column = 0;
    if (!m_sink)
        m_encode.resize(m_leaves);
    bool encode = m_leaves <= m_encode.size() && m_encode[m_leaves - 1];
    return pass(encode ? with_quoted_printable(header) : header);
}

Result<void> SevenBitMime::take_body(std::string_view piece)
{
    if (m_place == Place::between)
        return pass(piece);
    if (!m_sink) {
        if (!m_is_encoded && !m_encode[m_leaves - 1])
            m_encode[m_leaves - 1] = !fits_xml(piece);
        return {};
    }
    bool encode = m_leaves <= m_encode.size() && m_encode[m_leaves - 1];
    return pass(encode ? quoted_printable(piece) : std::string(piece));
}

/// RFC 2045 section 6.7.
std::string SevenBitMime::quoted_printable(std::string_view piece)
{
    constexpr char digits[] = "0123456789ABCDEF";
    bool ends_line = piece.ends_with('\n');
    if (ends_line)
        piece.remove_suffix(piece.ends_with("\r\n") ? 2 : 1);
    std::string out;
    out.reserve(piece.size() * 2);
    for (size_t i = 0; i < piece.size(); ++i) {
        auto byte = static_cast<unsigned char>(piece[i]);
        bool blank_inside = (byte == ' ' || byte == '\t') && i + 1 < piece.size();
        bool literal = (byte > ' ' && byte <= '~' && byte != '=') || blank_inside;
        size_t width = literal ? 1 : 3;
        if (m_column + width > max_quoted_line) {
            out += "=\r\n";
            m_column = 0;
        }
        if (literal)
            out += piece[i];
        else
            out.append({'=', digits[byte >> 4], digits[byte & 15]});
        m_column += width;
    }
    if (ends_line) {
        out += "\r\n";
        m_column = 0;
    }
    return out;
}

} // namespace eas
