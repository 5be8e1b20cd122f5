// The tokens of one owner at one resource.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sallyport/base/clock.h"
#include "sallyport/base/secret.h"

namespace sallyport::store {

/// Whose tokens: kClient for the client_credentials grant.
enum class OwnerKind : std::uint8_t { kSession, kUser, kShared, kClient };

struct TokenOwnerId {
  OwnerKind kind = OwnerKind::kUser;
  std::string id;  ///< session id or user; "" for kShared and kClient
  friend bool operator==(const TokenOwnerId&, const TokenOwnerId&) = default;
};

/// Sealed at rest as one value.
struct Tokens {
  Secret access_token;
  Secret refresh_token;  ///< empty: none
  Secret id_token;       ///< empty: none
};

struct TokenSet {
  std::int64_t id = 0;           ///< never reused; part of the associated data
  std::int64_t resource_id = 0;  ///< goes with its resource
  TokenOwnerId owner;
  std::string user;  ///< who signed in; "" for client credentials
  /// Of the access token: grows with every login and refresh, so that a caller can say which token
  /// the target refused. A failed refresh leaves it.
  std::int64_t version = 1;
  std::string fingerprint;  ///< of the settings the tokens were issued under
  Tokens tokens;
  std::string scope;  ///< as granted; "" when the provider did not say
  SystemTime obtained_at;
  std::optional<SystemTime> expires_at;  ///< of the access token; unknown when empty
  std::optional<SystemTime> last_refresh_at;
  std::string last_error;  ///< plain reason of the last failed refresh, fit to show; "" = none
  bool dead = false;       ///< the provider said invalid_grant: a new sign-in is needed
};

/// A token set as lists show it: `set` holds no tokens.
struct ListedTokenSet {
  TokenSet set;
  std::string resource_slug;
};

/// Which token sets a list has.
struct TokenSetFilter {
  std::optional<std::string> user = {};  ///< who signed in; nullopt: whoever it was
  /// Pure, called on the store thread; empty: all.
  std::function<bool(const ListedTokenSet& listed)> shows = {};
};

/// "session", "user", "shared" or "client".
[[nodiscard]] std::string_view ToString(OwnerKind kind);

/// Key of a token set in the snapshot: one per resource and owner. No two owners share one.
[[nodiscard]] std::string TokenKey(std::int64_t resource_id, const TokenOwnerId& owner);

}  // namespace sallyport::store
