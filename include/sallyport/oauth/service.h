// The one owner of all token sets and sign-ins: gets, refreshes and revokes tokens, one request at
// a time per token set (contract section 7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/oauth/logins.h"
#include "sallyport/oauth/token_exchange.h"
#include "sallyport/observe/log.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/store/store.h"

namespace sallyport::oauth {

struct ProviderReply {
  int status = 0;
  std::string body;
};

/// How the service reaches providers; the seam at which tests put one without sockets. Used on the
/// service's thread only.
class ProviderClient {
 public:
  virtual ~ProviderClient() = default;
  /// Redirects are not followed: a 3xx is the reply. Errors as net::Upstream's; upstream_too_large
  /// beyond `max_bytes`; upstream_timeout beyond timeouts.token, which bounds the whole exchange.
  virtual Task<Result<ProviderReply>> Send(std::string method, ProviderRequest request,
                                           std::size_t max_bytes) = 0;
};

using TokenSetPointer = std::shared_ptr<const store::TokenSet>;

struct TokenNeed {
  std::shared_ptr<const store::ResourceEntry> entry;
  store::TokenOwnerId owner;
  /// The target has just refused the tokens of this version: they are not given again.
  std::optional<std::int64_t> refused_version;
};

struct TokenGiven {
  TokenSetPointer tokens;
  bool refreshed = false;  ///< by a request that this call made or waited for
};

/// What a browser brings back from the provider.
struct CallbackQuery {
  std::string state, code, error, error_description, iss;
};

struct LoginOutcome {
  bool ok = false;
  std::string reason;    ///< why not; plain text, fit to show
  LoginRequest request;  ///< empty when the state is not known
};

/// Thread-safe: every Task may be awaited on any shard and resumes there; the work runs on the
/// service's own thread, so that one token set has one request under way, whatever asks for it.
class TokenService {
 public:
  /// All outlive it. Starts the thread.
  TokenService(store::Store& store, std::unique_ptr<ProviderClient> client, observe::Log& log,
               const Clock& clock);
  ~TokenService();

  /// Tokens that may be sent now: refreshed or, for client_credentials, fetched where that is due.
  /// All that wait for one token set get the result of one request. New tokens are on disk and in
  /// every shard's snapshot before this returns. Errors: login_required (none, dead, or expired
  /// without a refresh token), token_refresh_failed (with the provider's reason; also while backing
  /// off).
  Task<Result<TokenGiven>> Obtain(TokenNeed need);

  Task<Logins::Ticket> MakeTicket(LoginRequest request);
  Task<std::optional<LoginRequest>> PeekTicket(std::string ticket);
  /// Where the browser goes next, and the cookie that binds it. nullopt: the ticket is unknown,
  /// used or old. Errors: what discovery says.
  struct Departure {
    std::string url;
    Logins::Started started;
  };
  Task<Result<std::optional<Departure>>> Depart(std::string ticket, std::string redirect_uri);
  /// Judges the callback, exchanges the code, stores the tokens.
  Task<LoginOutcome> Arrive(CallbackQuery query, std::vector<std::string> browser_secrets);

  /// Best effort, in the background: tells the provider that the tokens are not needed any more. A
  /// failure is logged.
  void Revoke(std::shared_ptr<const request::OAuthSettings> settings, TokenSetPointer tokens);
};

}  // namespace sallyport::oauth
