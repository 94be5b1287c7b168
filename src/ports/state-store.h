// Where what each device was told is kept. A value is small and opaque; each is written as a whole.
// Files under the user's home are the default (stores/file-state-store.cc). Keys are listed for admins and
// at the first contact of a device only, never for an ordinary request: a store that cannot iterate (redis)
// may keep lists of its own.
#pragma once
#include "base/result.h"
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
    /// The first `bytes` bytes of the value, fewer if it is shorter: where the rest is not needed.
    virtual Result<std::optional<std::string>> get_beginning(std::string_view key, size_t bytes)
    {
        auto value = get(key);
        if (value && *value)
            (**value).resize(std::min((**value).size(), bytes));
        return value;
    }
    /// Durable when it returns: a reader sees the old value or the new one, never a part. The caller holds
    /// the lock of the device that the value is of.
    virtual Result<void> set(std::string_view key, std::string_view value) = 0;
    /// No error if there is no such key. Removes the keys below it too.
    virtual Result<void> remove(std::string_view key) = 0;
    /// The next segments of all keys below `key` ("device": the ids of devices), each once, sorted.
    virtual Result<std::vector<std::string>> list(std::string_view key) = 0;
    /// A file that is replaced whenever the value of that key is set or removed, to be watched for what other
    /// programs do; "" if there is none.
    virtual std::string watched_file(std::string_view) const { return {}; }
    /// Waits some seconds for another request of the same device; temporary on a time-out.
    virtual Result<std::unique_ptr<Lock>> lock(std::string_view device_key) = 0;
};

} // namespace eas
