// See form.h.
#include "web/form.h"
#include "base/random.h"
#include "base/text.h"
#include <algorithm>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace eas {

namespace {

constexpr size_t most_fields = 20;
constexpr size_t secret_bytes = 32;
constexpr std::string_view lock_key = "web", secret_key = "web/secret";

std::optional<std::string> decode(std::string_view text)
{
    std::string spaced(text);
    std::ranges::replace(spaced, '+', ' ');
    return percent_decode(spaced);
}

Result<std::optional<std::string>> stored_secret(StateStore &state)
{
    auto const value = state.get(secret_key);
    if (!value)
        return value.error();
    auto secret = *value ? base64_decode(trim(**value)) : std::nullopt;
    if (secret && secret->size() != secret_bytes)
        secret.reset();
    return secret;
}

} // namespace

Form::Form(std::string_view encoded)
{
    for (auto pair : split(encoded, '&')) {
        auto const equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals));
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
        if (name && value && m_fields.size() < most_fields)
            m_fields.emplace_back(std::move(*name), std::move(*value));
    }
}

std::string_view Form::value(std::string_view name) const
{
    for (auto const &[field, value] : m_fields)
        if (field == name)
            return value;
    return {};
}

Result<FormTokens> FormTokens::load(StateStore &state)
{
    auto secret = stored_secret(state);
    if (!secret)
        return secret.error();
    if (*secret)
        return FormTokens(std::move(**secret));
    auto const lock = state.lock(lock_key);
    if (!lock)
        return lock.error();
    secret = stored_secret(state); // another request may have made it meanwhile
    if (!secret)
        return secret.error();
    if (*secret)
        return FormTokens(std::move(**secret));
    auto made = random_bytes(secret_bytes);
    if (auto saved = state.set(secret_key, base64_encode(made) + "\n"); !saved)
        return saved.error();
    return FormTokens(std::move(made));
}

std::string FormTokens::token(std::string_view device_id, std::string_view action) const
{
    auto text = std::string(device_id);
    text.append(1, '\0').append(action);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), m_secret.data(), static_cast<int>(m_secret.size()),
         reinterpret_cast<unsigned char const *>(text.data()), text.size(), hash, &size);
    return base64url_encode({reinterpret_cast<char const *>(hash), size});
}

bool FormTokens::is_token(std::string_view token, std::string_view device_id, std::string_view action) const
{
    auto const right = this->token(device_id, action);
    return token.size() == right.size() && CRYPTO_memcmp(token.data(), right.data(), right.size()) == 0;
}

} // namespace eas
