// One refresh, or one fetch of client credentials: asked for, stored, adopted, then given.
#include <utility>

#include "oauth/service/service_impl.h"
#include "sallyport/oauth/token_renewal.h"

namespace sallyport::oauth {
namespace {

using request::Grant;

Renewal Failed(Error error) { return {nullptr, std::move(error), false}; }
Renewal Lost() { return {nullptr, std::nullopt, true}; }

/// What is renewed, or null when the tokens are the first ones under these settings.
const store::TokenSet* Before(const Situation& from) {
  const store::TokenSet* tokens = from.tokens.get();
  if (tokens == nullptr || tokens->dead) return nullptr;
  return tokens->fingerprint == from.resource->oauth->fingerprint ? tokens : nullptr;
}

Result<ProviderRequest> WriteRequest(const Situation& from, const http::Url& url) {
  const request::OAuthSettings& settings = *from.resource->oauth;
  if (settings.grant == Grant::kClientCredentials) return WriteClientRequest(settings, url);
  return WriteRefreshRequest(settings, url, from.tokens->tokens.refresh_token);
}

/// Only for as long as exactly these tokens are stored: what was granted after a logout, a
/// disconnect or another login must not bring the old sign-in back.
store::Precondition StillThere(const store::TokenSet& tokens) {
  store::Precondition when;
  when.id = tokens.id;
  when.version = tokens.version;
  return when;
}

Error SignInAgain(const Situation& from, const std::string& reason) {
  return LoginRequired(*from.resource,
                       "The provider does not renew the sign-in at the resource \"" +
                           from.resource->slug + "\" any more (" + reason + ")");
}

/// Somebody signed in anew, or the session or the resource is gone: the tokens have no place.
bool NobodyOwns(ErrorKind kind) {
  return kind == ErrorKind::kPreconditionFailed || kind == ErrorKind::kNotFound ||
         kind == ErrorKind::kUnauthenticated;
}

}  // namespace

Task<Renewal> TokenService::Impl::Renew(Situation from) {
  const auto waiting = unsaved_.find(from.key);
  if (waiting != unsaved_.end()) {
    Unsaved unsaved = std::move(waiting->second);
    unsaved_.erase(waiting);
    const store::TokenSet* before = Before(from);
    if (before != nullptr && unsaved.when.id == before->id &&
        unsaved.when.version == before->version) {
      Renewal saved = co_await Save(std::move(from), std::move(unsaved));
      co_return saved;
    }
  }
  Result<TokenAnswer> answer = co_await AskForTokens(from);
  if (!answer) {
    TokenAnswer nothing;
    nothing.reason = answer.error().message();
    std::optional<Error> denied;
    if (IsDenied(answer.error())) denied = answer.error();
    Renewal failed = co_await NoteFailure(std::move(from), std::move(nothing), std::move(denied));
    co_return failed;
  }
  if (!answer->granted) {
    std::optional<Error> not_denied;
    Renewal failed =
        co_await NoteFailure(std::move(from), std::move(*answer), std::move(not_denied));
    co_return failed;
  }
  Granted granted = std::move(*answer->granted);
  Renewal kept = co_await Keep(std::move(from), std::move(granted));
  co_return kept;
}

Task<Result<TokenAnswer>> TokenService::Impl::AskForTokens(const Situation& from) {
  Result<Endpoints> endpoints = co_await EndpointsOf(from.resource, Wanted::kToken);
  if (!endpoints) co_return endpoints.error();
  const Result<http::Url> url = http::ParseUrl(endpoints->token_url);
  if (!url) co_return NoTokens("token_url " + url.error().message());
  Result<ProviderRequest> request = WriteRequest(from, *url);
  if (!request) co_return request.error();
  const std::vector<Secret> secrets = request->secrets;
  ProviderCall call;
  call.method = "POST";
  call.request = std::move(*request);
  call.max_bytes = kTokenAnswerBytes;
  call.resource = from.resource;
  Result<ProviderReply> reply = co_await client_->Send(std::move(call));
  if (!reply) co_return AtProvider(reply.error(), "token URL");
  co_return ReadTokenAnswer(reply->status, reply->body, *from.resource->oauth, secrets);
}

Task<Renewal> TokenService::Impl::Keep(Situation from, Granted granted) {
  const request::OAuthSettings& settings = *from.resource->oauth;
  Unsaved unsaved;
  if (const store::TokenSet* before = Before(from)) {
    unsaved.set = Renewed(*before, std::move(granted), settings, clock_.Now());
    unsaved.when = StillThere(*before);
  } else {
    unsaved.set =
        NewTokens(from.resource_id, from.owner, "", std::move(granted), settings, clock_.Now());
  }
  Renewal saved = co_await Save(std::move(from), std::move(unsaved));
  co_return saved;
}

Task<Renewal> TokenService::Impl::Save(Situation from, Unsaved unsaved) {
  store::TokenSet set = unsaved.set;
  const store::Precondition when = unsaved.when;
  std::optional<store::AuditEntry> no_audit;
  Result<store::TokenSet> stored =
      co_await store_.PutTokens(std::move(set), when, std::move(no_audit));
  if (stored) {
    failures_.erase(from.key);
    Count(from, "ok", "");
    Renewal done;
    done.tokens = std::make_shared<const store::TokenSet>(std::move(*stored));
    co_return done;
  }
  if (NobodyOwns(stored.error().kind())) {
    Count(from, "lost", "the tokens were replaced or dropped meanwhile");
    // Nobody will use what was granted, and the provider may think that somebody does.
    auto unused = std::make_shared<const store::TokenSet>(std::move(unsaved.set));
    co_await Revoke(from.resource, std::move(unused));
    co_return Lost();
  }
  Count(from, "not_stored", stored.error().message());
  if (when.version) unsaved_[from.key] = std::move(unsaved);
  co_return Failed(stored.error());
}

Task<Renewal> TokenService::Impl::NoteFailure(Situation from, TokenAnswer answer,
                                              std::optional<Error> denied) {
  // A client that may not have a token is no sign-in that has ended: it may be allowed again.
  if (from.resource->oauth->grant == Grant::kClientCredentials) {
    answer.refusal = Refusal::kOther;
  }
  const bool dead = answer.refusal == Refusal::kInvalidGrant;
  FailuresInARow failed = FailuresOf(from);
  failed.failures = AfterFailure(failed.failures, clock_.Steady());
  failed.reason = answer.reason;
  failed.denied = denied;
  failures_[from.key] = std::move(failed);
  Count(from, dead ? "invalid_grant" : "failed", answer.reason);
  const store::TokenSet* before = Before(from);
  if (before != nullptr && (dead || before->last_error != answer.reason)) {
    store::TokenSet after = NotRenewed(*before, answer);
    const store::Precondition when = StillThere(*before);
    std::optional<store::AuditEntry> no_audit;
    const Result<store::TokenSet> noted =
        co_await store_.PutTokens(std::move(after), when, std::move(no_audit));
    if (!noted && noted.error().kind() == ErrorKind::kPreconditionFailed) co_return Lost();
    if (!noted) {
      log_.Write(observe::Level::kWarn, "a failed refresh was not noted", "",
                 {{"resource", from.resource->slug}, {"reason", noted.error().message()}});
    }
  }
  if (dead) co_return Failed(SignInAgain(from, answer.reason));
  if (denied) co_return Failed(std::move(*denied));
  Error none = NoTokens("The provider gave no token: " + answer.reason)
                   .WithRetryAfter(SecondsToNextTry(from));
  co_return Failed(std::move(none));
}

void TokenService::Impl::Count(const Situation& from, std::string_view outcome,
                               const std::string& reason) {
  counters_.Count(outcome);
  const bool fetched = from.resource->oauth->grant == Grant::kClientCredentials;
  Json fields{{"resource", from.resource->slug},
              {"owner", store::ToString(from.owner.kind)},
              {"outcome", outcome}};
  if (!reason.empty()) fields["reason"] = reason;
  log_.Write(outcome == "ok" ? observe::Level::kInfo : observe::Level::kWarn,
             fetched ? "token fetch" : "token refresh", "", fields);
}

}  // namespace sallyport::oauth
