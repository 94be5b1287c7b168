// Names are tried from the most to the least exact. ICU is asked through its C functions, whose names
// Debian's library versions; it has the table only, the zones themselves are those of the system's tzdata.
#include "mapping/zone-names.h"
#include "base/text.h"
#include "mapping/zone-file.h"
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <unicode/ucal.h>
#include <unicode/uenum.h>

namespace eas {
namespace {

/// Of zones that files describe, to be kept: 2 MB at most, and ten times what a calendar has.
constexpr size_t longest_description = 8192, most_described = 256;
constexpr size_t longest_name = 64;
constexpr uintmax_t largest_file = 256 * 1024;

/// Names that neither tzdata nor CLDR has: what Outlook and Exchange show, and UTC by other names.
struct Alias {
    std::string_view text, olson;
};
constexpr std::array aliases{
    Alias{"Atlantic Time (Canada)", "America/Halifax"},
    Alias{"Astana", "Asia/Almaty"},
    Alias{"Beijing", "Asia/Shanghai"},
    Alias{"Brasilia", "America/Sao_Paulo"},
    Alias{"Central America", "America/Guatemala"},
    Alias{"Central Time (US & Canada)", "America/Chicago"},
    Alias{"City of Buenos Aires", "America/Argentina/Buenos_Aires"},
    Alias{"Coordinated Universal Time", "UTC"},
    Alias{"Eastern Time (US & Canada)", "America/New_York"},
    Alias{"Ekaterinburg", "Asia/Yekaterinburg"},
    Alias{"Greenwich Mean Time", "Europe/London"},
    Alias{"Indiana (East)", "America/Indiana/Indianapolis"},
    Alias{"International Date Line West", "Etc/GMT+12"},
    Alias{"Mountain Time (US & Canada)", "America/Denver"},
    Alias{"New Delhi", "Asia/Kolkata"},
    Alias{"Nuku'alofa", "Pacific/Tongatapu"},
    Alias{"Pacific Time (US & Canada)", "America/Los_Angeles"},
    Alias{"Saskatchewan", "America/Regina"},
    Alias{"Sri Jayawardenepura", "Asia/Colombo"},
    Alias{"West Central Africa", "Africa/Lagos"},
    Alias{"Z", "UTC"},
    Alias{"tzone://Microsoft/Utc", "UTC"},
};

/// Those that most users mean when several have the same rules.
constexpr std::array<std::string_view, 34> busiest{
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Europe/Kiev",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Kathmandu",
    "Asia/Rangoon",
    "Asia/Kabul",
    "Asia/Tehran",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Pacific/Auckland",
    "America/Sao_Paulo",
    "America/Bogota",
    "America/Halifax",
    "America/St_Johns",
    "America/Anchorage",
    "Africa/Lagos",
    "Africa/Johannesburg",
};

bool is_olson_name(std::string_view name)
{
    auto const is_allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '_' || c == '-' || c == '+';
    };
    return !name.empty() && name.size() <= longest_name && name.front() != '/' && name.back() != '/' &&
           name.find("//") == std::string_view::npos && std::all_of(name.begin(), name.end(), is_allowed);
}

std::u16string utf16_of_ascii(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::string ascii_of(UChar const *text, int32_t length)
{
    std::string out;
    for (int32_t i = 0; i < length; i++)
        out += text[i] < 0x80 ? static_cast<char>(text[i]) : '?';
    return out;
}

using IcuName = std::array<UChar, 128>;

/// "" if ICU knows nothing.
template <class Ask> std::string ask_icu(std::string_view name, Ask const &ask)
{
    if (name.empty() || name.size() > longest_name ||
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return {};
    std::u16string const wide = utf16_of_ascii(name);
    IcuName answer{};
    UErrorCode error = U_ZERO_ERROR;
    int32_t const length =
        ask(wide.data(), static_cast<int32_t>(wide.size()), answer.data(), int32_t(answer.size()), &error);
    return U_SUCCESS(error) ? ascii_of(answer.data(), length) : std::string{};
}

std::string olson_of_windows(std::string_view name)
{
    return ask_icu(name, [](UChar const *id, int32_t length, UChar *out, int32_t size, UErrorCode *error) {
        return ucal_getTimeZoneIDForWindowsID(id, length, nullptr, out, size, error);
    });
}

std::string windows_of_olson(std::string_view name)
{
    return ask_icu(name, [](UChar const *id, int32_t length, UChar *out, int32_t size, UErrorCode *error) {
        return ucal_getWindowsTimeZoneID(id, length, out, size, error);
    });
}

/// "(UTC+01:00) Amsterdam, Berlin" -> "Amsterdam, Berlin"
std::string_view without_offset(std::string_view text)
{
    for (std::string_view const start : {"(UTC", "(GMT"})
        if (text.starts_with(start) && text.find(')') != std::string_view::npos)
            return trim(text.substr(text.find(')') + 1));
    return text;
}

} // namespace

ZoneNames const &ZoneNames::of_process()
{
    static ZoneNames const names;
    return names;
}

std::optional<NamedZone> ZoneNames::find(std::string_view name) const
{
    if (auto const known = m_zones.find(name); known != m_zones.end())
        return NamedZone{known->first, known->second};
    if (!is_olson_name(name))
        return std::nullopt;
    std::filesystem::path const path = std::filesystem::path(m_directory) / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error) ||
        std::filesystem::file_size(path, error) > largest_file)
        return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::string const bytes{std::istreambuf_iterator<char>(file), {}};
    auto zone = parse_zone_file(bytes);
    if (!zone)
        return std::nullopt;
    auto const kept = m_zones.emplace(name, std::make_shared<Zone const>(*std::move(zone))).first;
    return NamedZone{kept->first, kept->second};
}

