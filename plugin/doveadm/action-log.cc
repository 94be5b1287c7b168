// See action-log.h. doveadm-server logs through Dovecot's log process as every service does.
#include "doveadm/action-log.h"
#include "compat/doveadm.h"
#include <syslog.h>

namespace eas {

namespace {

int log_fd = -1;
bool uses_syslog = false;

/// As Dovecot's own lines look.
std::string log_line(std::string const &text)
{
    DataStackFrame frame;
    return std::string(t_strflocaltime(service_set->log_timestamp, time(nullptr))) + i_get_failure_prefix() +
           "Info: " + text + "\n";
}

} // namespace

void open_action_log()
{
    if (doveadm_server || log_fd != -1 || uses_syslog)
        return;
    char const *path =
        *service_set->info_log_path != '\0' ? service_set->info_log_path : service_set->log_path;
    if (*path == '/')
        log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (*path == '/' && log_fd == -1)
        i_warning("Cannot write to the log: open(%s) failed: %m", path);
    int facility;
    if (strcmp(path, "syslog") == 0 && syslog_facility_find(service_set->syslog_facility, &facility)) {
        openlog("dovecot", LOG_NDELAY, facility);
        uses_syslog = true;
    }
}

void log_action(std::string const &text)
{
    i_info("%s", text.c_str());
    if (log_fd != -1) {
        auto const line = log_line(text);
        if (write_full(log_fd, line.data(), line.size()) < 0)
            i_warning("Cannot write to the log: %m");
    }
    if (uses_syslog)
        syslog(LOG_INFO, "%s%s", i_get_failure_prefix(), text.c_str());
}

} // namespace eas
