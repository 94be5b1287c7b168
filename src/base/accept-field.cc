// See accept-field.h.
#include "base/accept-field.h"
#include "base/text.h"
#include <algorithm>
#include <string>

namespace eas {

namespace {

constexpr unsigned full_weight = 1000;

/// "0.8" -> 800; 0 if it is unreadable.
unsigned read_weight(std::string_view number)
{
    constexpr size_t digits = 3;
    bool const has_fraction = number.size() > 1;
    if (has_fraction && number[1] != '.')
        return 0;
    std::string fraction(has_fraction ? number.substr(2, digits) : std::string_view());
    fraction.resize(digits, '0');
    auto const whole = parse_unsigned(number.substr(0, 1));
    auto const thousandths = parse_unsigned(fraction);
    return whole && thousandths ? std::min<unsigned>(*whole * full_weight + *thousandths, full_weight) : 0;
}

/// Other parameters are none of a coding's or a language's, and passed over.
unsigned weight_of(std::string_view parameters)
{
    constexpr std::string_view name = "q=";
    for (auto parameter : split(parameters, ';')) {
        parameter = trim(parameter);
        if (equals_ignoring_case(parameter.substr(0, name.size()), name))
            return read_weight(parameter.substr(name.size()));
    }
    return full_weight;
}

} // namespace

std::vector<Acceptable> parse_accept_field(std::string_view value)
{
    std::vector<Acceptable> list;
    for (auto const item : split(value, ',')) {
        auto const end = std::min(item.find(';'), item.size());
        if (auto const name = trim(item.substr(0, end)); !name.empty())
            list.push_back({name, weight_of(item.substr(end))});
    }
    return list;
}

} // namespace eas
