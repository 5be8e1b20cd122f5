// Token requests and what comes back (RFC 6749 §4.1.3, §4.4.2, §5, §6; RFC 7009). Pure: text in,
// text out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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
  Secret head;  ///< complete
  Secret body;
};

struct CodeGrant {
  std::string code;
  std::string redirect_uri;
  std::string code_verifier;  ///< "" without PKCE
};

/// Errors: validation_failed for a token_url that is none, unsafe_value for extra rows that cannot
/// be written.
[[nodiscard]] Result<ProviderRequest> WriteCodeRequest(const request::OAuthSettings& settings,
                                                       const http::Url& token_url,
                                                       const CodeGrant& grant);
[[nodiscard]] Result<ProviderRequest> WriteRefreshRequest(const request::OAuthSettings& settings,
                                                          const http::Url& token_url,
                                                          const Secret& refresh_token);
[[nodiscard]] Result<ProviderRequest> WriteClientRequest(const request::OAuthSettings& settings,
                                                         const http::Url& token_url);
/// RFC 7009. `hint`: "refresh_token" or "access_token".
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
  /// and cut; fit to show. Never a token, never the body.
  std::string reason;
};

/// JSON or form whatever the media type says; a 2xx without an access token, HTML, an `error`
/// member under any status: no tokens. expires_in as number or text ("3600", 3600.0); nonsense:
/// unknown.
[[nodiscard]] TokenAnswer ReadTokenAnswer(int status, std::string_view body,
                                          const request::OAuthSettings& settings);

}  // namespace sallyport::oauth
