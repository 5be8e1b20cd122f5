// Which tokens a call gets: those at hand, those of a refresh, or none.
#include <utility>

#include "oauth/service/service_impl.h"

namespace sallyport::oauth {
namespace {

ResourcePointer CompiledOf(const store::ResourceEntry& entry) {
  return std::dynamic_pointer_cast<const request::CompiledResource>(entry.prepared);
}

/// Tokens that were refused are renewed and asked for once more; then somebody renews them again
/// and again, and a call must not wait for that.
constexpr int kRounds = 3;

}  // namespace

TokenSetPointer TokensAtHand(const store::Snapshot& snapshot, const TokenNeed& need,
                             const request::OAuthSettings& settings, SystemTime now) {
  TokenSetPointer tokens = snapshot.tokens.Find(store::TokenKey(need.entry->id, need.owner));
  if (!tokens) return nullptr;
  TokenQuestion question;
  question.tokens = tokens.get();
  question.settings = &settings;
  question.now = now;
  question.refused_version = need.refused_version;
  return Decide(question) == TokenAction::kUse ? tokens : nullptr;
}

FailuresInARow TokenService::Impl::FailuresOf(const Situation& situation) const {
  const auto known = failures_.find(situation.key);
  const bool count =
      known != failures_.end() && known->second.resource_version == situation.resource_version;
  if (count) return known->second;
  return {{}, situation.resource_version, "", std::nullopt};
}

int TokenService::Impl::SecondsToNextTry(const Situation& situation) const {
  const auto wait = FailuresOf(situation).failures.not_before - clock_.Steady();
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return static_cast<int>(seconds < 1 ? 1 : seconds);
}

Situation TokenService::Impl::Look(const TokenNeed& need) const {
  const store::SnapshotPointer snapshot = store_.snapshot();
  const auto current = snapshot->resources.Find(need.entry->slug);
  const bool same = current && current->id == need.entry->id;
  Situation found;
  found.resource_id = need.entry->id;
  const store::ResourceEntry& entry = same ? *current : *need.entry;
  found.resource = CompiledOf(entry);
  found.resource_version = entry.version;
  found.owner = need.owner;
  found.key = store::TokenKey(need.entry->id, need.owner);
  found.tokens = snapshot->tokens.Find(found.key);
  if (!found.resource || !found.resource->oauth) return found;
  TokenQuestion question;
  question.tokens = found.tokens.get();
  question.settings = found.resource->oauth.get();
  question.now = clock_.Now();
  question.steady = clock_.Steady();
  question.failures = FailuresOf(found).failures;
  question.refused_version = need.refused_version;
  found.action = Decide(question);
  return found;
}

/// The answer when nothing can be sent and nothing asked for.
Error TokenService::Impl::Refusal(const Situation& situation) const {
  const std::string reason = situation.tokens ? situation.tokens->last_error : "";
  switch (situation.action) {
    case TokenAction::kPassOn:
      return NoTokens("The target refused the access token, and it cannot be renewed now.");
    case TokenAction::kBackOff: {
      const FailuresInARow failed = FailuresOf(situation);
      if (failed.denied) return *failed.denied;
      return NoTokens("The provider gave no new token a moment ago" +
                      (failed.reason.empty() ? std::string(".") : ": " + failed.reason))
          .WithRetryAfter(SecondsToNextTry(situation));
    }
    default:
      break;
  }
  const std::string at = "at the resource \"" + situation.resource->slug + "\"";
  std::string what = "Nobody is signed in " + at + " for this caller";
  if (situation.tokens && situation.tokens->dead) {
    what = "The sign-in " + at + " is no longer valid" +
           (reason.empty() ? std::string() : " (" + reason + ")");
  } else if (situation.tokens) {
    what = "The sign-in " + at + " has expired and cannot be renewed";
  }
  return LoginRequired(*situation.resource, std::move(what));
}

Task<Result<TokenGiven>> TokenService::Impl::Obtain(TokenNeed need) {
  for (int round = 0; round < kRounds; ++round) {
    const Situation now = Look(need);
    if (!now.resource || !now.resource->oauth) {
      co_return Error(ErrorKind::kLoginRequired, ErrorSource::kGateway,
                      "The resource does not use OAuth 2.0 any more.");
    }
    if (now.action == TokenAction::kUse) co_return TokenGiven{now.tokens, round > 0};
    const bool due = now.action == TokenAction::kRefresh || now.action == TokenAction::kMustRefresh;
    if (!due) co_return Refusal(now);

    const auto start = [this, &now] { return Renew(now); };
    std::shared_ptr<const Renewal> renewal = co_await renewals_.Join(now.key, start);
    if (renewal->tokens) {
      // A request that was under way already may have brought what this caller saw refused.
      if (need.refused_version == renewal->tokens->version) continue;
      co_return TokenGiven{renewal->tokens, true};
    }
    if (renewal->lost) continue;
    const bool dead = renewal->error->kind() == ErrorKind::kLoginRequired;
    if (now.action == TokenAction::kRefresh && !dead &&
        IsUsable(*now.tokens, *now.resource->oauth, clock_.Now())) {
      co_return TokenGiven{now.tokens, false};
    }
    co_return *renewal->error;
  }
  co_return NoTokens("The tokens change faster than they can be used; try again.")
      .WithRetryAfter(1);
}

}  // namespace sallyport::oauth
