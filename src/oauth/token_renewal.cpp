#include "sallyport/oauth/token_renewal.h"

#include <utility>

namespace sallyport::oauth {

std::optional<SystemTime> ExpiresAt(const Granted& granted, const request::OAuthSettings& settings,
                                    SystemTime now) {
  const std::optional<std::int64_t> seconds =
      granted.expires_in ? granted.expires_in : settings.lifetime_seconds;
  if (!seconds) return std::nullopt;
  return now + std::chrono::seconds(*seconds);
}

store::TokenSet NewTokens(std::int64_t resource_id, store::TokenOwnerId owner, std::string user,
                          Granted granted, const request::OAuthSettings& settings, SystemTime now) {
  store::TokenSet set;
  set.resource_id = resource_id;
  set.owner = std::move(owner);
  set.user = std::move(user);
  set.fingerprint = settings.fingerprint;
  set.obtained_at = now;
  set.expires_at = ExpiresAt(granted, settings, now);
  set.tokens = std::move(granted.tokens);
  set.scope = std::move(granted.scope);
  return set;
}

store::TokenSet Renewed(store::TokenSet before, Granted granted,
                        const request::OAuthSettings& settings, SystemTime now) {
  store::TokenSet after = std::move(before);
  after.version += 1;
  after.fingerprint = settings.fingerprint;
  after.expires_at = ExpiresAt(granted, settings, now);
  after.last_refresh_at = now;
  after.last_error.clear();
  after.dead = false;
  store::Tokens& fresh = granted.tokens;
  if (fresh.refresh_token.empty()) fresh.refresh_token = std::move(after.tokens.refresh_token);
  if (fresh.id_token.empty()) fresh.id_token = std::move(after.tokens.id_token);
  after.tokens = std::move(fresh);
  if (!granted.scope.empty()) after.scope = std::move(granted.scope);
  return after;
}

store::TokenSet NotRenewed(store::TokenSet before, const TokenAnswer& answer) {
  store::TokenSet after = std::move(before);
  after.last_error = answer.reason;
  after.dead = answer.refusal == Refusal::kInvalidGrant;
  return after;
}

}  // namespace sallyport::oauth
