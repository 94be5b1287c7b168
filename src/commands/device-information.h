// What a device says of itself (Settings:DeviceInformation), as Settings and Provision take it.
// MS-ASCMD 2.2.3.45.
#pragma once
#include "device/device.h"
#include "schema/schema.h"
#include <optional>
#include <string>

namespace eas {

/// The Set element: absent members stay as they are, empty ones are deleted. MS-ASCMD 2.2.3.167.
struct DeviceInformationSet {
    std::optional<std::string> model, imei, friendly_name, os, os_language, phone_number, user_agent;
    std::optional<bool> enable_outbound_sms;
    std::optional<std::string> mobile_operator;
};

template <> struct Schema<DeviceInformationSet> {
    static constexpr auto properties = Rows{
        property(Tag::Settings_Model, &DeviceInformationSet::model),
        property(Tag::Settings_IMEI, &DeviceInformationSet::imei),
        property(Tag::Settings_FriendlyName, &DeviceInformationSet::friendly_name),
        property(Tag::Settings_OS, &DeviceInformationSet::os),
        property(Tag::Settings_OSLanguage, &DeviceInformationSet::os_language),
        property(Tag::Settings_PhoneNumber, &DeviceInformationSet::phone_number),
        property(Tag::Settings_UserAgent, &DeviceInformationSet::user_agent),
        property(Tag::Settings_EnableOutboundSMS, &DeviceInformationSet::enable_outbound_sms, since(v14_0)),
        property(Tag::Settings_MobileOperator, &DeviceInformationSet::mobile_operator, since(v14_0))};
};

struct DeviceInformationRequest {
    std::optional<DeviceInformationSet> set;
};

template <> struct Schema<DeviceInformationRequest> {
    static constexpr auto properties = Rows{property(Tag::Settings_Set, &DeviceInformationRequest::set)};
};

/// Applies the request to what is known; the Status to answer with: 1 success, 2 without a Set element,
/// 5 if a value is longer than 1,024 characters (then nothing is changed).
int store_device_information(DeviceInformationRequest const &request, DeviceInformation &information);

} // namespace eas
