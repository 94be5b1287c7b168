// Thread-Index, decoded: 0x01; the upper 5 of the lower 7 bytes of the FILETIME of the conversation's first
// message; a GUID; then for each answer a Response Level of 5 bytes: the time since the first message. On the
// wire of ActiveSync the 0x01 and the GUID are left out.
//
// A message without Thread-Index stands at its own time; how often it was answered before is known, when is
// not.
#include "mapping/conversation.h"
#include "base/random.h"
#include "base/text.h"
#include <algorithm>
#include <openssl/sha.h>

namespace eas {

namespace {

constexpr size_t max_message_id_bytes = 900;
constexpr size_t id_bytes = 16, time_bytes = 5, level_bytes = 5, header_bytes = 1 + time_bytes + id_bytes;
constexpr size_t max_levels = 50;

/// Of the field Thread-Index.
struct ThreadIndex {
    std::string time, guid, levels;
    bool is_of_reply() const { return !levels.empty(); }
};

std::optional<ThreadIndex> parse_thread_index(std::string const &field)
{
    if (field.empty())
        return std::nullopt;
    auto const bytes = base64_decode(field);
    if (!bytes || bytes->size() < header_bytes || bytes->front() != 1)
        return std::nullopt;
    size_t const levels = std::min((bytes->size() - header_bytes) / level_bytes, max_levels);
    return ThreadIndex{bytes->substr(1, time_bytes), bytes->substr(1 + time_bytes, id_bytes),
                       bytes->substr(header_bytes, levels * level_bytes)};
}

/// 100-nanosecond units since 1601-01-01. MS-DTYP 2.3.3.
uint64_t filetime(Instant instant)
{
    constexpr int64_t epoch_milliseconds = 11'644'473'600'000;
    return static_cast<uint64_t>((instant.milliseconds + epoch_milliseconds) * 10'000);
}

std::string big_endian(uint64_t number, size_t bytes)
{
    std::string text;
    for (size_t i = bytes; i-- > 0;)
        text += static_cast<char>(number >> 8 * i & 0xff);
    return text;
}

std::string time_of(Instant instant)
{
    return big_endian(filetime(instant) >> 16, time_bytes);
}

uint64_t filetime_of(std::string const &time)
{
    uint64_t number = 1; // the highest byte, from 1829 to 2057
    for (char byte : time)
        number = number << 8 | static_cast<unsigned char>(byte);
    return number << 16;
}

/// MS-OXOMSG 2.2.1.3: up to 1.7 years in units of 26 ms, more in units of 0.8 s; then four random bits.
std::string response_level(std::string const &first, Instant now)
{
    constexpr uint64_t high_bits = 0x00fe'0000'0000'0000;
    uint64_t const start = filetime_of(first), end = filetime(now);
    uint64_t const passed = end > start ? end - start : 0;
    bool const is_long = (passed & high_bits) != 0;
    uint64_t const delta = (is_long ? passed >> 23 : passed >> 18) & 0x7fff'ffff;
    char const random = static_cast<char>(random_bytes(1)[0] & 0xf0);
    return big_endian(static_cast<uint64_t>(is_long) << 31 | delta, 4) + random;
}

/// The first id in a field, without a copy; "" if there is none.
std::string_view first_message_id(std::string_view field)
{
    size_t const start = field.find('<');
    size_t const end = field.find('>', start == field.npos ? 0 : start);
    return start == field.npos || end == field.npos ? "" : field.substr(start, end + 1 - start);
}

std::string digest(std::string_view text)
{
    unsigned char bytes[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<unsigned char const *>(text.data()), text.size(), bytes);
    return {reinterpret_cast<char const *>(bytes), id_bytes};
}

/// The levels of a message without Thread-Index: how many messages it answers, directly or not.
std::string levels_of(MailHeaders const &headers)
{
    auto levels = static_cast<size_t>(std::ranges::count(headers.references, '<'));
    if (levels == 0 && !first_message_id(headers.in_reply_to).empty())
        levels = 1;
    return std::string(std::min(levels, max_levels) * level_bytes, '\0');
}

} // namespace

std::vector<std::string> message_ids(std::string_view field)
{
    std::vector<std::string> ids;
    for (size_t start = field.find('<'); start != field.npos; start = field.find('<', start + 1)) {
        size_t const end = field.find_first_of("<> \t\r\n", start + 1);
        bool const is_id = end != field.npos && field[end] == '>' && end - start < max_message_id_bytes;
        if (is_id)
            ids.emplace_back(field.substr(start, end + 1 - start));
    }
    return ids;
}

std::string conversation_id(MailHeaders const &headers)
{
    if (auto const id = first_message_id(headers.references); !id.empty())
        return digest(id);
    if (auto const id = first_message_id(headers.in_reply_to); !id.empty())
        return digest(id);
    if (auto index = parse_thread_index(headers.thread_index); index && index->is_of_reply())
        return std::move(index->guid);
    if (auto const id = first_message_id(headers.message_id); !id.empty())
        return digest(id);
    return digest(headers.message_id + '\n' + headers.from + '\n' + headers.subject + '\n' +
                  std::to_string(headers.sent.milliseconds));
}

std::optional<ConversationKey> conversation_key(std::string_view id)
{
    if (id.size() != id_bytes)
        return std::nullopt;
    ConversationKey key = 0;
    for (char byte : id.substr(0, sizeof(key)))
        key = key << 8 | static_cast<unsigned char>(byte);
    return std::max<ConversationKey>(key, 1);
}

std::string conversation_index(MailHeaders const &headers)
{
    if (auto const index = parse_thread_index(headers.thread_index))
        return index->time + index->levels;
    return time_of(headers.sent) + levels_of(headers);
}

std::string thread_index_of_reply(MailHeaders const &original, Instant now)
{
    auto index = parse_thread_index(original.thread_index);
    if (!index)
        index = ThreadIndex{time_of(original.sent), conversation_id(original), levels_of(original)};
    if (index->levels.size() < max_levels * level_bytes)
        index->levels += response_level(index->time, now);
    return base64_encode('\1' + index->time + index->guid + index->levels);
}

} // namespace eas
