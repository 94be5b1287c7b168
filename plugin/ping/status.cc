// See status.h. The list is made at once and sent as fast as the client reads it; eas-ping never waits.
#include "ping/status.h"

namespace eas {
namespace {

constexpr unsigned send_timeout_ms = 10 * 1000;

char const *state_name(PhoneState state)
{
    switch (state) {
    case PhoneState::prepared:
    case PhoneState::waiting:
        return "waiting";
    case PhoneState::delayed:
    case PhoneState::queued:
    case PhoneState::handing_over:
        return "waking";
    case PhoneState::idle:
        return "idle";
    }
    return "";
}

/// Seconds until the answer is due; 0 for a phone that has it already.
uint64_t seconds_left(Phone const &phone, uint64_t now_ms)
{
    bool const is_due = phone.state != PhoneState::idle && phone.deadline_ms > now_ms;
    return is_due ? (phone.deadline_ms - now_ms + 999) / 1000 : 0;
}

void add_text(string_t *out, std::string_view text)
{
    DataStackFrame frame;
    str_append_c(out, '\t');
    str_append_tabescaped_n(out, reinterpret_cast<unsigned char const *>(text.data()), text.size());
}

void add_phone(string_t *out, Phone const &phone, uint64_t now_ms)
{
    str_append(out, "PHONE");
    for (auto text : {Phone::user, Phone::device_id, Phone::remote_ip, Phone::command})
        add_text(out, phone.text(text));
    str_printfa(out, "\t%s\t%" PRIu64, state_name(phone.state), seconds_left(phone, now_ms));
    std::string waits_for(phone.text(Phone::folders));
    if (phone.contacts)
        waits_for.append(waits_for.empty() ? "" : ", ").append("(contacts)");
    add_text(out, waits_for);
    str_append_c(out, '\n');
}

struct Answer {
    int fd;
    struct ostream *output;
    struct timeout *timeout;
};

void finish(Answer *answer)
{
    timeout_remove(&answer->timeout);
    o_stream_destroy(&answer->output);
    i_close_fd(&answer->fd);
    delete answer;
    master_service_client_connection_destroyed(master_service);
}

int flush(Answer *answer)
{
    if (o_stream_flush(answer->output) == 0)
        return 0;
    finish(answer);
    return 1;
}

} // namespace

void send_status(int fd, Phones const &phones)
{
    string_t *text = str_new(default_pool, 4096);
    str_printfa(text, "VERSION\teas-ping-status\t1\t0\nPID\t%s\n", my_pid);
    phones.for_each([text, now_ms = monotonic_ms()](Phone const &phone) { add_phone(text, phone, now_ms); });
    str_append(text, "END\n");

    net_set_nonblock(fd, true);
    auto *answer = new Answer{fd, o_stream_create_fd(fd, SIZE_MAX), nullptr};
    o_stream_set_no_error_handling(answer->output, TRUE);
    o_stream_nsend(answer->output, str_data(text), str_len(text));
    str_free(&text);
    answer->timeout = timeout_add(send_timeout_ms, finish, answer);
    o_stream_set_flush_callback(answer->output, flush, answer);
    o_stream_set_flush_pending(answer->output, TRUE);
}

} // namespace eas
