// Framing and fields of the messages about waiting phones; see park-message.h for the format.
#include "ping/park-message.h"
#include <algorithm>
#include <cstring>

namespace eas {
namespace {

constexpr uint8_t protocol_version = 2;
constexpr size_t frame_head_bytes = 8;
constexpr size_t max_headers = 64;
constexpr size_t max_secret_bytes = 64;
constexpr size_t max_small_text_bytes = 1024;
constexpr size_t max_input_bytes = 16 * 1024;

constexpr uint64_t quiet_ms = 1000;
constexpr uint32_t first_delay_ms = 10;
constexpr uint32_t delay_step_ms = 50;
constexpr uint32_t max_delay_ms = 2000;

class Packer {
public:
    template <class Number> Packer &number(Number value)
    {
        m_bytes.append(reinterpret_cast<char const *>(&value), sizeof value);
        return *this;
    }
    Packer &text(std::string_view value)
    {
        number(uint32_t(value.size()));
        m_bytes.append(value);
        return *this;
    }
    std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

/// Reads what Packer wrote. After the first mistake every further value is empty and ok() is false.
class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : m_rest(bytes) {}

    template <class Number> Unpacker &number(Number &value)
    {
        if (m_rest.size() < sizeof value)
            return fail();
        std::memcpy(&value, m_rest.data(), sizeof value);
        m_rest.remove_prefix(sizeof value);
        return *this;
    }
    Unpacker &flag(bool &value)
    {
        uint8_t byte = 0;
        number(byte);
        value = byte != 0;
        return byte > 1 ? fail() : *this;
    }
    Unpacker &text(std::string &value, size_t max_bytes)
    {
        uint32_t size = 0;
        number(size);
        if (size > max_bytes || size > m_rest.size())
            return fail();
        value.assign(m_rest.substr(0, size));
        m_rest.remove_prefix(size);
        return *this;
    }
    /// The number of entries that follow, each of `entry_bytes` at least.
    uint32_t count(size_t max_count, size_t entry_bytes)
    {
        uint32_t value = 0;
        number(value);
        if (value > max_count || value > m_rest.size() / entry_bytes) {
            fail();
            return 0;
        }
        return value;
    }
    Unpacker &fail()
    {
        m_ok = false;
        m_rest = {};
        return *this;
    }
    bool complete() const { return m_ok && m_rest.empty(); }

private:
    std::string_view m_rest;
    bool m_ok = true;
};

template <class Message> std::optional<Message> if_complete(Unpacker const &in, Message &&message)
{
    if (!in.complete())
        return std::nullopt;
    return std::forward<Message>(message);
}

} // namespace

std::optional<std::string> encode_frame(FrameType type, std::string_view body)
{
    if (body.size() > max_frame_body_bytes)
        return std::nullopt;
    Packer out;
    out.number(protocol_version).number(uint8_t(type)).number(uint16_t(0)).text(body);
    return out.take();
}

void FrameReader::append(std::string_view bytes)
{
    if (m_used > 0) {
        m_bytes.erase(0, m_used);
        m_used = 0;
    }
    m_bytes.append(bytes);
}

FrameReader::State FrameReader::next(Frame &frame)
{
    std::string_view rest = std::string_view(m_bytes).substr(m_used);
    if (rest.empty())
        return State::incomplete;
    if (uint8_t(rest[0]) != protocol_version)
        return State::broken;
    if (rest.size() < frame_head_bytes)
        return State::incomplete;
    uint32_t size;
    std::memcpy(&size, rest.data() + 4, sizeof size);
    if (size > max_frame_body_bytes || rest[2] != 0 || rest[3] != 0)
        return State::broken;
    if (rest.size() - frame_head_bytes < size)
        return State::incomplete;
    frame.type = FrameType(uint8_t(rest[1]));
    frame.body = rest.substr(frame_head_bytes, size);
    m_used += frame_head_bytes + size;
    return State::frame;
}

uint32_t wake_delay_ms(WakeHistory const &history, uint64_t now_ms)
{
    bool quiet = history.last_wake_ms == 0 || now_ms < history.last_wake_ms ||
                 now_ms - history.last_wake_ms >= quiet_ms;
    if (quiet)
        return 0;
    if (history.delay_ms == 0)
        return first_delay_ms;
    return std::min(max_delay_ms, std::min(history.delay_ms, max_delay_ms) + delay_step_ms);
}

std::string encode(ParkMessage const &message)
{
    Packer out;
    out.number(message.deadline_ms).number(message.idle_seconds).number(message.poll_seconds);
    out.number(uint8_t(message.input_read));
    out.number(message.history.last_wake_ms).number(message.history.delay_ms);
    out.number(uint32_t(message.watches.size()));
    for (ParkedWatch const &watch : message.watches)
        out.number(watch.wd).number(watch.mask);
    out.text(message.contacts.dn).text(message.contacts.authorization_id);
    out.text(message.user).text(message.device_id).text(message.remote_ip);
    out.text(message.command).text(message.folders);
    out.text(message.answer).text(message.connection).text(message.request);
    return out.take();
}

std::optional<ParkMessage> decode_park(std::string_view body)
{
    ParkMessage message;
    Unpacker in(body);
    in.number(message.deadline_ms).number(message.idle_seconds).number(message.poll_seconds);
    in.flag(message.input_read);
    in.number(message.history.last_wake_ms).number(message.history.delay_ms);
    message.watches.resize(in.count(max_watches, sizeof(int32_t) + sizeof(uint32_t)));
    for (ParkedWatch &watch : message.watches)
        in.number(watch.wd).number(watch.mask);
    in.text(message.contacts.dn, max_dn_bytes).text(message.contacts.authorization_id, max_dn_bytes);
    in.text(message.user, max_user_bytes).text(message.device_id, max_device_id_bytes);
    in.text(message.remote_ip, max_small_text_bytes);
    in.text(message.command, max_small_text_bytes).text(message.folders, max_folders_bytes);
    in.text(message.answer, max_answer_bytes);
    in.text(message.connection, max_frame_body_bytes).text(message.request, max_frame_body_bytes);
    return if_complete(in, std::move(message));
}

std::string encode(ContactsMessage const &message)
{
    return Packer().text(message.dn).text(message.authorization_id).take();
}

std::optional<ContactsMessage> decode_contacts(std::string_view body)
{
    ContactsMessage message;
    Unpacker in(body);
    in.text(message.dn, max_dn_bytes).text(message.authorization_id, max_dn_bytes);
    return if_complete(in, std::move(message));
}

std::string encode(EndWaitsMessage const &message)
{
    return Packer().text(message.user).text(message.device_id).take();
}

std::optional<EndWaitsMessage> decode_end_waits(std::string_view body)
{
    EndWaitsMessage message;
    Unpacker in(body);
    in.text(message.user, max_user_bytes).text(message.device_id, max_device_id_bytes);
    return if_complete(in, std::move(message));
}

std::string encode(ResumeMessage const &message)
{
    Packer out;
    out.number(uint8_t(message.reason)).number(message.parked_by_uid);
    out.number(message.deadline_ms).number(message.wait_left_ms);
    out.number(message.history.last_wake_ms).number(message.history.delay_ms);
    out.text(message.user).text(message.connection).text(message.request);
    return out.take();
}

std::optional<ResumeMessage> decode_resume(std::string_view body)
{
    ResumeMessage message;
    uint8_t reason = 0;
    Unpacker in(body);
    in.number(reason).number(message.parked_by_uid).number(message.deadline_ms).number(message.wait_left_ms);
    in.number(message.history.last_wake_ms).number(message.history.delay_ms);
    in.text(message.user, max_user_bytes).text(message.connection, max_frame_body_bytes);
    in.text(message.request, max_frame_body_bytes);
    message.reason = ResumeReason(reason);
    if (message.reason != ResumeReason::changed && message.reason != ResumeReason::input)
        return std::nullopt;
    return if_complete(in, std::move(message));
}

std::string encode(ConnectionRecord const &record)
{
    Packer out;
    out.number(record.local_port).number(record.remote_port);
    out.number(uint8_t(record.secured)).number(uint8_t(record.ssl_secured));
    out.text(record.session_id).text(record.local_ip).text(record.remote_ip);
    out.text(record.credentials_key).text(record.credentials_hash);
    out.text(record.input).text(record.extra);
    return out.take();
}

std::optional<ConnectionRecord> decode_connection(std::string_view bytes)
{
    ConnectionRecord record;
    Unpacker in(bytes);
    in.number(record.local_port).number(record.remote_port).flag(record.secured).flag(record.ssl_secured);
    in.text(record.session_id, max_small_text_bytes).text(record.local_ip, max_small_text_bytes);
    in.text(record.remote_ip, max_small_text_bytes);
    in.text(record.credentials_key, max_secret_bytes).text(record.credentials_hash, max_secret_bytes);
    in.text(record.input, max_input_bytes).text(record.extra, max_small_text_bytes);
    return if_complete(in, std::move(record));
}

std::string encode(SavedRequest const &request)
{
    Packer out;
    out.text(request.method).text(request.path).text(request.query);
    out.number(uint32_t(request.headers.size()));
    for (auto const &[name, value] : request.headers)
        out.text(name).text(value);
    out.text(request.body);
    return out.take();
}

std::optional<SavedRequest> decode_request(std::string_view bytes)
{
    SavedRequest request;
    Unpacker in(bytes);
    in.text(request.method, max_small_text_bytes).text(request.path, max_frame_body_bytes);
    in.text(request.query, max_frame_body_bytes);
    request.headers.resize(in.count(max_headers, 2 * sizeof(uint32_t)));
    for (auto &[name, value] : request.headers)
        in.text(name, max_small_text_bytes).text(value, max_frame_body_bytes);
    in.text(request.body, max_frame_body_bytes);
    return if_complete(in, std::move(request));
}

} // namespace eas
