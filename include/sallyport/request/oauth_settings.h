// A resource's oauth2 section made ready to use (contract section 7).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/secret.h"
#include "sallyport/store/model.h"

namespace sallyport::request {

class CredentialSink;  // request/credential.h

enum class Grant : std::uint8_t { kAuthorizationCode, kClientCredentials };
/// How the client proves who it is at the token endpoint (RFC 6749 §2.3.1).
enum class ClientAuth : std::uint8_t { kBasic, kPost, kNone };
/// Whose tokens they are. Means nothing for client credentials: those belong to the client.
enum class TokenOwner : std::uint8_t { kPerSession, kPerUser, kShared };
enum class Attach : std::uint8_t { kAuto, kHeader, kPlaceholder };

/// A further parameter or field of an authorization or token request; secret ones are opened.
struct ExtraRow {
  std::string name;
  std::string value;
  bool secret = false;
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
  std::vector<ExtraRow> authorize_params, token_params, token_headers;  ///< enabled ones, in order
  bool json_token_request = false;
  TokenPaths token_paths{"/access_token", "/refresh_token", "/expires_in", "/id_token"};
  std::optional<std::int64_t> lifetime_seconds;
  std::int64_t refresh_before_seconds = 60;
  std::vector<int> unauthorized_statuses;
  TokenOwner owner = TokenOwner::kPerSession;
  Attach attach = Attach::kAuto;
  /// Changes when client_id, token_url, authorization_url, issuer or scopes do: a token set of
  /// another fingerprint is not used. A digest; it holds no secret.
  std::string fingerprint;

  [[nodiscard]] bool IsUnauthorized(int status) const;
  [[nodiscard]] std::string Scope() const;  ///< scopes joined by the separator
};

/// `auth` is the `auth` member of a normalized resource document whose type is oauth2; `secrets`
/// are the document's, by pointer ("/auth/client_secret", "/auth/token_params/0/value"). A secret
/// that does not open reads as "". Pure.
[[nodiscard]] std::shared_ptr<const OAuthSettings> ReadOAuthSettings(const Json& auth,
                                                                     const store::Secrets& secrets);

/// Does a call carry its token in the Authorization field? `has_placeholders`: the resource's or
/// the query's text holds a magic string for a token, which is replaced in any case.
[[nodiscard]] bool SendsTokenHeader(Attach attach, bool has_placeholders);

/// Sets "Authorization: Bearer <token>" (RFC 6750 §2.1) when SendsTokenHeader says so; it wins over
/// every row of that name, as credentials do.
void AttachToken(Attach attach, bool has_placeholders, const Secret& access_token,
                 CredentialSink& sink);

}  // namespace sallyport::request
