// What MS-ASAIRS 3.2.5.1 demands of the BodyPreferences and BodyPartPreferences in the Options of Sync,
// ItemOperations and Search beyond their schema. A client with two minds about a body would get one that it
// did not ask for.
#pragma once
#include "base/result.h"
#include "wbxml/element.h"

namespace eas {

/// Each preference has a Type, its elements once and in their order; a Type is named once. bad_request.
Result<void> check_preferences(Element const &options);

} // namespace eas
