// One allocation a phone: the struct, its links, its texts.
#include "ping/phone.h"
#include <cstring>
#include <ctime>
#include <new>
#include <unistd.h>

namespace eas {

static_assert(sizeof(Phone) % alignof(WatchLink) == 0);

uint64_t monotonic_ms()
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return uint64_t(now.tv_sec) * 1000 + uint64_t(now.tv_nsec) / 1000000;
}

Phone *Phone::create(ParkMessage const &message, int fd, uint32_t uid)
{
    std::array<std::string_view, text_count> texts = {
        message.user,    message.device_id, message.remote_ip,  message.command,
        message.folders, message.answer,    message.connection, message.request};
    size_t text_bytes = 0;
    for (std::string_view text : texts)
        text_bytes += text.size();
    size_t link_bytes = message.watches.size() * sizeof(WatchLink);
    auto *memory = static_cast<char *>(::operator new(sizeof(Phone) + link_bytes + text_bytes));
    auto *phone = new (memory) Phone;
    phone->fd = fd;
    phone->parked_by_uid = uid;
    phone->deadline_ms = message.deadline_ms;
    phone->idle_seconds = message.idle_seconds;
    phone->poll_seconds = message.poll_seconds;
    phone->unread = message.input_read;
    phone->history = message.history;
    phone->link_count = uint32_t(message.watches.size());
    for (size_t i = 0; i < phone->link_count; i++)
        new (memory + sizeof(Phone) + i * sizeof(WatchLink)) WatchLink;
    char *out = memory + sizeof(Phone) + link_bytes;
    uint32_t end = 0;
    for (size_t i = 0; i < texts.size(); i++) {
        std::memcpy(out + end, texts[i].data(), texts[i].size());
        phone->text_ends[i] = end += uint32_t(texts[i].size());
    }
    return phone;
}

void Phone::destroy(Phone *phone)
{
    close(phone->fd);
    phone->~Phone();
    ::operator delete(phone);
}

bool Phone::waits_for_answer() const
{
    return state == PhoneState::waiting || state == PhoneState::delayed ||
           (state == PhoneState::queued && reason == ResumeReason::changed);
}

std::span<WatchLink> Phone::links()
{
    return {reinterpret_cast<WatchLink *>(this + 1), link_count};
}

char const *Phone::texts() const
{
    return reinterpret_cast<char const *>(this + 1) + link_count * sizeof(WatchLink);
}

std::string_view Phone::text(Text which) const
{
    uint32_t begin = which == 0 ? 0 : text_ends[which - 1];
    return {texts() + begin, text_ends[which] - begin};
}

} // namespace eas
