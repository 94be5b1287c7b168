// See device-rules-check.h. The rules have one parser, src/device/device-rules.cc; this lets C call it.
#include "device/device-rules.h"
#include <cstdio>
#include <exception>

#include "settings/device-rules-check.h"

int eas_device_rules_check(char const *rules, char *error, size_t size) noexcept
{
    try {
        auto const parsed = eas::parse_device_rules(rules);
        if (parsed)
            return 0;
        snprintf(error, size, "%s", parsed.error().message.c_str());
    } catch (std::exception const &exception) {
        snprintf(error, size, "%s", exception.what());
    }
    return -1;
}
