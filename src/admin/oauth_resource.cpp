#include "admin/oauth_resource.h"

#include "admin/caller_tables.h"
#include "admin/refusals.h"
#include "sallyport/base/strings.h"
#include "sallyport/oauth/token_owner.h"
#include "sallyport/oauth/token_state.h"

namespace sallyport::admin {
namespace {

using request::Grant;
using request::OAuthSettings;

Error Conflict(std::string message, std::string hint) {
  return Error(ErrorKind::kConflict, ErrorSource::kCaller, std::move(message))
      .WithHint(std::move(hint));
}

std::string_view OwnerName(request::TokenOwner owner) {
  switch (owner) {
    case request::TokenOwner::kPerUser:
      return "per_user";
    case request::TokenOwner::kShared:
      return "shared";
    case request::TokenOwner::kPerSession:
      break;
  }
  return "per_session";
}

/// Between scopes of an answer beside blanks; 0: nothing. Some providers ask for blanks and answer
/// with commas, which RFC 6749 lets stand in a scope, so not where one that was asked for has one.
char SeparatorOf(const OAuthSettings& settings) {
  const std::string_view set = Trim(settings.scope_separator);
  if (set.size() == 1) return set.front();
  for (const std::string& scope : settings.scopes) {
    if (scope.find(',') != std::string::npos) return '\0';
  }
  return ',';
}

/// As granted; what was asked for when the provider did not say (RFC 6749 §5.1).
Json ScopesOf(const store::TokenSet& tokens, const OAuthSettings& settings) {
  Json scopes = Json::array();
  if (tokens.scope.empty()) {
    for (const std::string& scope : settings.scopes) scopes.push_back(scope);
    return scopes;
  }
  const char separator = SeparatorOf(settings);
  for (const std::string_view word : Split(tokens.scope, ' ')) {
    for (const std::string_view scope : Split(word, separator)) {
      if (!scope.empty()) scopes.push_back(scope);
    }
  }
  return scopes;
}

}  // namespace

Result<OAuthResource> FindOAuthResource(const Call& call, const std::string& slug) {
  const store::SnapshotPointer snapshot = call.store->snapshot();
  Result<void> judged = JudgeResource(slug, call.caller, *snapshot);
  if (!judged) return std::move(judged).error();
  OAuthResource found;
  found.entry = snapshot->resources.Find(slug);
  found.resource =
      std::dynamic_pointer_cast<const request::CompiledResource>(found.entry->prepared);
  if (found.entry->broken || !found.resource) {
    return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
                 "the secrets of this resource do not open with the configured master keys")
        .WithRetryAfter(60);
  }
  if (!found.resource->oauth) {
    return Conflict("the resource \"" + slug + "\" does not use OAuth 2.0: nobody signs in there",
                    "its auth.type is another than oauth2");
  }
  return found;
}

Result<void> JudgeHasSignIn(const OAuthResource& found) {
  if (found.settings().grant == Grant::kAuthorizationCode) return {};
  return Conflict("the resource \"" + found.entry->slug +
                      "\" uses client credentials: the gateway signs in by itself, users do not",
                  "call the resource; a token is fetched when it is needed");
}

Result<void> JudgeMayConnect(const OAuthResource& found, const store::Caller& caller) {
  if (oauth::MayConnect(found.settings(), caller)) return {};
  return Error(ErrorKind::kForbidden, ErrorSource::kCaller,
               "the tokens of this resource are for everybody; only an admin connects and "
               "disconnects it");
}

bool IsConnected(const store::TokenSet* tokens, const OAuthSettings& settings, SystemTime now) {
  if (tokens == nullptr || tokens->dead || tokens->fingerprint != settings.fingerprint) {
    return false;
  }
  const bool renewable =
      settings.grant == Grant::kClientCredentials || !tokens->tokens.refresh_token.empty();
  return renewable || oauth::IsUsable(*tokens, settings, now);
}

Json ConnectionView(const store::TokenSet* tokens, const OAuthSettings& settings, SystemTime now) {
  // Tokens of other settings are as good as none.
  if (tokens != nullptr && tokens->fingerprint != settings.fingerprint) tokens = nullptr;
  Json view = Json::object();
  view["connected"] = IsConnected(tokens, settings, now);
  view["scopes"] = tokens == nullptr ? Json::array() : ScopesOf(*tokens, settings);
  view["expires_at"] = tokens == nullptr ? Json() : TimeView(tokens->expires_at);
  view["last_refresh_at"] = tokens == nullptr ? Json() : TimeView(tokens->last_refresh_at);
  const bool failed = tokens != nullptr && !tokens->last_error.empty();
  view["last_error"] = failed ? Json(tokens->last_error) : Json();
  view["credentials"] = OwnerName(settings.owner);
  return view;
}

}  // namespace sallyport::admin
