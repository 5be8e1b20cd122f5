// A certified OpenID provider (oidc-provider of tests/npm) and an API behind it, on a free port of
// loopback, in a process of its own. It wants PKCE, rotates refresh tokens, and ends a grant whose
// refresh token comes twice. See tests/npm/oidc_provider.js.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/target_servers.h"

namespace sallyport::test {

/// Of the clients "basic" and "post". The client "public" has none.
inline constexpr std::string_view kOddClientSecret = "a:b+c%2F/d&e=f g\"h\\i?j#k~l";
/// Of the client "unicode", which proves itself by Basic only.
inline constexpr std::string_view kUnicodeClientSecret = "geh\u00e9im: \u5bc6\u7801+\u20ac";

class OidcProvider {
 public:
  OidcProvider();

  /// The issuer, "http://127.0.0.1:41234".
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_.port());
  }
  /// Opens for its tokens only.
  [[nodiscard]] std::string api() const { return url() + "/api"; }

  /// access_token_ttl (seconds), refresh_tokens (are there any?), token_delay_ms.
  void Set(const nlohmann::json& settings) const;
  /// What happened, oldest first: all with event == `name` ("token", "authorization", "api",
  /// "discovery", "revocation", "grant_revoked").
  [[nodiscard]] nlohmann::json Events(std::string_view name) const;
  void ForgetEvents() const;
  /// Token requests with this grant_type.
  [[nodiscard]] std::size_t TokenRequests(std::string_view grant_type) const;
  /// Tokens that would work now: [{"kind":"access|refresh","subject","client"}].
  [[nodiscard]] nlohmann::json LiveTokens() const;
  /// The values of all tokens that it ever gave, to search for them.
  [[nodiscard]] std::vector<std::string> AllTokens() const;
  /// All access tokens end; refresh tokens stay.
  void ExpireAccessTokens() const;
  /// All grants end, as when users withdraw them at the provider.
  void RevokeGrants() const;

 private:
  [[nodiscard]] nlohmann::json Control(const std::string& method, const std::string& path,
                                       const std::string& body = "") const;

  NodeServer server_;
};

}  // namespace sallyport::test
