// See hand-over.h. Reads with limits: the other end is another process, perhaps of another version.
#include "login/hand-over.h"
#include "base/text.h"
#include "login/request-header.h"
#include <algorithm>

namespace eas {

namespace {

constexpr char hand_over_version = 1;
constexpr std::string_view relogin_version = "eas-relogin 1";
constexpr size_t max_relogin_line_bytes = 300;

enum Flag : unsigned char { secured = 1, ssl_secured = 2, trusted = 4, forwarded = 8 };

unsigned char encode_flags(ConnectionOrigin const &origin)
{
    return (origin.secured ? secured : 0) | (origin.ssl_secured ? ssl_secured : 0) |
           (origin.trusted ? trusted : 0) | (origin.forwarded ? forwarded : 0);
}

void decode_flags(unsigned flags, ConnectionOrigin &origin)
{
    origin.secured = flags & secured;
    origin.ssl_secured = flags & ssl_secured;
    origin.trusted = flags & trusted;
    origin.forwarded = flags & forwarded;
}

/// Takes bytes from the front; after the first lack of them everything is empty.
class Reader {
public:
    explicit Reader(std::string_view data) : m_data(data) {}
    std::string_view take(size_t bytes)
    {
        m_ok = m_ok && bytes <= m_data.size();
        if (!m_ok)
            return {};
        std::string_view const taken = m_data.substr(0, bytes);
        m_data.remove_prefix(bytes);
        return taken;
    }
    size_t number(size_t bytes)
    {
        size_t value = 0;
        for (unsigned char const byte : take(bytes))
            value = value << 8 | byte;
        return value;
    }
    template <size_t size> void copy(std::array<unsigned char, size> &to)
    {
        std::string_view const bytes = take(size);
        std::copy(bytes.begin(), bytes.end(), to.begin());
    }
    std::string_view rest() const { return m_data; }
    bool ok() const { return m_ok; }

private:
    std::string_view m_data;
    bool m_ok = true;
};

std::optional<uint16_t> parse_port(std::string_view text)
{
    auto const number = parse_unsigned(text);
    return number && *number <= UINT16_MAX ? std::optional<uint16_t>(*number) : std::nullopt;
}

} // namespace

std::string encode_hand_over(HandOver const &hand_over)
{
    std::string data(1, hand_over_version);
    data += static_cast<char>(encode_flags(hand_over.origin));
    data.append(hand_over.credentials.key.begin(), hand_over.credentials.key.end());
    data.append(hand_over.credentials.fingerprint.begin(), hand_over.credentials.fingerprint.end());
    data += static_cast<char>(hand_over.origin.peer.size());
    data += hand_over.origin.peer;
    data += static_cast<char>(hand_over.header.size() >> 8);
    data += static_cast<char>(hand_over.header.size() & 0xff);
    return data.append(hand_over.header);
}

std::optional<HandOver> decode_hand_over(std::string_view data)
{
    HandOver hand_over;
    Reader reader(data);
    if (reader.number(1) != hand_over_version)
        return std::nullopt;
    decode_flags(reader.number(1), hand_over.origin);
    reader.copy(hand_over.credentials.key);
    reader.copy(hand_over.credentials.fingerprint);
    hand_over.origin.peer = reader.take(reader.number(1));
    hand_over.header = reader.take(reader.number(2));
    if (!reader.ok())
        return std::nullopt;
    hand_over.rest = reader.rest();
    return hand_over;
}

std::string encode_relogin(Relogin const &relogin)
{
    std::string data(relogin_version);
    for (std::string const &field :
         {std::to_string(encode_flags(relogin.origin)), relogin.remote_ip,
          std::to_string(relogin.remote_port), relogin.local_ip, std::to_string(relogin.local_port),
          relogin.origin.peer, std::to_string(relogin.header.size()), std::to_string(relogin.rest.size())})
        data.append("\t").append(field);
    return data.append("\n").append(relogin.header).append(relogin.rest);
}

DecodeStatus decode_relogin(std::string_view data, Relogin &relogin)
{
    size_t const line_end = data.substr(0, max_relogin_line_bytes).find('\n');
    if (line_end == data.npos)
        return data.size() < max_relogin_line_bytes ? DecodeStatus::incomplete : DecodeStatus::malformed;
    auto const fields = split(data.substr(0, line_end), '\t');
    if (fields.size() != 9 || fields[0] != relogin_version)
        return DecodeStatus::malformed;
    auto const flags = parse_unsigned(fields[1]);
    auto const remote_port = parse_port(fields[3]), local_port = parse_port(fields[5]);
    auto const header_bytes = parse_unsigned(fields[7]), rest_bytes = parse_unsigned(fields[8]);
    if (!flags || !remote_port || !local_port || !header_bytes || !rest_bytes ||
        *header_bytes > max_raw_header_bytes || *rest_bytes > max_relogin_rest_bytes)
        return DecodeStatus::malformed;
    data.remove_prefix(line_end + 1);
    if (data.size() < *header_bytes + *rest_bytes)
        return DecodeStatus::incomplete;

    decode_flags(*flags, relogin.origin);
    relogin.remote_ip = fields[2];
    relogin.remote_port = *remote_port;
    relogin.local_ip = fields[4];
    relogin.local_port = *local_port;
    relogin.origin.peer = fields[6];
    relogin.header = data.substr(0, *header_bytes);
    relogin.rest = data.substr(*header_bytes, *rest_bytes);
    return DecodeStatus::ok;
}

} // namespace eas
