// From what a provider granted to what is stored, and what a failed refresh leaves. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sallyport/base/clock.h"
#include "sallyport/oauth/token_exchange.h"
#include "sallyport/request/oauth_settings.h"
#include "sallyport/store/token_set.h"

namespace sallyport::oauth {

/// When granted tokens end: expires_in, else the lifetime of the settings, else nobody knows.
[[nodiscard]] std::optional<SystemTime> ExpiresAt(const Granted& granted,
                                                  const request::OAuthSettings& settings,
                                                  SystemTime now);

/// Tokens of a login, or of the first fetch of client credentials. `id` is left to the store, and
/// `version` when it replaces a set.
[[nodiscard]] store::TokenSet NewTokens(std::int64_t resource_id, store::TokenOwnerId owner,
                                        std::string user, Granted granted,
                                        const request::OAuthSettings& settings, SystemTime now);

/// `before` after a refresh: the next version, alive, without error. A refresh token, id token or
/// scope that did not come with it stays (RFC 6749 §6).
[[nodiscard]] store::TokenSet Renewed(store::TokenSet before, Granted granted,
                                      const request::OAuthSettings& settings, SystemTime now);

/// `before` after a failed refresh: with its reason, dead after invalid_grant; tokens and version
/// stay.
[[nodiscard]] store::TokenSet NotRenewed(store::TokenSet before, const TokenAnswer& answer);

}  // namespace sallyport::oauth
