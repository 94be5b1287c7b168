// eas-ping: one process holds every waiting phone, so that none of them costs a mail process. It has no
// rights on any mail and does not link Dovecot's storage library.
//
// Option -s: what nobody waits for is forgotten after so many seconds (up to twice as many).
//
// When Dovecot stops or reloads, the phones get their answer "nothing changed" and come back by themselves.
#include "ping/process-link.h"
#include "ping/status.h"
#include <sys/inotify.h>
#include <sys/resource.h>

namespace {

using namespace eas;

constexpr unsigned title_interval_ms = 1000;

struct Service {
    Service(int inotify_fd, std::string const &base_dir, unsigned sweep_seconds)
        : watches(inotify_fd),
          phones(watches, base_dir + "/eas-master", base_dir + "/eas-ldap-watch", sweep_seconds),
          links(phones, inotify_fd)
    {}
    WatchTable watches;
    Phones phones;
    ProcessLinks links;
    std::string title;
};

Service *service;

void client_connected(struct master_service_connection *connection)
{
    master_service_client_connection_accept(connection);
    if (strcmp(connection->name, "eas-ping-status") == 0)
        send_status(connection->fd, service->phones);
    else
        service->links.add(connection->fd);
}

void refresh_title(void *)
{
    std::string title = "[" + std::to_string(service->phones.count()) + " waiting";
    if (size_t resuming = service->phones.resuming() + service->phones.queued())
        title += ", " + std::to_string(resuming) + " waking";
    title += "]";
    if (title == service->title)
        return;
    service->title = std::move(title);
    process_title_set(service->title.c_str());
}

/// A connection is one descriptor; the soft limit is often 1024.
void raise_descriptor_limit()
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        i_warning("setrlimit(RLIMIT_NOFILE) failed: %m");
}

int open_inotify()
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd == -1)
        i_fatal("inotify_init1() failed: %m (see fs.inotify.max_user_instances)");
    return fd;
}

} // namespace

int main(int argc, char *argv[])
{
    unsigned sweep_seconds = WatchTable::sweep_seconds;
    master_service = master_service_init("eas-ping", master_service_flags(0), &argc, &argv, "s:");
    for (int option; (option = master_getopt(master_service)) > 0;)
        if (option != 's' || str_to_uint(optarg, &sweep_seconds) < 0 || sweep_seconds == 0)
            return FATAL_DEFAULT;
    char const *error;
    if (master_service_settings_read_simple(master_service, nullptr, &error) < 0)
        i_fatal("Error reading configuration: %s", error);
    master_service_init_log(master_service);
    raise_descriptor_limit();
    restrict_access_by_env(RESTRICT_ACCESS_FLAG_ALLOW_ROOT, nullptr);
    restrict_access_allow_coredumps(true);

    struct master_service_settings const *settings = master_service_settings_get(master_service);
    service = new Service(open_inotify(), settings->base_dir, sweep_seconds);
    struct timeout *title_timer = nullptr;
    if (settings->verbose_proctitle)
        title_timer = timeout_add(title_interval_ms, refresh_title, static_cast<void *>(nullptr));
    master_service_init_finish(master_service);

    master_service_run(master_service, client_connected);

    timeout_remove(&title_timer);
    delete service;
    master_service_deinit(&master_service);
    return 0;
}
