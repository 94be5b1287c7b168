// Lines "name value": the form of everything that we store. An admin can read it; unknown names are
// skipped, so that an older version reads what a newer one wrote.
#pragma once
#include "base/text.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// Appends lines to a text. Line breaks, '%' and other controls in values are percent-escaped.
class FieldWriter {
public:
    void add(std::string_view name, std::string_view value);
    void add(std::string_view name, uint64_t value) { add(name, std::to_string(value)); }
    std::string text;
};

struct Field {
    std::string_view name; ///< points into the parsed text
    std::string value;
    uint64_t number() const { return parse_unsigned(value).value_or(0); }
};

/// In their order; lines that are no field are left out.
std::vector<Field> parse_fields(std::string_view text);

/// One value of several pieces: pieces joined by blanks, blanks in pieces escaped.
std::string join_pieces(std::vector<std::string> const &pieces);
std::vector<std::string> split_pieces(std::string_view value);

} // namespace eas
