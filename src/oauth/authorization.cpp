#include "sallyport/oauth/authorization.h"

#include "oauth/reason.h"
#include "sallyport/base/encoding.h"
#include "sallyport/base/secret.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::oauth {
namespace {

Error InvalidState(std::string message) {
  return Error(ErrorKind::kInvalidState, ErrorSource::kCaller, std::move(message));
}

std::string* PlaceOf(Callback& callback, std::string_view name) {
  if (name == "state") return &callback.state;
  if (name == "code") return &callback.code;
  if (name == "error") return &callback.error;
  if (name == "error_description") return &callback.error_description;
  if (name != "iss") return nullptr;
  if (!callback.issuer) callback.issuer.emplace();
  return &*callback.issuer;
}

}  // namespace

std::string NewCodeVerifier() { return Base64UrlEncode(crypto::RandomBytes(32)); }

std::string CodeChallenge(std::string_view verifier) {
  const auto digest = crypto::Sha256(verifier);
  return Base64UrlEncode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string AuthorizationUrl(const request::OAuthSettings& settings,
                             const http::Url& authorization_url,
                             const AuthorizationRequest& request) {
  http::Url url = authorization_url;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!url.query.empty() && url.query.back() != '&') url.query += '&';
    url.query += http::PercentEncode(name) + "=" + http::PercentEncode(value);
  };
  add("response_type", "code");
  add("client_id", settings.client_id);
  add("redirect_uri", request.redirect_uri);
  if (!settings.scopes.empty()) add("scope", settings.Scope());
  add("state", request.state);
  if (!request.code_verifier.empty()) {
    add("code_challenge", CodeChallenge(request.code_verifier));
    add("code_challenge_method", "S256");
  }
  if (!settings.audience.empty()) add("audience", settings.audience);
  if (!settings.resource.empty()) add("resource", settings.resource);
  for (const request::ExtraRow& row : settings.authorize_params) add(row.name, row.value);
  return url.ToString();
}

std::string CallbackUrl(std::string_view public_url) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url) + "/oauth/callback";
}

Result<Callback> ReadCallback(std::string_view query) {
  Callback callback;
  std::vector<std::string> seen;
  for (const http::QueryPiece& piece : http::SplitQuery(query)) {
    const std::string name = http::FormDecode(piece.name);
    std::string* place = PlaceOf(callback, name);
    if (place == nullptr) continue;
    for (const std::string& earlier : seen) {
      if (earlier == name) return InvalidState("The parameter " + name + " stands there twice.");
    }
    seen.push_back(name);
    *place = http::FormDecode(piece.value);
  }
  if (callback.state.empty()) {
    return InvalidState("The parameter state is missing: this sign-in was not started here.");
  }
  return callback;
}

Result<void> CheckIssuer(const Callback& callback, std::string_view issuer, bool sends_issuer) {
  if (issuer.empty()) return {};
  if (!callback.issuer && !sends_issuer) return {};
  if (callback.issuer && *callback.issuer == issuer) return {};
  return InvalidState(callback.issuer
                          ? "The answer comes from another issuer than the one that was asked."
                          : "The answer does not name its issuer, as this provider does.");
}

std::string CallbackProblem(const Callback& callback) {
  if (callback.error.empty()) {
    return callback.code.empty() ? "The identity provider sent neither a code nor an error." : "";
  }
  std::string text = callback.error;
  if (!callback.error_description.empty()) text += ": " + callback.error_description;
  const std::vector<Secret> secrets{Secret(callback.code), Secret(callback.state)};
  const std::string said = CleanReason(text, secrets);
  return "The identity provider answered: " + (said.empty() ? "an error without a name" : said);
}

}  // namespace sallyport::oauth
