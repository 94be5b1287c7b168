// See ical-document.h.
#include "mapping/ical-document.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t deepest_nesting = 16; ///< VCALENDAR, VEVENT, VALARM, VLOCATION are 4
constexpr std::string_view product_id = "-//dovecot-eas//EN";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Takes a content line with its folds and line end off the front of `text`.
std::string_view take_line(std::string_view &text)
{
    size_t end = 0;
    do {
        auto const newline = text.find('\n', end);
        end = newline == text.npos ? text.size() : newline + 1;
    } while (end < text.size() && (text[end] == ' ' || text[end] == '\t'));
    auto const line = text.substr(0, end);
    text.remove_prefix(end);
    return line;
}

std::string component_name(std::string_view line)
{
    auto const unfolded = unfold_ical_line(line);
    auto name = std::string(trim(unfolded.substr(unfolded.find(':') + 1)));
    for (char &c : name)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return name;
}

void collect_time_zones(IcalComponent const &component, std::set<std::string> &used)
{
    if (component.name() == "VTIMEZONE")
        return;
    for (auto const &property : component.properties())
        if (auto id = property.parameter("TZID"); !id.empty())
            used.insert(std::move(id));
    for (auto const *nested : component.components())
        collect_time_zones(*nested, used);
}

} // namespace

IcalComponent::IcalComponent(std::string_view name)
    : m_name(name), m_begin{"BEGIN:" + m_name, true}, m_end{"END:" + m_name, true}
{}

std::vector<IcalProperty> IcalComponent::properties(std::string_view name) const
{
    std::vector<IcalProperty> found;
    for (auto const &part : m_parts)
        if (part.nested.empty() && part.name == name)
            if (auto property = parse_ical_line(part.line))
                found.push_back(std::move(*property));
    return found;
}

std::vector<IcalProperty> IcalComponent::properties() const
{
    std::vector<IcalProperty> found;
    for (auto const &part : m_parts)
        if (part.nested.empty())
            if (auto property = parse_ical_line(part.line))
                found.push_back(std::move(*property));
    return found;
}

std::optional<IcalProperty> IcalComponent::property(std::string_view name) const
{
    for (auto const &part : m_parts)
        if (part.nested.empty() && part.name == name)
            if (auto property = parse_ical_line(part.line))
                return property;
    return {};
}

void IcalComponent::replace(std::string_view name, std::vector<IcalProperty> const &wanted)
{
    std::vector<bool> present(wanted.size());
    std::vector<size_t> others; // lines of that name that nobody wants as they are
    size_t next = 0;            // lines are mostly wanted in their order: look here first
    auto end = static_cast<size_t>(std::ranges::find_if(m_parts, [](auto &p) { return !p.nested.empty(); }) -
                                   m_parts.begin());
    for (size_t i = 0; i < m_parts.size(); i++) {
        if (!m_parts[i].nested.empty() || m_parts[i].name != name)
            continue;
        end = i + 1;
        auto const property = parse_ical_line(m_parts[i].line);
        size_t tried = 0;
        while (tried < wanted.size() && (present[next] || property != wanted[next])) {
            next = (next + 1) % wanted.size();
            tried++;
        }
        if (tried < wanted.size())
            present[next] = true;
        else
            others.push_back(i);
    }
    std::vector<Part> added;
    size_t reused = 0;
    for (size_t i = 0; i < wanted.size(); i++) {
        if (present[i])
            continue;
        Part part{format_ical_line(wanted[i]), true, std::string(name)};
        if (reused < others.size())
            m_parts[others[reused++]] = std::move(part);
        else
            added.push_back(std::move(part));
    }
    m_parts.insert(m_parts.begin() + static_cast<ptrdiff_t>(end), std::make_move_iterator(added.begin()),
                   std::make_move_iterator(added.end()));
    for (size_t i = others.size(); i-- > reused;)
        if (parse_ical_line(m_parts[others[i]].line)) // a broken line says nothing that nobody wants
            m_parts.erase(m_parts.begin() + static_cast<ptrdiff_t>(others[i]));
}

void IcalComponent::set_text(std::string_view name, std::string_view text)
{
    auto property = this->property(name).value_or(IcalProperty{std::string(name), {}, {}});
    auto const value = escape_ical_text(text);
    if (escape_ical_text(property.text()) != value) // "\\N" and "\\n" say the same
        property.value = value;
    replace(name, {property});
}

std::vector<IcalComponent *> IcalComponent::components(std::string_view name)
{
    std::vector<IcalComponent *> found;
    for (auto &part : m_parts)
        for (auto &nested : part.nested)
            if (name.empty() || nested.name() == name)
                found.push_back(&nested);
    return found;
}

std::vector<IcalComponent const *> IcalComponent::components(std::string_view name) const
{
    auto const found = const_cast<IcalComponent *>(this)->components(name);
    return {found.begin(), found.end()};
}

IcalComponent IcalComponent::without_components() const
{
    IcalComponent copy;
    copy.m_name = m_name;
    copy.m_begin = m_begin;
    copy.m_end = m_end;
    std::ranges::copy_if(m_parts, std::back_inserter(copy.m_parts),
                         [](auto const &part) { return part.nested.empty(); });
    return copy;
}

