// See ics-properties.h.
#include "stores/ics-properties.h"
#include "base/text.h"
#include <algorithm>
#include <cctype>

namespace eas {

namespace {

constexpr char const *radicale_file = ".Radicale.props";
constexpr char const *name_file = "displayname";
constexpr char const *color_file = "color";
constexpr char const *components_file = ".components";
constexpr uint64_t largest_properties_bytes = 64 << 10;

constexpr char const *tag_key = "tag";
constexpr char const *name_key = "D:displayname";
constexpr char const *color_key = "ICAL:calendar-color";
constexpr char const *components_key = "C:supported-calendar-component-set";

void append_utf8(std::string &text, uint32_t c)
{
    if (c < 0x80)
        text += static_cast<char>(c);
    else if (c < 0x800)
        text.append({static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))});
    else if (c < 0x10000)
        text.append({static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                     static_cast<char>(0x80 | (c & 0x3F))});
    else
        text.append({static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                     static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))});
}

/// As much of JSON as Radicale writes: an object of strings and nulls. RFC 8259.
class PropertyReader {
public:
    explicit PropertyReader(std::string_view json) : m_rest(json) {}

    std::optional<RadicaleProperties> read()
    {
        RadicaleProperties properties;
        if (!take('{'))
            return {};
        for (bool first = true; !take('}'); first = false) {
            auto const key = first || take(',') ? string() : std::nullopt;
            if (!key || !take(':'))
                return {};
            if (skip_blanks(); m_rest.starts_with("null")) {
                m_rest.remove_prefix(4);
                continue;
            }
            auto value = string();
            if (!value)
                return {};
            properties.insert_or_assign(*key, std::move(*value));
        }
        skip_blanks();
        return m_rest.empty() ? std::optional(std::move(properties)) : std::nullopt;
    }

private:
    void skip_blanks() { m_rest.remove_prefix(std::min(m_rest.find_first_not_of(" \t\r\n"), m_rest.size())); }

    bool take(char wanted)
    {
        skip_blanks();
        if (!m_rest.starts_with(wanted))
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    std::optional<uint32_t> code_unit()
    {
        auto const bytes = m_rest.size() < 4 ? std::nullopt : hex_decode(m_rest.substr(0, 4));
        if (!bytes)
            return {};
        m_rest.remove_prefix(4);
        return uint32_t(static_cast<unsigned char>((*bytes)[0])) << 8 |
               static_cast<unsigned char>((*bytes)[1]);
    }

    /// What follows "\u".
    bool escaped_character(std::string &text)
    {
        auto const high = code_unit();
        if (!high || (*high >= 0xDC00 && *high < 0xE000))
            return false;
        if (*high < 0xD800 || *high >= 0xE000) {
            append_utf8(text, *high);
            return true;
        }
        if (!m_rest.starts_with("\\u"))
            return false;
        m_rest.remove_prefix(2);
        auto const low = code_unit();
        if (!low || *low < 0xDC00 || *low >= 0xE000)
            return false;
        append_utf8(text, 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00));
        return true;
    }

    std::optional<std::string> string()
    {
        static constexpr std::string_view escapes = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        if (!take('"'))
            return {};
        std::string text;
        while (!m_rest.empty()) {
            char const c = m_rest.front();
            m_rest.remove_prefix(1);
            if (c == '"')
                return text;
            if (c != '\\') {
                text += c;
                continue;
            }
            if (m_rest.empty())
                return {};
            char const escape = m_rest.front();
            m_rest.remove_prefix(1);
            if (auto const found = escapes.find(escape); found != escapes.npos)
                text += meanings[found];
            else if (escape != 'u' || !escaped_character(text))
                return {};
        }
        return {};
    }

    std::string_view m_rest;
};

void print_code_unit(std::string &json, uint32_t unit)
{
    char const bytes[] = {static_cast<char>(unit >> 8), static_cast<char>(unit)};
    json += "\\u" + hex_encode({bytes, 2});
}

