// See moved-state.h.
#include "sync/moved-state.h"
#include "base/fields.h"

namespace eas {

std::string without_change_points(std::string_view text)
{
    auto const fields = parse_fields(text);
    if (fields.empty() || fields.front().name != mail_state_format)
        return std::string(text);
    FieldWriter out;
    for (auto const &field : fields)
        if (field.name != "index" && field.name != "log" && field.name != "modseq")
            out.add(field.name, field.value);
    return std::move(out.text);
}

} // namespace eas
