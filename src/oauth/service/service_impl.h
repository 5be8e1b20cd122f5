// What is behind oauth::TokenService. Everything but the constructor, Stop and the counters runs on
// the service's thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "oauth/service/refresh_counters.h"
#include "sallyport/async/single_flight.h"
#include "sallyport/oauth/discovery.h"
#include "sallyport/oauth/dropped_tokens.h"
#include "sallyport/oauth/service.h"
#include "sallyport/oauth/token_state.h"

namespace sallyport::oauth {

/// What is known of one token set at one moment.
struct Situation {
  std::string key;
  std::int64_t resource_id = 0;
  std::int64_t resource_version = 0;
  ResourcePointer resource;  ///< null: it cannot be used (its secrets do not open)
  store::TokenOwnerId owner;
  TokenSetPointer tokens;  ///< null: there are none
  TokenAction action = TokenAction::kLogin;
};

/// How one refresh or fetch ended.
struct Renewal {
  TokenSetPointer tokens;      ///< stored and adopted; null when there are none
  std::optional<Error> error;  ///< why not
  /// The tokens it began with were replaced or dropped meanwhile: look again.
  bool lost = false;
};

/// Tokens that were granted and could not be stored: a rotated refresh token exists nowhere else.
struct Unsaved {
  store::TokenSet set;
  store::Precondition when;
};

/// Failed refreshes in a row. They were made with the resource of this version: an edit may have
/// repaired it, so they say nothing of another one.
struct FailuresInARow {
  RefreshFailures failures;
  std::int64_t resource_version = 0;
  std::string reason;  ///< of the last one; there may be no token set to hold it
  /// When the last one was forbidden here (egress), and not the provider's doing: what to say.
  std::optional<Error> denied;
};

class TokenService::Impl {
 public:
  Impl(store::Store& store, const MakeProviderClient& make_client, observe::Log& log,
       const Clock& clock);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void Stop();
  [[nodiscard]] boost::asio::io_context::executor_type executor() {
    return context_->get_executor();
  }
  [[nodiscard]] const RefreshCounters& counters() const { return counters_; }
  [[nodiscard]] Logins& logins() { return logins_; }
  [[nodiscard]] ProviderClient& client() { return *client_; }

  // obtain.cpp
  Task<Result<TokenGiven>> Obtain(TokenNeed need);
  // sign_in.cpp
  Task<Result<std::optional<Departure>>> Depart(std::string ticket, std::string redirect_uri);
  Task<LoginOutcome> Arrive(Callback callback, std::vector<std::string> browser_secrets,
                            std::vector<std::string> users);
  // revoke.cpp
  Task<void> Revoke(ResourcePointer resource, TokenSetPointer tokens);
  /// In the background: the tokens of sessions that ran out, which nobody waits for.
  void RevokeTokensOf(const store::Snapshot& before, const std::vector<std::string>& sessions);

 private:
  void Run();

  // obtain.cpp
  [[nodiscard]] Situation Look(const TokenNeed& need) const;
  [[nodiscard]] Error Refusal(const Situation& situation) const;
  [[nodiscard]] FailuresInARow FailuresOf(const Situation& situation) const;
  [[nodiscard]] int SecondsToNextTry(const Situation& situation) const;  ///< 1 at least

  // renew.cpp
  Task<Renewal> Renew(Situation from);
  Task<Result<TokenAnswer>> AskForTokens(const Situation& from);
  Task<Renewal> Keep(Situation from, Granted granted);
  Task<Renewal> Save(Situation from, Unsaved unsaved);
  Task<Renewal> NoteFailure(Situation from, TokenAnswer answer, std::optional<Error> denied);
  void Count(const Situation& from, std::string_view outcome, const std::string& reason);

  // endpoints.cpp
  enum class Wanted : std::uint8_t { kToken, kAuthorization, kRevocation };
  /// Those of the settings, gaps filled by discovery when the wanted one is a gap and IsDiscovered.
  /// Errors: token_refresh_failed when there is none, with what the issuer said.
  Task<Result<Endpoints>> EndpointsOf(ResourcePointer resource, Wanted wanted);
  Task<Result<Endpoints>> Discover(ResourcePointer resource);
  Task<Result<Endpoints>> AskIssuer(ResourcePointer resource);
  Task<Result<Endpoints>> AskAt(ResourcePointer resource, http::Url url);

  // sign_in.cpp
  [[nodiscard]] ResourcePointer FindResource(const LoginRequest& request) const;
  Task<std::string> Exchange(PendingLogin login, Callback callback);
  Task<std::string> StoreLogin(PendingLogin login, ResourcePointer resource, Granted granted);

  // revoke.cpp
  using Unwanted = std::shared_ptr<std::vector<DroppedTokens>>;
  Task<void> RevokeEach(Unwanted left);
  Task<void> RevokeOne(ResourcePointer resource, std::string url, Secret token, std::string hint);

  struct Discovered {
    Endpoints endpoints;
    SteadyTime at;
  };

  store::Store& store_;
  observe::Log& log_;
  const Clock& clock_;
  RefreshCounters counters_;
  Logins logins_;
  std::map<std::string, FailuresInARow> failures_;  ///< by TokenKey
  std::map<std::string, Unsaved> unsaved_;          ///< by TokenKey
  std::map<std::string, Discovered> discovered_;    ///< by issuer and TLS settings

  std::unique_ptr<boost::asio::io_context> context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  async::SingleFlight<Renewal> renewals_;
  async::SingleFlight<Result<Endpoints>> discoveries_;
  std::unique_ptr<ProviderClient> client_;
  std::thread thread_;  // last: it uses the others
};

/// Did the gateway itself forbid the request? Then nothing was asked, and an admin can say so.
[[nodiscard]] inline bool IsDenied(const Error& error) {
  return error.kind() == ErrorKind::kEgressDenied;
}

/// An error of a call to the provider's `place` ("token URL"), as whoever signs in or calls the
/// target reads it: an address that is denied would else be taken for the target's.
[[nodiscard]] Error AtProvider(Error error, std::string_view place);

/// login_required with who has to sign in, and where. `what` happened: a sentence without its end.
[[nodiscard]] Error LoginRequired(const request::CompiledResource& resource, std::string what);

/// A failure of a provider as the caller reads it.
[[nodiscard]] inline Error NoTokens(std::string message) {
  return {ErrorKind::kTokenRefreshFailed, ErrorSource::kTarget, std::move(message)};
}

}  // namespace sallyport::oauth
