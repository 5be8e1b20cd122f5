#include "sallyport/oauth/token_state.h"

#include <algorithm>

namespace sallyport::oauth {
namespace {

using request::Grant;

/// Client credentials need no user and no refresh token: the client fetches another token.
bool CanFetch(const TokenQuestion& question) {
  return question.settings->grant == Grant::kClientCredentials;
}

bool IsBackingOff(const TokenQuestion& question) {
  return question.failures.count > 0 && question.steady < question.failures.not_before;
}

TokenAction WithoutTokens(const TokenQuestion& question) {
  if (!CanFetch(question)) return TokenAction::kLogin;
  return IsBackingOff(question) ? TokenAction::kBackOff : TokenAction::kMustRefresh;
}

/// When the access token was issued: the last refresh, or the login.
SystemTime IssuedAt(const store::TokenSet& tokens) {
  return tokens.last_refresh_at ? std::max(*tokens.last_refresh_at, tokens.obtained_at)
                                : tokens.obtained_at;
}

}  // namespace

bool IsUsable(const store::TokenSet& tokens, const request::OAuthSettings& settings,
              SystemTime now) {
  if (tokens.dead || tokens.fingerprint != settings.fingerprint) return false;
  return !tokens.expires_at || now < *tokens.expires_at;
}

TokenAction Decide(const TokenQuestion& question) {
  const store::TokenSet* tokens = question.tokens;
  if (tokens == nullptr || tokens->dead || tokens->fingerprint != question.settings->fingerprint) {
    return WithoutTokens(question);
  }
  const bool can_renew = CanFetch(question) || !tokens->tokens.refresh_token.empty();
  const bool can_renew_now = can_renew && !IsBackingOff(question);
  if (question.refused_version == tokens->version) {
    return can_renew_now ? TokenAction::kMustRefresh : TokenAction::kPassOn;
  }
  if (!IsUsable(*tokens, *question.settings, question.now)) {
    if (!can_renew) return TokenAction::kLogin;
    return can_renew_now ? TokenAction::kMustRefresh : TokenAction::kBackOff;
  }
  const std::optional<SystemTime> refresh_at = RefreshAt(*tokens, *question.settings);
  const bool near_end = refresh_at && question.now >= *refresh_at;
  return near_end && can_renew_now ? TokenAction::kRefresh : TokenAction::kUse;
}

std::optional<SystemTime> RefreshAt(const store::TokenSet& tokens,
                                    const request::OAuthSettings& settings) {
  if (!tokens.expires_at) return std::nullopt;
  const auto lifetime =
      std::max(SystemTime::duration::zero(), *tokens.expires_at - IssuedAt(tokens));
  const SystemTime::duration before = std::chrono::seconds(settings.refresh_before_seconds);
  return *tokens.expires_at - std::min(before, lifetime / 2);
}

RefreshFailures AfterFailure(RefreshFailures before, SteadyTime now) {
  constexpr int kDoublings = 6;  // 64 s, cut to 60
  constexpr std::chrono::seconds kLongest{60};
  const int doublings = std::clamp(before.count, 0, kDoublings);
  const auto delay = std::min(std::chrono::seconds(1LL << doublings), kLongest);
  return {std::min(before.count, kDoublings) + 1, now + delay};
}

}  // namespace sallyport::oauth
