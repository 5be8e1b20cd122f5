// Sign-ins under way: tickets (a link that may be opened once) and states (a browser that is at the
// provider). Decides and remembers; no I/O, no HTML.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/store/model.h"
#include "sallyport/store/token_set.h"

namespace sallyport::oauth {

inline constexpr std::chrono::minutes kTicketLifetime{10};
inline constexpr std::chrono::minutes kStateLifetime{10};
/// Tickets, and states, that are remembered at most.
inline constexpr std::size_t kMostLogins = 100'000;

/// Who signs in, where, and how the browser is told.
struct LoginRequest {
  std::int64_t resource_id = 0;
  std::string resource;  ///< slug, for pages and messages
  std::string resource_name;
  std::string fingerprint;  ///< of the oauth settings when the ticket was made
  store::TokenOwnerId owner;
  std::string user;            ///< "" for shared tokens without a user
  std::string return_to;       ///< absolute; "" = the result page
  std::string message_origin;  ///< for postMessage
  /// Who made the ticket, from where; becomes the audit entry when the tokens are stored.
  store::AuditEntry audit;
};

/// Is one of `users`, whom a browser is known to belong to, another one than the user that signs
/// in? A browser that nobody is known of may be anybody's.
[[nodiscard]] bool IsForAnother(const LoginRequest& request, const std::vector<std::string>& users);

/// A browser that went to the provider.
struct PendingLogin {
  LoginRequest request;
  std::string code_verifier;
  std::string redirect_uri;
  bool sends_issuer = false;  ///< the discovery document promised `iss` in the answer (RFC 9207 §3)
};

/// One for the process; used on one thread (the token service's). Bounded: the oldest make room
/// when there are more than kMostLogins. Remembers the SHA-256 of what it hands out, not the values
/// (but the code verifier, which has to be sent).
class Logins {
 public:
  explicit Logins(const Clock& clock);
  ~Logins();
  Logins(const Logins&) = delete;
  Logins& operator=(const Logins&) = delete;

  struct Ticket {
    std::string value;  ///< 256 random bits, base64url
    SystemTime expires_at;
  };
  Ticket MakeTicket(LoginRequest request);
  /// What a ticket is for, without using it up (the confirm page). nullopt: unknown, used or old.
  [[nodiscard]] std::optional<LoginRequest> PeekTicket(std::string_view ticket) const;

  struct Started {
    std::string state;           ///< 256 random bits, base64url
    std::string browser_secret;  ///< goes into this browser's cookie; a fresh one per login
    PendingLogin login;
  };
  struct Terms {
    std::string redirect_uri;
    bool pkce = true;
    bool sends_issuer = false;  ///< PendingLogin::sends_issuer
  };
  /// Uses the ticket up and binds the browser. nullopt as PeekTicket.
  std::optional<Started> Begin(std::string_view ticket, Terms terms);

  enum class Verdict : std::uint8_t { kOk, kUnknownState, kOtherBrowser, kOtherUser };
  struct Found {
    Verdict verdict = Verdict::kUnknownState;
    PendingLogin login;  ///< when kOk
  };
  /// Does this browser (its cookies' secrets) own the state, and may whoever it belongs to (see
  /// IsForAnother) come back with it? kOk uses the state up; another browser or user does not.
  Found Take(std::string_view state, const std::vector<std::string>& browser_secrets,
             const std::vector<std::string>& users = {});

  /// A deleted resource or session: its sign-ins are over.
  void DropResource(std::int64_t resource_id);
  void DropOwner(const store::TokenOwnerId& owner);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sallyport::oauth
