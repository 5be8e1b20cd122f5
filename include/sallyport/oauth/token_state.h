// What to do about one token set, now. Decides only: no clock, no I/O (contract section 7).
#pragma once

#include <cstdint>
#include <optional>

#include "sallyport/base/clock.h"
#include "sallyport/request/oauth_settings.h"
#include "sallyport/store/token_set.h"

namespace sallyport::oauth {

enum class TokenAction : std::uint8_t {
  kUse,      ///< valid and not near its end, or nothing can be done about that now
  kRefresh,  ///< refresh first; when that fails and the token is still valid, use it
  /// There is no valid token, or the target refused it: without a refresh (client credentials:
  /// another fetch) there is no call.
  kMustRefresh,
  kBackOff,  ///< a refresh failed a moment ago and the token is no longer valid
  kPassOn,   ///< the target refused the token and nothing can be done now: its answer is the answer
  kLogin,    ///< nothing to use and nothing to refresh with: the user has to sign in
};

/// Failed refreshes in a row of one token set; forgotten by a success or a login.
struct RefreshFailures {
  int count = 0;
  SteadyTime not_before;  ///< no try before this
};

struct TokenQuestion {
  const store::TokenSet* tokens = nullptr;  ///< null: there are none
  const request::OAuthSettings* settings = nullptr;
  SystemTime now;
  SteadyTime steady;
  RefreshFailures failures;
  /// The target has just refused the access token of this version. Another one than `tokens` have
  /// says nothing: somebody else has renewed them.
  std::optional<std::int64_t> refused_version;
};

/// Precondition: `settings` is set. Tokens of another fingerprint count as none. After a successful
/// refresh do not ask again: use what came.
[[nodiscard]] TokenAction Decide(const TokenQuestion& question);

/// Is the access token good for a call at `now`, as far as anybody knows? Not of a dead set, nor
/// under other settings than it was issued under.
[[nodiscard]] bool IsUsable(const store::TokenSet& tokens, const request::OAuthSettings& settings,
                            SystemTime now);

/// When the token must be refreshed before a call: refresh_before_seconds, at most half the
/// lifetime, before its end. nullopt: no expiry known.
[[nodiscard]] std::optional<SystemTime> RefreshAt(const store::TokenSet& tokens,
                                                  const request::OAuthSettings& settings);

/// 1 s doubling to 60 s.
[[nodiscard]] RefreshFailures AfterFailure(RefreshFailures before, SteadyTime now);

}  // namespace sallyport::oauth
