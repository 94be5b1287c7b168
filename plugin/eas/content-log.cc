// See content-log.h.
#include "eas/content-log.h"
#include "request/content-log.h"
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace eas {

namespace {

/// Beyond this the file becomes FILE.1, in the place of the one that was: what is forgotten fills no disk.
constexpr off_t largest_file_bytes = 16 << 20;

std::string time_now()
{
    time_t const now = time(nullptr);
    struct tm local;
    char text[32];
    return {text, strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S%z", localtime_r(&now, &local))};
}

} // namespace

bool ContentLog::is_wanted(std::string const &device_id) const
{
    DataStackFrame frame;
    for (char const *const *entry = t_strsplit_spaces(m_session.dovecot_settings().eas_debug_users, " ");
         *entry != nullptr; ++entry) {
        char const *const slash = strchr(*entry, '/');
        char const *const user = slash == nullptr ? *entry : t_strdup_until(*entry, slash);
        if (wildcard_match_icase(m_session.user()->username, user) &&
            (slash == nullptr || wildcard_match_icase(device_id.c_str(), slash + 1)))
            return true;
    }
    return false;
}

void ContentLog::add(HttpRequest const &request, HttpResponse const &response, Spool &answer)
{
    if (m_has_failed || *m_session.dovecot_settings().eas_debug_users == '\0' ||
        !is_wanted(response.device_id))
        return;
    auto const body = answer.view();
    std::string const session_id = m_session.user()->session_id;
    append("=== " + time_now() + " session=" + session_id +
           " device=" + (response.device_id.empty() ? "-" : response.device_id) + '\n' +
           content_log_entry(request, response, body ? *body : std::string_view()) + '\n');
}

void ContentLog::append(std::string const &entry)
{
    std::string const path = m_session.debug_log();
    if (path.empty())
        return give_up("has no absolute path", path);
    if (size_t const slash = path.rfind('/'); slash != 0)
        (void)mkdir_parents(path.substr(0, slash).c_str(), 0700);
    int const fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return give_up("cannot be opened", path);
    bool const is_written = write_full(fd, entry.data(), entry.size()) == 0;
    if (!is_written)
        give_up("cannot be written", path);
    struct stat st;
    if (is_written && fstat(fd, &st) == 0 && st.st_size > largest_file_bytes &&
        rename(path.c_str(), (path + ".1").c_str()) < 0)
        give_up("cannot be renamed", path);
    (void)close(fd);
}

void ContentLog::give_up(char const *what, std::string const &path)
{
    m_has_failed = true;
    e_warning(m_session.event(), "eas_debug_log %s: %s: %m", what, path.c_str());
}

} // namespace eas
