// Result<T>: a value or an Error. The project throws no exceptions of its own; what can fail says so
// in its type. The few kinds are what a caller can act on; a command alone turns one into an EAS Status.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace eas {

enum class ErrorKind {
    bad_request, ///< the client's bytes break a rule of the protocol
    not_found,   ///< the folder, message or item does not exist (any more)
    exists,      ///< a name or id is taken already
    denied,      ///< the user's rights do not suffice
    quota,       ///< the user's storage is full
    too_large,   ///< over a limit that the admin or we set
    conflict,    ///< the stored state moved on since it was read
    temporary,   ///< try again later (I/O error, server down, lock time-out)
};

struct Error {
    ErrorKind kind;
    std::string message; ///< for the log: says what failed, of which object, and why
};

/// A T or an Error. `if (!result) return result.error();` is the usual pattern.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::move(value)) {}
    Result(Error error) : m_state(std::move(error)) {}
    explicit operator bool() const { return m_state.index() == 0; }
    T &operator*() & { return std::get<0>(m_state); }
    T const &operator*() const & { return std::get<0>(m_state); }
    T &&operator*() && { return std::get<0>(std::move(m_state)); }
    T *operator->() { return &std::get<0>(m_state); }
    T const *operator->() const { return &std::get<0>(m_state); }
    Error const &error() const { return std::get<1>(m_state); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}
    explicit operator bool() const { return !m_error; }
    Error const &error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace eas