std::optional<NamedZone> ZoneNames::find_windows(std::string_view name) const
{
    auto const olson = olson_of_windows(name);
    return olson.empty() ? std::nullopt : find(olson);
}

/// "Kuala Lumpur" -> Asia/Kuala_Lumpur
std::optional<NamedZone> ZoneNames::find_city(std::string_view city) const
{
    std::string wanted{city};
    std::replace(wanted.begin(), wanted.end(), ' ', '_');
    if (wanted.empty() || !is_olson_name(wanted))
        return std::nullopt;
    for (auto const &name : all()) {
        auto const slash = name.rfind('/');
        if (slash != std::string::npos &&
            equals_ignoring_case(std::string_view(name).substr(slash + 1), wanted))
            return find(name);
    }
    return std::nullopt;
}

std::optional<NamedZone> ZoneNames::resolve(std::string_view text) const
{
    text = trim(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = trim(text.substr(1, text.size() - 2));
    if (text.empty() || text.size() > 4 * longest_name)
        return std::nullopt;
    // A path of some program's own that ends in an Olson name.
    for (std::string_view rest = text;;) {
        if (auto found = find(rest))
            return found;
        auto const slash = rest.find('/');
        if (slash == std::string_view::npos)
            break;
        rest.remove_prefix(slash + 1);
    }
    if (auto found = find_windows(text))
        return found;
    auto const shown = without_offset(text);
    for (auto const &alias : aliases)
        if (equals_ignoring_case(alias.text, shown))
            return find(alias.olson);
    for (auto const city : split(shown, ',')) {
        for (auto const &alias : aliases)
            if (equals_ignoring_case(alias.text, trim(city)))
                return find(alias.olson);
        if (auto found = find_city(trim(city)))
            return found;
    }
    return std::nullopt;
}

std::optional<NamedZone> ZoneNames::described(std::string const &text,
                                              std::function<std::optional<NamedZone>()> const &read) const
{
    if (auto const known = m_described.find(text); known != m_described.end())
        return known->second;
    auto zone = read();
    if (text.size() > longest_description)
        return zone;
    if (m_described.size() >= most_described)
        m_described.clear();
    return m_described.emplace(text, std::move(zone)).first->second;
}

std::string ZoneNames::windows_name(std::string_view olson_name) const
{
    if (auto const known = m_windows_names.find(olson_name); known != m_windows_names.end())
        return known->second;
    auto name = windows_of_olson(olson_name);
    if (m_zones.contains(olson_name))
        m_windows_names.emplace(olson_name, name);
    return name;
}

std::vector<NamedZone> const &ZoneNames::best_known() const
{
    if (!m_best_known.empty())
        return m_best_known;
    std::set<std::string, std::less<>> taken;
    auto const take = [&](std::string_view name) {
        if (taken.contains(name))
            return;
        if (auto found = find(name)) {
            taken.emplace(name);
            m_best_known.push_back(*std::move(found));
        }
    };
    for (auto const name : busiest)
        take(name);
    for (auto const &name : all())
        if (auto const windows = windows_of_olson(name); !windows.empty())
            take(olson_of_windows(windows));
    return m_best_known;
}

std::vector<std::string> const &ZoneNames::all() const
{
    namespace fs = std::filesystem;
    if (!m_all.empty())
        return m_all;
    std::error_code error;
    fs::path const top(m_directory);
    for (fs::recursive_directory_iterator each(top, error), end; !error && each != end;
         each.increment(error)) {
        auto const name = each->path().lexically_relative(top).generic_string();
        if (name == "posix" || name == "right")
            each.disable_recursion_pending();
        else if (is_olson_name(name) && each->is_regular_file(error) && name != "localtime" &&
                 name != "posixrules" && name != "leapseconds")
            m_all.push_back(name);
    }
    std::sort(m_all.begin(), m_all.end());
    return m_all;
}

} // namespace eas
