// What a browser sends back: fields of a form, and the token that shows that the form is ours.
#pragma once
#include "base/result.h"
#include "ports/state-store.h"
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

class Form {
public:
    /// application/x-www-form-urlencoded: a query or a body. Unreadable pairs are left out; at most 20 are
    /// read.
    explicit Form(std::string_view encoded);
    /// "" if there is none.
    std::string_view value(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> m_fields;
};

/// A page of another site makes a browser send our forms with the user's credentials, but it cannot know the
/// token: it is made of a secret that is kept in the user's state, for one device and one action.
class FormTokens {
public:
    /// The user's secret; made at the first use.
    static Result<FormTokens> load(StateStore &state);

    std::string token(std::string_view device_id, std::string_view action) const;
    /// Takes the same time for any wrong token.
    bool is_token(std::string_view token, std::string_view device_id, std::string_view action) const;

private:
    explicit FormTokens(std::string secret) : m_secret(std::move(secret)) {}
    std::string m_secret;
};

} // namespace eas
