// The header of a message or a MIME part that is in memory, taken as it is, byte by byte. RFC 5322 2.2,
// RFC 2045 section 5 (parameters).
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

/// One header field; the views point into the message.
struct HeaderField {
    std::string_view name;
    std::string_view text;  ///< the whole field with its continuation lines, without the last line end
    std::string_view value; ///< what follows the colon
};

struct MessagePieces {
    std::vector<HeaderField> fields;
    std::string_view body;
};

/// The header ends at an empty line, or where a line is no field: then it belongs to the body.
/// `mime` must outlive the result.
MessagePieces split_message(std::string_view mime);

/// The first field of that name, in any case; null if there is none.
HeaderField const *find_field(MessagePieces const &pieces, std::string_view name);

/// Appends a field's text. Lines end with CRLF, and no CR stands alone.
void append_field(std::string &header, std::string_view text);

/// "text/plain; charset=utf-8"
struct FieldWithParameters {
    std::string value; ///< lower case
    std::vector<std::pair<std::string, std::string>>
        parameters; ///< names in lower case, without RFC 2231's "*"
    /// "" if there is none
    std::string_view parameter(std::string_view name) const;
};

/// Never fails; what cannot be read is left out.
FieldWithParameters parse_parameters(std::string_view value);

} // namespace eas
