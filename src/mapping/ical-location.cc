// See ical-location.h.
#include "mapping/ical-location.h"
#include "base/text.h"
#include "mapping/ical-properties.h"
#include <array>
#include <charconv>

namespace eas {
namespace {

struct OwnParameter {
    char const *name;
    std::optional<std::string> Location::*member;
    bool is_number;
};
constexpr std::array own_parameters{
    OwnParameter{"ANNOTATION", &Location::annotation, false},
    OwnParameter{"STREET", &Location::street, false},
    OwnParameter{"CITY", &Location::city, false},
    OwnParameter{"STATE", &Location::state, false},
    OwnParameter{"COUNTRY", &Location::country, false},
    OwnParameter{"POSTAL-CODE", &Location::postal_code, false},
    OwnParameter{"ACCURACY", &Location::accuracy, true},
    OwnParameter{"ALTITUDE", &Location::altitude, true},
    OwnParameter{"ALTITUDE-ACCURACY", &Location::altitude_accuracy, true},
    OwnParameter{"LOCATION-URI", &Location::location_uri, false},
};
constexpr char const *own_property = "X-EAS-LOCATION";
constexpr char const *apple_property = "X-APPLE-STRUCTURED-LOCATION";

std::optional<double> number_of(std::string_view text)
{
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const is_number = error == std::errc() && end == text.data() + text.size() && value == value;
    return is_number && value < 1e9 && value > -1e9 ? std::optional(value) : std::nullopt;
}

/// "48.2;16.37" or "geo:48.2,16.37;u=10"
bool read_coordinates(std::string_view text, char separator, Location &out)
{
    auto const parts = split(text, separator);
    if (parts.size() < 2)
        return false;
    auto const latitude = trim(parts[0]), longitude = trim(split(parts[1], ';')[0]);
    if (!number_of(latitude) || !number_of(longitude))
        return false;
    out.latitude = latitude;
    out.longitude = longitude;
    return true;
}

void read_coordinates(IcalComponent const &component, Location &out)
{
    constexpr std::string_view scheme = "geo:";
    if (auto const geo = component.property("GEO"); geo && read_coordinates(geo->value, ';', out))
        return;
    auto const apple = component.property(apple_property);
    if (apple && equals_ignoring_case(std::string_view(apple->value).substr(0, scheme.size()), scheme))
        read_coordinates(std::string_view(apple->value).substr(scheme.size()), ',', out);
}

/// What other programs show of a place that has no name.
std::string shown_text(Location const &location)
{
    if (location.display_name && !location.display_name->empty())
        return *location.display_name;
    std::string text;
    for (auto const &part :
         {location.street, location.postal_code, location.city, location.state, location.country})
        if (part && !part->empty())
            text.append(text.empty() ? "" : ", ").append(*part);
    return text;
}

/// Coordinates of another place must not stay.
void remove_coordinates(IcalComponent &component)
{
    component.remove("GEO");
    component.remove(apple_property);
}

void set_own(IcalComponent &component, Location const &location, std::string_view text)
{
    IcalProperty own{own_property, {}, escape_ical_text(text)};
    for (auto const &each : own_parameters)
        if (auto const &value = location.*each.member; value && !value->empty())
            own.parameters.push_back({each.name, {*value}});
    if (own.parameters.empty())
        component.remove(own_property);
    else
        component.set(own);
}

} // namespace

Location location_of(IcalComponent const &component)
{
    Location location;
    location.display_name = ical_text_of(component, "LOCATION");
    read_coordinates(component, location);
    auto const own = component.property(own_property);
    if (!own || sanitize_utf8(own->text()) != *location.display_name)
        return location;
    for (auto const &each : own_parameters)
        if (auto value = sanitize_utf8(own->parameter(each.name));
            !value.empty() && (!each.is_number || number_of(value)))
            location.*each.member = std::move(value);
    return location;
}

void set_location(IcalComponent &component, Location const &location)
{
    auto const present = location_of(component);
    auto const text = shown_text(location);
    auto wanted = location;
    wanted.display_name = text;
    if (wanted == present)
        return;
    bool const is_same_place = wanted.latitude == present.latitude && wanted.longitude == present.longitude;
    set_ical_text(component, "LOCATION", text);
    if (!is_same_place)
        remove_coordinates(component);
    if (!is_same_place && number_of(wanted.latitude.value_or("")) && number_of(wanted.longitude.value_or("")))
        component.set({"GEO", {}, *wanted.latitude + ";" + *wanted.longitude});
    set_own(component, wanted, text);
}

void set_location_text(IcalComponent &component, std::string_view text)
{
    if (ical_text_of(component, "LOCATION") == text)
        return;
    set_ical_text(component, "LOCATION", text);
    remove_coordinates(component);
    component.remove(own_property);
}

} // namespace eas
