// See http-message.h.
#include "request/http-message.h"
#include "base/text.h"

namespace eas {

std::string_view HttpRequest::header(std::string_view name) const
{
    for (auto &[field, value] : headers)
        if (equals_ignoring_case(field, name))
            return value;
    return {};
}

} // namespace eas
