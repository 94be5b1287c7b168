// See wait-report.h.
#include "ping/wait-report.h"
#include "compat/dovecot.h"
#include <utility>

namespace eas {

namespace {

struct event_category event_category_eas = {.parent = nullptr, .name = "eas", .internal = nullptr};

char const *name_of(WaitEnd why)
{
    switch (why) {
    case WaitEnd::changed:
        return "changed";
    case WaitEnd::timeout:
        return "timeout";
    case WaitEnd::superseded:
        return "superseded";
    case WaitEnd::gone:
        return "gone";
    case WaitEnd::shutdown:
        return "shutdown";
    }
    return "";
}

/// Dovecot's stats process counts what its configuration asks for.
void tell(Phone const &phone, char const *event_name, char const *reason, uint64_t usecs)
{
    DataStackFrame frame;
    struct event *event = event_create(nullptr);
    event_add_category(event, &event_category_eas);
    event_set_name(event, event_name);
    event_add_str(event, "user", std::string(phone.text(Phone::user)).c_str());
    event_add_str(event, "device_id", std::string(phone.text(Phone::device_id)).c_str());
    if (reason != nullptr) {
        event_add_str(event, "reason", reason);
        event_add_int(event, "waiting_usecs", usecs);
    }
    e_debug(event, "%s", reason == nullptr ? "Waits" : reason);
    event_unref(&event);
}

void tell_anvil(Phone const &phone, char const *command)
{
    std::string ip(phone.text(Phone::remote_ip)), user(phone.text(Phone::user));
    if (ip.empty())
        return;
    DataStackFrame frame;
    master_service_anvil_send(master_service, t_strdup_printf("%s\t%s\teas/%s/%s\n", command, my_pid,
                                                              ip.c_str(), str_tabescape(user.c_str())));
}

} // namespace

void report_wait_begun(Phone &phone)
{
    phone.wait_began_ms = monotonic_ms();
    tell(phone, "eas_wait_started", nullptr, 0);
}

void report_wait_ended(Phone &phone, WaitEnd why)
{
    if (phone.wait_began_ms == 0)
        return;
    uint64_t const began_ms = std::exchange(phone.wait_began_ms, 0);
    tell(phone, "eas_wait_finished", name_of(why), (monotonic_ms() - began_ms) * 1000);
}

void report_connected(Phone const &phone)
{
    tell_anvil(phone, "CONNECT");
}

void report_disconnected(Phone const &phone)
{
    tell_anvil(phone, "DISCONNECT");
}

} // namespace eas
