// The time, so that tests can set it.
#pragma once
#include "base/time.h"
#include <chrono>

namespace eas {

class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() override
    {
        auto const since_epoch = std::chrono::system_clock::now().time_since_epoch();
        return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
    }
};

} // namespace eas