/// In ASCII: whatever encoding Radicale is set to.
void print_string(std::string &json, std::string_view text)
{
    json += '"';
    while (!text.empty()) {
        auto const character = utf8_prefix_characters(text, 1);
        text.remove_prefix(character.size());
        unsigned char const first = static_cast<unsigned char>(character.front());
        uint32_t c = character.size() == 1 ? first : first & (0x7Fu >> character.size());
        for (char const next : character.substr(1))
            c = c << 6 | (static_cast<unsigned char>(next) & 0x3F);
        if (c == '"' || c == '\\')
            json.append(1, '\\') += static_cast<char>(c);
        else if (c >= 0x20 && c < 0x7F)
            json += static_cast<char>(c);
        else if (c < 0x10000)
            print_code_unit(json, c);
        else {
            print_code_unit(json, 0xD800 + ((c - 0x10000) >> 10));
            print_code_unit(json, 0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
    json += '"';
}

/// "VEVENT,VTODO" or with blanks and line ends between.
void set_components(IcsProperties &properties, std::string text)
{
    std::ranges::replace_if(
        text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }, ',');
    properties.events = properties.tasks = false;
    for (auto const name : split(text, ',')) {
        if (equals_ignoring_case(name, "VEVENT"))
            properties.events = true;
        if (equals_ignoring_case(name, "VTODO"))
            properties.tasks = true;
    }
}

/// "#RRGGBB" of that, of "#RRGGBBAA" or of "#RGB"; else "".
std::string color(std::string_view text)
{
    text = trim(text);
    auto const is_hexadecimal = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (!text.starts_with('#') || !std::ranges::all_of(text.substr(1), is_hexadecimal))
        return {};
    if (text.size() == 7 || text.size() == 9)
        return std::string(text.substr(0, 7));
    if (text.size() == 4)
        return {'#', text[1], text[1], text[2], text[2], text[3], text[3]};
    return {};
}

/// The first line of a property's file, "" if there is none.
std::string read_line(IcsDirectory const &directory, char const *name)
{
    auto const file = directory.read(name, largest_properties_bytes);
    return file ? sanitize_utf8(trim(split(trim(file->text), '\n').front())) : std::string();
}

std::string value_or_empty(RadicaleProperties const &properties, char const *key)
{
    auto const found = properties.find(key);
    return found == properties.end() ? std::string() : found->second;
}

char const *component_name(CalendarItemKind kind)
{
    return kind == CalendarItemKind::task ? "VTODO" : "VEVENT";
}

} // namespace

std::optional<RadicaleProperties> parse_radicale_properties(std::string_view json)
{
    return sanitize_utf8(json) == json ? PropertyReader(json).read() : std::nullopt;
}

std::string print_radicale_properties(RadicaleProperties const &properties)
{
    std::string json = "{";
    for (auto const &[key, value] : properties) {
        json += json.size() > 1 ? ", " : "";
        print_string(json, key);
        json += ": ";
        print_string(json, value);
    }
    return json + '}';
}

IcsProperties read_ics_properties(IcsDirectory const &directory)
{
    IcsProperties properties;
    auto const radicale = directory.read(radicale_file, largest_properties_bytes);
    if (radicale) {
        properties.is_radicale = true;
        auto const values = parse_radicale_properties(radicale->text);
        properties.is_calendar = values && value_or_empty(*values, tag_key) == "VCALENDAR";
        if (!properties.is_calendar)
            return properties;
        properties.name = sanitize_utf8(trim(value_or_empty(*values, name_key)));
        properties.color = color(value_or_empty(*values, color_key));
        auto const components = value_or_empty(*values, components_key);
        set_components(properties, components.empty() ? "VEVENT,VTODO" : components);
        return properties;
    }
    properties.name = read_line(directory, name_file);
    properties.color = color(read_line(directory, color_file));
    if (auto const components = directory.read(components_file, largest_properties_bytes))
        set_components(properties, components->text);
    return properties;
}

Result<void> write_new_ics_properties(IcsDirectory const &directory, bool is_radicale,
                                      std::string const &name, CalendarItemKind kind)
{
    if (is_radicale)
        return directory.put(radicale_file, print_radicale_properties({{components_key, component_name(kind)},
                                                                       {name_key, name},
                                                                       {tag_key, "VCALENDAR"}}));
    if (auto written = directory.put(name_file, name); !written)
        return written;
    return directory.put(components_file, std::string(component_name(kind)) + '\n');
}

Result<void> write_ics_name(IcsDirectory const &directory, std::string const &name)
{
    auto const radicale = directory.read(radicale_file, largest_properties_bytes);
    if (!radicale)
        return directory.put(name_file, name);
    auto values = parse_radicale_properties(radicale->text);
    if (!values)
        return Error{ErrorKind::temporary, directory.path_of(radicale_file) + " is damaged"};
    values->insert_or_assign(name_key, name);
    return directory.put(radicale_file, print_radicale_properties(*values));
}

} // namespace eas
