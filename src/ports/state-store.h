// Where what each device was told is kept. A value is small and opaque; each is written as a whole.
// A store never lists its keys (redis cannot): the user's value lists the devices, a device's value
// its collections. Files under the user's home are the default (stores/file-state-store.cc).
#pragma once
#include "base/result.h"
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

class StateStore {
public:
    /// Held while a device's request reads and writes its state; released when destroyed.
    class Lock {
    public:
        virtual ~Lock() = default;
    };

    virtual ~StateStore() = default;
    /// `key` is a path of segments [A-Za-z0-9._-]+ joined by '/', 200 bytes at most.
    virtual Result<std::optional<std::string>> get(std::string_view key) = 0;
    /// Durable when it returns: a reader sees the old value or the new one, never a part. The caller holds
    /// the lock of the device that the value is of.
    virtual Result<void> set(std::string_view key, std::string_view value) = 0;
    /// No error if there is no such key. Removes the keys below it too.
    virtual Result<void> remove(std::string_view key) = 0;
    /// Waits some seconds for another request of the same device; temporary on a time-out.
    virtual Result<std::unique_ptr<Lock>> lock(std::string_view device_key) = 0;
};

} // namespace eas
