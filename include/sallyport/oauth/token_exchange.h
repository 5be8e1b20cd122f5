// Token requests and what comes back (RFC 6749 §4.1.3, §4.4.2, §5, §6; RFC 7009). Pure: text in,
// text out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/url.h"
#include "sallyport/request/oauth_settings.h"
#include "sallyport/store/token_set.h"

namespace sallyport::oauth {

/// What a request to the provider looks like before it is sent. Holds secrets: the head has the
/// client's, the body tokens.
struct ProviderRequest {
  http::Url url;
  Secret head;  ///< complete: POST with Content-Length
  Secret body;
  /// Every secret that is in it, one by one: an answer's text is searched for them before anybody
  /// sees it.
  std::vector<Secret> secrets;
};

struct CodeGrant {
  std::string code;
  std::string redirect_uri;
  std::string code_verifier;  ///< "" without PKCE
};

/// The client's proof, `audience`, `resource` and token_params go with every token request. Error:
/// unsafe_value for extra fields that cannot be written.
[[nodiscard]] Result<ProviderRequest> WriteCodeRequest(const request::OAuthSettings& settings,
                                                       const http::Url& token_url,
                                                       const CodeGrant& grant);
[[nodiscard]] Result<ProviderRequest> WriteRefreshRequest(const request::OAuthSettings& settings,
                                                          const http::Url& token_url,
                                                          const Secret& refresh_token);
[[nodiscard]] Result<ProviderRequest> WriteClientRequest(const request::OAuthSettings& settings,
                                                         const http::Url& token_url);
/// RFC 7009. `hint`: "refresh_token" or "access_token". token_headers go with it, token_params do
/// not: it is no token request.
[[nodiscard]] Result<ProviderRequest> WriteRevocationRequest(const request::OAuthSettings& settings,
                                                             const http::Url& revocation_url,
                                                             const Secret& token,
                                                             std::string_view hint);

/// Tokens as granted.
struct Granted {
  store::Tokens tokens;  ///< no refresh token: the old one stays
  std::optional<std::int64_t> expires_in;
  std::string scope;
};

enum class Refusal : std::uint8_t {
  kInvalidGrant,  ///< the grant is dead, whatever the status was
  kOther          ///< anything else: old tokens stay
};

struct TokenAnswer {
  std::optional<Granted> granted;
  Refusal refusal = Refusal::kOther;
  /// Why there are no tokens: the provider's error code and description, cleaned to printable text
  /// and cut to 200 characters; fit to show. Never a token, never the body.
  std::string reason;
  bool quoted = false;  ///< `reason` is what the provider says itself
};

/// The largest token answer that is read, in bytes; a longer one grants nothing.
inline constexpr std::size_t kTokenAnswerBytes = 1024 * 1024;

/// JSON or form whatever the media type says; a 2xx without an access token, HTML, an `error`
/// member under any status: no tokens. expires_in as number or text ("3600", 3600.0); nonsense (0
/// and less, more than ten years): unknown. `sent`: ProviderRequest::secrets.
[[nodiscard]] TokenAnswer ReadTokenAnswer(int status, std::string_view body,
                                          const request::OAuthSettings& settings,
                                          const std::vector<Secret>& sent);

}  // namespace sallyport::oauth
