// The time, so that tests can set it.
#pragma once
#include "base/time.h"

namespace eas {

class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() = 0;
};

} // namespace eas
