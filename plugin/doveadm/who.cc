// See who.h. Both sockets are asked by root; what they say is described in ping/status.h and in Dovecot's
// anvil/connect-limit.c. What a connection does is asked of its process: eas/connection-status.h.
#include "doveadm/who.h"
#include "base/text.h"
#include "doveadm/print.h"
#include "eas/connection-status.h"

namespace eas {

namespace {

struct Filter {
    std::vector<std::string> users; ///< masks; none: all
    std::optional<std::pair<struct ip_addr, unsigned>> network;

    bool matches(std::string const &user, std::string const &address) const;
};

bool Filter::matches(std::string const &user, std::string const &address) const
{
    bool const user_matches = users.empty() || std::ranges::any_of(users, [&](std::string const &mask) {
                                  return wildcard_match_icase(user.c_str(), mask.c_str());
                              });
    struct ip_addr ip;
    bool const network_matches = !network || (net_addr2ip(address.c_str(), &ip) == 0 &&
                                              net_is_in_network(&ip, &network->first, network->second));
    return user_matches && network_matches;
}

using Fields = std::vector<std::string>;

/// What a service says of itself: lines of fields, up to an empty line or the end. Nothing, with an error in
/// the log, if it is out of reach.
std::optional<std::vector<Fields>> ask(char const *socket, std::string_view question)
{
    DataStackFrame frame;
    char const *path = t_strconcat(service_set->base_dir, "/", socket, nullptr);
    int fd = net_connect_unix(path);
    if (fd == -1) {
        i_error("net_connect_unix(%s) failed: %m", path);
        return std::nullopt;
    }
    net_set_nonblock(fd, FALSE);
    struct istream *input = i_stream_create_fd_autoclose(&fd, SIZE_MAX);
    if (!question.empty() && write_full(i_stream_get_fd(input), question.data(), question.size()) < 0)
        i_error("write(%s) failed: %m", path);
    std::vector<Fields> lines;
    char const *line;
    while ((line = i_stream_read_next_line(input)) != nullptr && *line != '\0') {
        DataStackFrame line_frame;
        Fields fields;
        for (auto *field = t_strsplit_tabescaped(line); *field != nullptr; ++field)
            fields.emplace_back(*field);
        lines.push_back(std::move(fields));
    }
    bool const failed = input->stream_errno != 0;
    if (failed)
        i_error("read(%s) failed: %s", path, i_stream_get_error(input));
    i_stream_destroy(&input);
    return failed ? std::nullopt : std::optional(std::move(lines));
}

/// The pid of eas-ping, whose connections anvil knows too.
std::string print_phones(std::vector<Fields> const &lines, Filter const &filter)
{
    std::string pid;
    for (auto const &line : lines) {
        if (line[0] == "PID" && line.size() == 2)
            pid = line[1];
        if (line[0] != "PHONE" || line.size() != 8 || !filter.matches(line[1], line[3]))
            continue;
        DataStackFrame frame;
        auto const seconds_left = parse_unsigned(line[6]).value_or(0);
        std::string const until =
            seconds_left == 0 ? "-" : unixdate2str(time(nullptr) + static_cast<time_t>(seconds_left));
        print_row({line[1], line[2], line[5], line[4], line[7], until, line[3], pid});
    }
    return pid;
}

/// "eas/<address>/<user>  <pid>  <number of connections>"
struct ServedConnections {
    std::string address, user, pid;
    uint64_t count = 1;
};

std::optional<ServedConnections> parse_connections(Fields const &line)
{
    constexpr std::string_view service = "eas/";
    if (line.size() < 3 || !line[0].starts_with(service))
        return std::nullopt;
    auto const slash = line[0].find('/', service.size());
    if (slash == std::string::npos)
        return std::nullopt;
    return ServedConnections{line[0].substr(service.size(), slash - service.size()),
                             line[0].substr(slash + 1), line[1], parse_unsigned(line[2]).value_or(1)};
}

/// What each connection does is known of processes that doveadm may look into; of the others, how many there
/// are.
void print_connections(std::vector<Fields> const &lines, std::string const &ping_pid, Filter const &filter)
{
    for (auto const &line : lines) {
        auto const served = parse_connections(line);
        if (!served || served->pid == ping_pid || !filter.matches(served->user, served->address))
            continue;
        auto connections = connections_of_process(served->pid);
        std::erase_if(connections, [&](ConnectionStatus const &each) {
            return each.user != served->user || each.address != served->address;
        });
        connections.resize(served->count, {"", "", "-", "-"});
        for (auto const &each : connections)
            print_row({served->user, each.device_id, "connected", each.command, "", "-", served->address,
                       served->pid});
    }
}

Filter filter_of(struct doveadm_cmd_context *context)
{
    Filter filter;
    char const *const *masks;
    if (!doveadm_cmd_param_array(context, "mask", &masks))
        return filter;
    for (; *masks != nullptr; ++masks) {
        std::pair<struct ip_addr, unsigned> network;
        if (!str_is_numeric(*masks, '\0') && net_parse_range(*masks, &network.first, &network.second) == 0)
            filter.network = network;
        else
            filter.users.emplace_back(*masks);
    }
    return filter;
}

} // namespace

void who(struct doveadm_cmd_context *context)
{
    doveadm_print_init(DOVEADM_PRINT_TYPE_TABLE);
    print_columns({{"username", "Username"},
                   {"device_id", "Device"},
                   {"state", "State"},
                   {"command", "Command"},
                   {"folders", "Folders"},
                   {"until", "Until"},
                   {"address", "Address"},
                   {"pid", "Pid"}});
    auto const filter = filter_of(context);
    auto const phones = ask("eas-ping-status", "");
    auto const connections = ask("anvil", "VERSION\tanvil\t1\t0\nCONNECT-DUMP\n");
    if (!phones || !connections) {
        doveadm_exit_code = EX_TEMPFAIL;
        return;
    }
    print_connections(*connections, print_phones(*phones, filter), filter);
}

} // namespace eas
