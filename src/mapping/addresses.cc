// A field is cut into pieces at commas and semicolons outside of quotes, comments and angle brackets;
// each piece is then a mailbox, or the first half of a name that had a comma.
#include "mapping/addresses.h"
#include "base/text.h"
#include <utility>

namespace eas {
namespace {

constexpr size_t max_bytes_read = 256 * 1024; // a field is cut here; what fits into To is far less

struct Piece {
    std::string text;    ///< outside of angle brackets and comments, unquoted
    std::string angle;   ///< between angle brackets
    std::string comment; ///< the last one
    bool has_angle = false;
    bool was_quoted = false;
};

class PieceReader {
public:
    explicit PieceReader(std::string_view field) : m_rest(field.substr(0, max_bytes_read)) {}
    bool at_end() const { return m_rest.empty(); }
    Piece next();

private:
    char take()
    {
        char c = m_rest[0];
        m_rest.remove_prefix(1);
        return c;
    }
    void quoted(std::string &into);
    void angle(Piece &piece);
    void comment(Piece &piece);

    std::string_view m_rest;
};

void PieceReader::quoted(std::string &into)
{
    while (!m_rest.empty()) {
        char c = take();
        if (c == '"')
            return;
        if (c == '\\' && !m_rest.empty())
            c = take();
        into += c;
    }
}

void PieceReader::angle(Piece &piece)
{
    piece.angle.clear();
    piece.has_angle = true;
    while (!m_rest.empty()) {
        char c = take();
        if (c == '>')
            return;
        piece.angle += c;
    }
}

void PieceReader::comment(Piece &piece)
{
    piece.comment.clear();
    for (int depth = 1; !m_rest.empty();) {
        char c = take();
        if (c == '\\' && !m_rest.empty())
            c = take();
        else if (c == '(')
            ++depth;
        else if (c == ')' && --depth == 0)
            return;
        piece.comment += c;
    }
}

Piece PieceReader::next()
{
    Piece piece;
    bool in_literal = false; // user@[IPv6:...]
    while (!m_rest.empty()) {
        char c = take();
        if (c == '"') {
            piece.was_quoted = true;
            quoted(piece.text);
        } else if (c == '<') {
            angle(piece);
        } else if (c == '(') {
            comment(piece);
        } else if (c == ',' || c == ';') {
            break;
        } else if (c == ':' && !in_literal && piece.text.find('@') == std::string::npos) {
            piece = {}; // the name of a group
        } else {
            in_literal = c == '[' || (in_literal && c != ']');
            piece.text += c;
        }
    }
    return piece;
}

std::string one_line(std::string_view text)
{
    std::string out;
    for (char c : trim(text)) {
        bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank)
            out += c;
        else if (!out.ends_with(' '))
            out += ' ';
    }
    return out;
}

Address to_address(Piece const &piece)
{
    if (!piece.has_angle)
        return {one_line(piece.comment), one_line(piece.text)};
    Address address{one_line(piece.text), one_line(piece.angle)};
    if (address.name.empty())
        address.name = one_line(piece.comment);
    return address;
}

void append_quoted(std::string &out, std::string_view name)
{
    out += '"';
    for (char c : name) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += '"';
}

std::string format(Address const &address)
{
    if (address.name.empty() || address.name == address.address)
        return address.address;
    std::string out;
    append_quoted(out, address.name);
    if (!address.address.empty())
        out += " <" + address.address + ">";
    return out;
}

} // namespace

std::vector<Address> parse_addresses(std::string_view field)
{
    std::vector<Address> addresses;
    std::string half; // "Doe", of "Doe, John <j@example.com>"
    auto flush = [&] {
        if (!half.empty())
            addresses.push_back({"", std::exchange(half, "")});
    };
    for (PieceReader reader(field); !reader.at_end();) {
        auto piece = reader.next();
        auto address = to_address(piece);
        if (address.name.empty() && address.address.empty())
            continue;
        bool is_mailbox = piece.has_angle || address.address.find('@') != std::string::npos;
        if (!is_mailbox && !piece.was_quoted) {
            flush();
            half = address.address;
            continue;
        }
        if (!half.empty() && piece.has_angle && !piece.was_quoted && !address.name.empty())
            address.name = std::exchange(half, "") + ", " + address.name;
        flush();
        addresses.push_back(std::move(address));
    }
    flush();
    return addresses;
}

std::string format_addresses(std::vector<Address> const &addresses, std::string_view separator,
                             size_t max_bytes)
{
    std::string out;
    for (auto const &address : addresses) {
        auto text = sanitize_utf8(format(address));
        if (out.size() + separator.size() + text.size() > max_bytes)
            break;
        if (!out.empty())
            out += separator;
        out += text;
    }
    return out;
}

std::string format_display_names(std::vector<Address> const &addresses)
{
    std::vector<Address> names;
    names.reserve(addresses.size());
    for (auto const &address : addresses)
        names.push_back({"", address.name.empty() ? address.address : address.name});
    return format_addresses(names, "; ");
}

} // namespace eas
