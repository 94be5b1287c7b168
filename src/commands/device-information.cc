// What Settings and Provision do alike with DeviceInformation. MS-ASCMD 2.2.3.45, 2.2.3.167.
#include "commands/device-information.h"
#include "base/text.h"
#include <utility>

namespace eas {

static constexpr size_t max_characters = 1024; // MS-ASCMD 2.2.3.115 and others

using TextRow =
    std::pair<std::optional<std::string> DeviceInformationSet::*, std::string DeviceInformation::*>;

static constexpr TextRow text_rows[] = {
    {&DeviceInformationSet::model, &DeviceInformation::model},
    {&DeviceInformationSet::imei, &DeviceInformation::imei},
    {&DeviceInformationSet::friendly_name, &DeviceInformation::friendly_name},
    {&DeviceInformationSet::os, &DeviceInformation::os},
    {&DeviceInformationSet::os_language, &DeviceInformation::os_language},
    {&DeviceInformationSet::phone_number, &DeviceInformation::phone_number},
    {&DeviceInformationSet::user_agent, &DeviceInformation::user_agent},
    {&DeviceInformationSet::mobile_operator, &DeviceInformation::mobile_operator},
};

int store_device_information(DeviceInformationRequest const &request, DeviceInformation &information)
{
    if (!request.set)
        return 2;
    DeviceInformation changed = information;
    for (auto const &[given, stored] : text_rows) {
        auto const &value = (*request.set).*given;
        if (!value)
            continue;
        if (utf8_prefix_characters(*value, max_characters).size() < value->size())
            return 5;
        changed.*stored = *value;
    }
    if (request.set->enable_outbound_sms)
        changed.enable_outbound_sms = *request.set->enable_outbound_sms;
    information = std::move(changed);
    return 1;
}

} // namespace eas
