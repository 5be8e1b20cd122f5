// The one owner of all token sets and sign-ins: gets, refreshes and revokes tokens, one request at
// a time per token set (contract section 7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/oauth/authorization.h"
#include "sallyport/oauth/logins.h"
#include "sallyport/oauth/token_exchange.h"
#include "sallyport/observe/log.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/store/store.h"

namespace sallyport::oauth {

struct ProviderCall {
  std::string method;
  ProviderRequest request;
  /// Of the answer's body. 0: only the status matters, the body is not read.
  std::size_t max_bytes = 0;
  /// Whose TLS settings count where it has some for this origin.
  std::shared_ptr<const request::CompiledResource> resource;
  /// Set for a call to the resource's target instead of a provider (the login test): these limits
  /// win over the configured ones.
  std::optional<request::TargetTimeouts> target_timeouts = {};
};

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
  /// beyond `max_bytes`; upstream_timeout beyond timeouts.token, which bounds the whole exchange
  /// unless `target_timeouts` has a total.
  virtual Task<Result<ProviderReply>> Send(ProviderCall call) = 0;
};

/// Makes the client for the service's event loop.
using MakeProviderClient =
    std::function<std::unique_ptr<ProviderClient>(boost::asio::io_context& context)>;

using TokenSetPointer = std::shared_ptr<const store::TokenSet>;
using ResourcePointer = std::shared_ptr<const request::CompiledResource>;

struct TokenNeed {
  std::shared_ptr<const store::ResourceEntry> entry;
  store::TokenOwnerId owner;
  /// The target has just refused the tokens of this version: they are not given again.
  std::optional<std::int64_t> refused_version;
};

/// The tokens of `need` in a snapshot when they can be sent as they are; null: ask
/// TokenService::Obtain. Pure, so that most calls stay on their shard.
[[nodiscard]] TokenSetPointer TokensAtHand(const store::Snapshot& snapshot, const TokenNeed& need,
                                           const request::OAuthSettings& settings, SystemTime now);

struct TokenGiven {
  TokenSetPointer tokens;
  bool refreshed = false;  ///< by a request that this call made or waited for
};

struct LoginOutcome {
  bool ok = false;
  std::string reason;  ///< why not; plain text, fit to show
  /// Empty when the state is not this browser's, or another user's: it is not used up then.
  LoginRequest request;
};

/// Where a browser goes next, and the cookie that binds it.
struct Departure {
  std::string url;
  Logins::Started started;
};

/// Thread-safe: every Task may be awaited on any shard and resumes there; the work runs on the
/// service's own thread, so that one token set has one request under way, whatever asks for it. It
/// judges by the latest snapshot of the store, so that a caller with an older one does not refresh
/// again.
class TokenService {
 public:
  /// All outlive it. Starts the thread. Takes the store's hook for purged sessions: their tokens
  /// are revoked at the providers, best effort.
  TokenService(store::Store& store, const MakeProviderClient& make_client, observe::Log& log,
               const Clock& clock);
  /// Precondition: nothing awaits it on a running loop.
  ~TokenService();
  TokenService(const TokenService&) = delete;
  TokenService& operator=(const TokenService&) = delete;

  /// Joins the thread; what is under way stays where it is. The store and the resolver, which hand
  /// their last answers to the service's loop, are destroyed after this and before the service.
  void Stop();

  /// Tokens that may be sent now: refreshed or, for client_credentials, fetched where that is due.
  /// All that wait for one token set get the result of one request. New tokens are on disk and in
  /// every shard's snapshot before this returns. Errors: login_required (none, dead, or expired
  /// without a refresh token); token_refresh_failed with the provider's reason, also while backing
  /// off, and when tokens were refused that cannot be renewed now: the target's answer is the
  /// answer then; not_found (the resource was deleted); store_unavailable.
  Task<Result<TokenGiven>> Obtain(TokenNeed need);

  Task<Logins::Ticket> MakeTicket(LoginRequest request);
  Task<std::optional<LoginRequest>> PeekTicket(std::string ticket);
  /// Uses the ticket up. nullopt: it is unknown, used or old. Errors, which leave it as it was:
  /// invalid_state (the resource has changed), and what discovery says.
  Task<Result<std::optional<Departure>>> Depart(std::string ticket, std::string redirect_uri);
  /// Judges the callback, exchanges the code, stores the tokens. `users`: whom the browser is known
  /// to belong to.
  Task<LoginOutcome> Arrive(Callback callback, std::vector<std::string> browser_secrets,
                            std::vector<std::string> users);
  /// Sign-ins under way at a resource, or of an owner, are over.
  void DropSignIns(std::int64_t resource_id);
  void DropSignIns(store::TokenOwnerId owner);

  /// Best effort: tells the provider that the tokens are not needed any more. A failure is logged.
  Task<void> Revoke(ResourcePointer resource, TokenSetPointer tokens);
  /// The same in the background.
  void RevokeSoon(ResourcePointer resource, TokenSetPointer tokens);

  /// Any other call through the provider client (the login test).
  Task<Result<ProviderReply>> Send(ProviderCall call);

  /// Refreshes and fetches so far by outcome: "ok", "invalid_grant", "failed", "lost" (the tokens
  /// were replaced or dropped meanwhile), "not_stored". Any thread.
  [[nodiscard]] std::map<std::string, std::uint64_t> refreshes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sallyport::oauth
