// A resource's oauth2 section made ready to use (contract section 7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/secret.h"

namespace sallyport::request {

enum class Grant : std::uint8_t { kAuthorizationCode, kClientCredentials };
/// How the client proves who it is at the token endpoint (RFC 6749 §2.3.1).
enum class ClientAuth : std::uint8_t { kBasic, kPost, kNone };
/// Whose tokens they are.
enum class TokenOwner : std::uint8_t { kPerSession, kPerUser, kShared };
enum class Attach : std::uint8_t { kAuto, kHeader, kPlaceholder };

/// A further parameter or field of an authorization or token request; secret ones are opened.
struct ExtraRow {
  std::string name;
  std::string value;
};

/// JSON pointers into a token answer.
struct TokenPaths {
  std::string access_token, refresh_token, expires_in, id_token;
};

/// Immutable. An empty URL means: not given, discovery decides.
struct OAuthSettings {
  Grant grant = Grant::kAuthorizationCode;
  std::string authorization_url, token_url, revocation_url, issuer;
  std::string client_id;
  Secret client_secret;
  ClientAuth client_auth = ClientAuth::kBasic;
  std::vector<std::string> scopes;
  std::string scope_separator = " ";
  bool pkce = true;
  std::string audience, resource;
  std::vector<ExtraRow> authorize_params, token_params, token_headers;
  bool json_token_request = false;
  TokenPaths token_paths;
  std::optional<std::int64_t> lifetime_seconds;
  std::int64_t refresh_before_seconds = 60;
  std::vector<int> unauthorized_statuses;
  TokenOwner owner = TokenOwner::kPerSession;
  Attach attach = Attach::kAuto;
  /// Changes when client_id, client_secret, token_url, authorization_url, issuer or scopes do: a
  /// token set of another fingerprint is not used. A digest, not reversible.
  std::string fingerprint;

  [[nodiscard]] bool IsUnauthorized(int status) const;
  [[nodiscard]] std::string Scope() const;  ///< scopes joined by the separator
};

}  // namespace sallyport::request
