// The way to the provider and back: authorization request, PKCE, callback, return_to (RFC 6749
// §4.1.1 and §4.1.2, RFC 7636, RFC 9207). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/http/url.h"
#include "sallyport/request/oauth_settings.h"

namespace sallyport::oauth {

/// 43 characters of base64url over 32 random bytes (RFC 7636 §4.1).
[[nodiscard]] std::string NewCodeVerifier();
[[nodiscard]] std::string CodeChallenge(std::string_view verifier);  ///< S256

struct AuthorizationRequest {
  std::string redirect_uri;
  std::string state;
  std::string code_verifier;  ///< "" without PKCE
};

/// The provider's URL with response_type, client_id, redirect_uri, scope, state, code_challenge,
/// audience, resource and the configured extras; a query it has already is kept.
[[nodiscard]] std::string AuthorizationUrl(const request::OAuthSettings& settings,
                                           const http::Url& authorization_url,
                                           const AuthorizationRequest& request);

/// "{public_url}/oauth/callback"
[[nodiscard]] std::string CallbackUrl(std::string_view public_url);

/// What a provider sends a browser back with, decoded; "" = not given.
struct Callback {
  std::string state, code, error, error_description;
  std::optional<std::string> issuer;  ///< `iss`
};

/// The query of a call of the callback. invalid_state when there is no state, or one of these
/// parameters stands twice (RFC 6749 §3.1): whoever wrote that is no provider.
[[nodiscard]] Result<Callback> ReadCallback(std::string_view query);

/// Before the code is used, and for errors, too. `issuer`: the configured one, "" = unknown, then
/// nothing is judged. Errors, invalid_state: another `iss`, or none although the provider
/// `sends_issuer` (RFC 9207 §2.4).
[[nodiscard]] Result<void> CheckIssuer(const Callback& callback, std::string_view issuer,
                                       bool sends_issuer);

/// Why the provider gave no code: its error and description, printable and cut, introduced as the
/// provider's words, fit for a page; "" when there is a code and no error.
[[nodiscard]] std::string CallbackProblem(const Callback& callback);

/// Where a browser goes after a login. An absolute URL only to an origin of `allowed` or
/// public_url, a fragment is kept; a relative one must match /[A-Za-z0-9]... and is taken under
/// public_url. validation_failed on `return_to` else.
[[nodiscard]] Result<std::string> JudgeReturnTo(std::string_view return_to,
                                                std::string_view public_url,
                                                const std::vector<std::string>& allowed);

/// The exact target origin of the result page's postMessage: `asked` (validation_failed on `origin`
/// unless it is allowed or public_url's), else `caller_origin` if it is one of these, else the only
/// allowed one, else public_url's.
[[nodiscard]] Result<std::string> MessageOrigin(const std::optional<std::string>& asked,
                                                std::string_view caller_origin,
                                                std::string_view public_url,
                                                const std::vector<std::string>& allowed);

}  // namespace sallyport::oauth
