// An iCalendar file as an editable tree of components that keeps every line as it was written. What an
// edit does not touch is printed byte for byte: order, folding, line ends, X- properties, broken lines,
// alarms, VTIMEZONEs, other components. libical reads the values; this writes them. RFC 5545 3.4 to 3.6.
#pragma once
#include "base/result.h"
#include "mapping/ical-line.h"
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

class IcalComponent {
public:
    /// A new component: "VEVENT".
    explicit IcalComponent(std::string_view name);

    std::string const &name() const { return m_name; } ///< upper case; "" for a document's root

    /// Its own properties of that name, in their order; lines that break the grammar are left out.
    std::vector<IcalProperty> properties(std::string_view name) const;
    /// All of its own properties.
    std::vector<IcalProperty> properties() const;
    /// The first of that name.
    std::optional<IcalProperty> property(std::string_view name) const;

    /// Makes `wanted` its properties of that name. A line that says what is wanted stays as it is written;
    /// others are overwritten in place, then removed, or new lines follow the last of them.
    void replace(std::string_view name, std::vector<IcalProperty> const &wanted);
    void set(IcalProperty const &property) { replace(property.name, {property}); }
    /// The TEXT of a property; it keeps its parameters (LANGUAGE, ALTREP, ...) if the text changes.
    void set_text(std::string_view name, std::string_view text);
    void remove(std::string_view name) { replace(name, {}); }

    /// The components directly inside, all or those of a name. They live until the next change of this one.
    std::vector<IcalComponent *> components(std::string_view name = {});
    std::vector<IcalComponent const *> components(std::string_view name = {}) const;
    /// A copy with its own lines only.
    IcalComponent without_components() const;
    /// Adds at the end; a VTIMEZONE before the first component.
    IcalComponent &add(IcalComponent component);
    /// Removes `component`, which components() gave.
    void remove(IcalComponent const &component);
    void remove_components(std::function<bool(IcalComponent const &)> const &is_unwanted);
    /// Puts `replacement` where `component` is, which components() gave.
    void replace(IcalComponent const &component, IcalComponent replacement);

    /// As it is written, folded or not: the same text means the same.
    std::string text() const;

    /// As they are written, byte by byte.
    bool operator==(IcalComponent const &other) const = default;

private:
    friend class IcalDocument;
    struct Part {
        std::string line;                    ///< one content line, a blank one or a broken one
        bool is_new = false;                 ///< not folded yet
        std::string name{};                  ///< that the line begins with, upper case; "" if it is broken
        std::vector<IcalComponent> nested{}; ///< one: then `line` is unused
        bool operator==(Part const &other) const = default;
    };

    IcalComponent() = default;
    size_t position_of(IcalComponent const &component) const;
    void print(std::string &text, std::string_view line_end) const;

    std::string m_name;
    Part m_begin, m_end;
    std::vector<Part> m_parts;
};

/// The TZIDs that the properties of a component and of those inside use; not those that start with "/".
std::set<std::string> time_zones_used(IcalComponent const &component);

class IcalDocument {
public:
    /// A calendar of ours: one VCALENDAR with VERSION and PRODID, lines ended by CRLF.
    IcalDocument();

    /// bad_request if BEGIN and END do not match, or are nested deeper than anybody means.
    static Result<IcalDocument> parse(std::string_view text);
    /// Gives `text` back if nothing was changed. New lines end as the first line of the file does.
    std::string print() const;

    IcalComponent &root() { return m_root; } ///< holds the VCALENDARs
    IcalComponent const &root() const { return m_root; }
    /// The first VCALENDAR; null if there is none.
    IcalComponent *calendar();
    /// What the VCALENDARs hold but time zones: VEVENT, VTODO, VJOURNAL, ... Part of this document.
    std::vector<IcalComponent *> items() &;
    std::vector<IcalComponent const *> items() const &;
    void items() && = delete;

    /// TZIDs that properties use and no VTIMEZONE of the document defines. RFC 5545 3.2.19 wants each
    /// defined, but those that start with "/".
    std::vector<std::string> undefined_time_zones() const;

private:
    std::string m_byte_order_mark;
    std::string m_line_end = "\r\n";
    IcalComponent m_root;
};

} // namespace eas
