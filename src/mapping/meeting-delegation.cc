// See meeting-delegation.h.
#include "mapping/meeting-delegation.h"
#include "base/text.h"
#include "mapping/ical-people.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr size_t most_delegates = 10;
/// What goes from the delegate's line in the answer, or from that of who delegates.
constexpr std::array<std::string_view, 1> own_parameters{"CN"};
constexpr std::array<std::string_view, 2> inherited_parameters{"CUTYPE", "ROLE"};

bool is_delegated(IcalProperty const &line)
{
    return equals_ignoring_case(line.parameter("PARTSTAT"), "DELEGATED");
}

std::vector<std::string> values_of(IcalProperty const &line, std::string_view name)
{
    auto const found = std::ranges::find(line.parameters, name, &IcalParameter::name);
    return found == line.parameters.end() ? std::vector<std::string>() : found->values;
}

void set_values(IcalProperty &line, std::string_view name, std::vector<std::string> values)
{
    std::erase_if(line.parameters, [&](IcalParameter const &each) { return each.name == name; });
    if (!values.empty())
        line.parameters.push_back({std::string(name), std::move(values)});
}

std::string uri_of(std::string_view address)
{
    return "mailto:" + std::string(address);
}

/// Changes the lines of one attendee. Whether that changed something.
template <class Change>
bool change_lines(IcalComponent &event, std::string_view address, Change const &change)
{
    auto const before = event.properties("ATTENDEE");
    auto lines = before;
    for (auto &line : lines)
        if (is_person(line, {std::string(address)}))
            change(line);
    if (lines == before)
        return false;
    event.replace("ATTENDEE", lines);
    return true;
}

} // namespace

std::vector<IcalProperty> delegates_of(IcalProperty const &answer, IcalComponent const &reply)
{
    auto const to = values_of(answer, "DELEGATED-TO");
    std::vector<IcalProperty> delegates;
    if (!is_delegated(answer) || to.size() > most_delegates)
        return delegates;
    for (auto const &uri : to) {
        auto const address = calendar_address({"ATTENDEE", {}, uri});
        if (address.find('@') == std::string::npos || is_person(answer, {address}))
            continue;
        IcalProperty line{"ATTENDEE", {}, uri_of(address)};
        if (auto const own = own_attendee_line(reply, {address}))
            for (auto const name : own_parameters)
                set_values(line, name, values_of(*own, name));
        line.parameters.push_back({"PARTSTAT", {"NEEDS-ACTION"}});
        line.parameters.push_back({"RSVP", {"TRUE"}});
        line.parameters.push_back({"DELEGATED-FROM", {uri_of(calendar_address(answer))}});
        delegates.push_back(std::move(line));
    }
    return delegates;
}

bool set_delegated(IcalComponent &event, std::string_view address, std::vector<IcalProperty> const &delegates)
{
    std::vector<std::string> to;
    for (auto const &line : delegates)
        to.push_back(line.value);
    auto const present = own_attendee_line(event, {std::string(address)});
    bool is_changed = change_lines(event, address, [&](IcalProperty &line) {
        if (is_delegated(line) && values_of(line, "DELEGATED-TO") == to)
            return;
        set_values(line, "PARTSTAT", {"DELEGATED"});
        set_values(line, "RSVP", {});
        set_values(line, "DELEGATED-TO", to);
    });
    auto lines = event.properties("ATTENDEE");
    for (auto delegate : delegates) {
        if (own_attendee_line(event, {calendar_address(delegate)}))
            continue;
        for (auto const name : inherited_parameters)
            set_values(delegate, name, values_of(*present, name));
        lines.push_back(std::move(delegate));
        is_changed = true;
    }
    event.replace("ATTENDEE", lines);
    return is_changed;
}

void take_back_delegation(IcalComponent &event, std::string_view address)
{
    change_lines(event, address, [](IcalProperty &line) { set_values(line, "DELEGATED-TO", {}); });
}

} // namespace eas