IcalComponent &IcalComponent::add(IcalComponent component)
{
    auto const is_nested = [](auto const &part) { return !part.nested.empty(); };
    auto place = component.name() == "VTIMEZONE" ? std::ranges::find_if(m_parts, is_nested) : m_parts.end();
    auto const added = m_parts.insert(place, Part{});
    return added->nested.emplace_back(std::move(component));
}

size_t IcalComponent::position_of(IcalComponent const &component) const
{
    auto const found = std::ranges::find_if(m_parts, [&](auto const &part) {
        return !part.nested.empty() && &part.nested.front() == &component;
    });
    return static_cast<size_t>(found - m_parts.begin());
}

void IcalComponent::remove(IcalComponent const &component)
{
    auto const position = position_of(component);
    if (position < m_parts.size())
        m_parts.erase(m_parts.begin() + static_cast<ptrdiff_t>(position));
}

void IcalComponent::remove_components(std::function<bool(IcalComponent const &)> const &is_unwanted)
{
    std::erase_if(m_parts,
                  [&](auto const &part) { return !part.nested.empty() && is_unwanted(part.nested.front()); });
}

void IcalComponent::replace(IcalComponent const &component, IcalComponent replacement)
{
    auto const position = position_of(component);
    if (position < m_parts.size())
        m_parts[position].nested.front() = std::move(replacement);
}

void IcalComponent::print(std::string &text, std::string_view line_end) const
{
    auto const print_line = [&](Part const &part) {
        // The file's last line may have no line end.
        if (!part.line.empty() && !text.empty() && !text.ends_with('\n'))
            text += line_end;
        text += part.is_new ? fold_ical_line(part.line, line_end) : part.line;
    };
    print_line(m_begin);
    for (auto const &part : m_parts) {
        if (part.nested.empty())
            print_line(part);
        else
            part.nested.front().print(text, line_end);
    }
    print_line(m_end);
}

IcalDocument::IcalDocument()
{
    auto &calendar = m_root.add(IcalComponent("VCALENDAR"));
    calendar.set({"VERSION", {}, "2.0"});
    calendar.set({"PRODID", {}, std::string(product_id)});
}

Result<IcalDocument> IcalDocument::parse(std::string_view text)
{
    IcalDocument document;
    document.m_root.m_parts.clear();
    if (text.starts_with(byte_order_mark)) {
        document.m_byte_order_mark = byte_order_mark;
        text.remove_prefix(byte_order_mark.size());
    }
    if (auto const newline = text.find('\n');
        newline != text.npos && (newline == 0 || text[newline - 1] != '\r'))
        document.m_line_end = "\n";

    std::vector<IcalComponent *> open{&document.m_root};
    for (size_t number = 1; !text.empty(); number++) {
        auto const line = take_line(text);
        auto name = ical_line_name(line);
        auto &component = *open.back();
        if (name == "BEGIN") {
            if (open.size() > deepest_nesting)
                return Error{ErrorKind::bad_request,
                             "content line " + std::to_string(number) + " nests components too deep"};
            auto &nested = component.m_parts.emplace_back().nested.emplace_back(IcalComponent{});
            nested.m_name = component_name(line);
            nested.m_begin.line = line;
            open.push_back(&nested);
        } else if (name == "END") {
            if (open.size() == 1 || component_name(line) != component.m_name)
                return Error{ErrorKind::bad_request,
                             "content line " + std::to_string(number) + " ends a component that is not open"};
            component.m_end.line = line;
            open.pop_back();
        } else
            component.m_parts.push_back({std::string(line), false, std::move(name)});
    }
    if (open.size() > 1)
        return Error{ErrorKind::bad_request,
                     "it ends within a component " + sanitize_utf8(open.back()->m_name)};
    return document;
}

std::string IcalComponent::text() const
{
    std::string text;
    print(text, "\n");
    return text;
}

std::string IcalDocument::print() const
{
    std::string text;
    m_root.print(text, m_line_end);
    return m_byte_order_mark + text;
}

IcalComponent *IcalDocument::calendar()
{
    auto const calendars = m_root.components("VCALENDAR");
    return calendars.empty() ? nullptr : calendars.front();
}

std::vector<IcalComponent *> IcalDocument::items() &
{
    std::vector<IcalComponent *> items;
    for (auto *calendar : m_root.components("VCALENDAR"))
        for (auto *component : calendar->components())
            if (component->name() != "VTIMEZONE")
                items.push_back(component);
    return items;
}

std::vector<IcalComponent const *> IcalDocument::items() const &
{
    auto const items = const_cast<IcalDocument *>(this)->items();
    return {items.begin(), items.end()};
}

std::vector<std::string> IcalDocument::undefined_time_zones() const
{
    auto undefined = time_zones_used(m_root);
    std::erase_if(undefined, [](std::string const &id) { return id.starts_with('/'); });
    for (auto const *calendar : m_root.components("VCALENDAR"))
        for (auto const *zone : calendar->components("VTIMEZONE"))
            if (auto const id = zone->property("TZID"))
                undefined.erase(id->text());
    return {undefined.begin(), undefined.end()};
}

std::set<std::string> time_zones_used(IcalComponent const &component)
{
    std::set<std::string> used;
    collect_time_zones(component, used);
    return used;
}

} // namespace eas
