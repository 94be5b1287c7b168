// Any text as the query of a request.
#include "fuzz.h"
#include "session/request-line.h"
#include <algorithm>

using namespace eas;

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const line = parse_query(fuzz::text_of(data, size));
    if (!line) {
        fuzz::demand(line.error().kind == ErrorKind::bad_request, "a refusal is bad_request");
        return 0;
    }
    fuzz::demand(!line->command.empty(), "there is a command");
    fuzz::demand(line->device_id.empty() == !line->device_fault.empty(), "a device id, or a fault");
    fuzz::demand(line->device_id.size() <= 32 && std::ranges::all_of(line->device_id, is_alphanumeric),
                 "a device id is safe in a path");
    fuzz::demand(line->user.find('\n') == std::string::npos, "a user name is one line");
    return 0;
}
