// See answers.h.
#include "request/answers.h"
#include "commands/command.h"

namespace eas {

HttpResponse refuse(int status, std::string reason, std::string log)
{
    HttpResponse response;
    response.status = status;
    response.reason = std::move(reason);
    response.log = std::move(log);
    return response;
}

HttpResponse bad_request(std::string log)
{
    return refuse(400, "Bad Request", std::move(log));
}

HttpResponse unavailable(std::string log)
{
    auto response = refuse(503, "Service Unavailable", std::move(log));
    response.headers.emplace_back("Retry-After", "30");
    response.log_as_warning = true;
    return response;
}

HttpResponse out_of_space(std::string log)
{
    auto response = refuse(507, "Insufficient Disk Space", std::move(log));
    response.log_as_warning = true;
    return response;
}

void add_abilities(HttpResponse &response)
{
    std::string names;
    for (auto &command : command_table())
        names.append(names.empty() ? "" : ",").append(command.name);
    response.headers.emplace_back("MS-ASProtocolVersions", protocol_versions);
    response.headers.emplace_back("MS-ASProtocolCommands", std::move(names));
}

HttpResponse options()
{
    HttpResponse response;
    response.headers = {
        {"MS-Server-ActiveSync", "16.1"}, {"Allow", "OPTIONS,POST"}, {"Public", "OPTIONS,POST"}};
    add_abilities(response);
    return response;
}

} // namespace eas
