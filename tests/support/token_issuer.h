// The books of an identity provider of the tests' own: codes, grants, and whose a token is. No
// sockets.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::test {

/// How tokens are issued.
struct TokenPolicy {
  int lifetime_seconds = 3600;  ///< 0: expires_in is left out
  bool refreshes = true;        ///< grants come with a refresh token
  /// Every refresh token is good once; a second use ends the grant (RFC 9700 §4.14.2).
  bool rotates = true;
  /// ... but as long as nothing of the answer was used, the refresh may be repeated: the answer may
  /// have been lost on the way.
  bool tolerates_lost_answers = false;
};

/// Thread-safe.
class TokenIssuer {
 public:
  struct TokenRequest {
    std::string grant_type, code, refresh_token;
  };

  void SetPolicy(TokenPolicy policy);
  /// A code that is good once, for tokens of this owner.
  [[nodiscard]] std::string MakeCode(const std::string& owner);
  /// The JSON of an answer; nullopt: invalid_grant.
  [[nodiscard]] std::optional<std::string> Issue(const TokenRequest& request);
  /// Whose access token is it? Counts as a use of it. nullopt: of nobody, or over.
  [[nodiscard]] std::optional<std::string> OwnerOf(const std::string& access_token);
  void Revoke(const std::string& token);
  /// Access tokens issued so far are nobody's from now on; refresh tokens stay good.
  void ExpireAccessTokens();

  /// Every access and refresh token that was issued.
  [[nodiscard]] std::vector<std::string> issued() const;
  /// Was a refresh token used twice or revoked, so that its grant is over?
  [[nodiscard]] bool any_grant_dead() const;

 private:
  /// What a sign-in gave, and what came of it since.
  struct Grant {
    std::string owner;
    std::string refresh_token;  ///< the one that is good
    std::string previous;       ///< the one before it
    bool newest_used = false;   ///< was anything of the last answer used?
    bool dead = false;
  };

  std::string NewToken(const char* kind, std::size_t grant);
  std::string Give(std::size_t index, bool with_refresh_token);
  std::optional<std::string> Refresh(const std::string& token);
  std::size_t Add(const std::string& owner);

  mutable std::mutex mutex_;
  TokenPolicy policy_;
  std::map<std::string, std::string> codes_;  ///< code -> owner
  std::vector<Grant> grants_;
  std::map<std::string, std::size_t> access_tokens_, refresh_tokens_;  ///< -> grant
  std::vector<std::string> issued_;
  int codes_made_ = 0;
};

}  // namespace sallyport::test
