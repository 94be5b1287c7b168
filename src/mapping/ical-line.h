// One content line of iCalendar: NAME;PARAMETER=value:VALUE, folded at 75 octets (RFC 5545 3.1), with
// parameter values encoded by RFC 6868. Our own and not libical's, because libical normalises what it
// prints, and a file that a phone edits must otherwise stay as its author wrote it (ical-document.h).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct IcalParameter {
    std::string name;                ///< upper case
    std::vector<std::string> values; ///< decoded, without quotes; empty if there was no "="
    bool operator==(IcalParameter const &) const = default;
};

struct IcalProperty {
    std::string name; ///< upper case
    std::vector<IcalParameter> parameters;
    std::string value; ///< unfolded, else as the file has it: TEXT is escaped

    /// The first value of a parameter, "" if it is absent.
    std::string parameter(std::string_view parameter_name) const;
    /// The value as TEXT (RFC 5545 3.3.11).
    std::string text() const;
    bool operator==(IcalProperty const &) const = default;
};

/// A property whose value is TEXT; `text` is UTF-8 with any line ends.
IcalProperty ical_text_property(std::string name, std::string_view text);

/// The name of a content line, folded or not: upper case; "" if it is none.
std::string ical_line_name(std::string_view line);
/// Reads a content line, folded or not; nothing if it breaks the grammar (no colon, an open quote).
std::optional<IcalProperty> parse_ical_line(std::string_view line);
/// Without what no line may have: line ends, and other controls but tabs.
std::string without_controls(std::string_view text);
/// The content line, unfolded and without line end; the value without controls.
std::string format_ical_line(IcalProperty const &property);

/// At most 75 octets a line, never within a character of UTF-8. Ends with `line_end`.
std::string fold_ical_line(std::string_view line, std::string_view line_end);
/// Without folds and without the line end.
std::string unfold_ical_line(std::string_view folded);

/// Line ends become "\n"; other controls but tabs are left out.
std::string escape_ical_text(std::string_view text);
/// What is no UTF-8 is read as windows-1252: some programs still write that.
std::string unescape_ical_text(std::string_view value);
/// The TEXT values of a list (CATEGORIES, RESOURCES), unescaped.
std::vector<std::string> split_ical_text_list(std::string_view value);

} // namespace eas
