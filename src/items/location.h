// Where an event takes place, from 16.0 on. MS-ASAIRS 2.2.2.28.
#pragma once
#include "schema/schema.h"
#include <optional>
#include <string>

namespace eas {

/// Without members: the location is removed. The numbers are xs:double, kept as the client wrote them.
struct Location {
    std::optional<std::string> display_name, annotation, street, city, state, country, postal_code;
    std::optional<std::string> latitude, longitude;                   ///< degrees
    std::optional<std::string> accuracy, altitude, altitude_accuracy; ///< metres
    std::optional<std::string> location_uri;
    bool operator==(Location const &) const = default;
};

template <> struct Schema<Location> {
    static constexpr auto properties = Rows{
        property(Tag::AirSyncBase_DisplayName, &Location::display_name),
        property(Tag::AirSyncBase_Annotation, &Location::annotation),
        property(Tag::AirSyncBase_Street, &Location::street),
        property(Tag::AirSyncBase_City, &Location::city),
        property(Tag::AirSyncBase_State, &Location::state),
        property(Tag::AirSyncBase_Country, &Location::country),
        property(Tag::AirSyncBase_PostalCode, &Location::postal_code),
        property(Tag::AirSyncBase_Latitude, &Location::latitude),
        property(Tag::AirSyncBase_Longitude, &Location::longitude),
        property(Tag::AirSyncBase_Accuracy, &Location::accuracy),
        property(Tag::AirSyncBase_Altitude, &Location::altitude),
        property(Tag::AirSyncBase_AltitudeAccuracy, &Location::altitude_accuracy),
        property(Tag::AirSyncBase_LocationUri, &Location::location_uri),
    };
};

} // namespace eas
