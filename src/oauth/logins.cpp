#include "sallyport/oauth/logins.h"

#include <algorithm>

#include "oauth/timed_table.h"
#include "sallyport/base/secret.h"
#include "sallyport/oauth/authorization.h"

namespace sallyport::oauth {
namespace {

struct State {
  PendingLogin login;
  std::string browser_digest;
};

/// Looks at every secret, so that the time does not tell which one was near.
bool IsOneOf(const std::string& digest, const std::vector<std::string>& secrets) {
  bool found = false;
  for (const std::string& secret : secrets) {
    const bool same = ConstantTimeEqual(digest, DigestOf(secret));
    found = found || same;
  }
  return found;
}

}  // namespace

bool IsForAnother(const LoginRequest& request, const std::vector<std::string>& users) {
  if (request.user.empty()) return false;  // tokens for everybody
  return std::any_of(users.begin(), users.end(),
                     [&](const std::string& user) { return user != request.user; });
}

class Logins::Impl {
 public:
  explicit Impl(const Clock& injected)
      : clock(injected),
        tickets(injected, kTicketLifetime, kMostLogins),
        states(injected, kStateLifetime, kMostLogins) {}

  template <typename Predicate>
  void Drop(Predicate concerns) {
    tickets.EraseIf(concerns);
    states.EraseIf([&](const State& state) { return concerns(state.login.request); });
  }

  const Clock& clock;
  TimedTable<LoginRequest> tickets;
  TimedTable<State> states;
};

Logins::Logins(const Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}
Logins::~Logins() = default;

Logins::Ticket Logins::MakeTicket(LoginRequest request) {
  Ticket ticket{crypto::RandomToken(""), impl_->clock.Now() + kTicketLifetime};
  impl_->tickets.Put(ticket.value, std::move(request));
  return ticket;
}

std::optional<LoginRequest> Logins::PeekTicket(std::string_view ticket) const {
  const LoginRequest* found = impl_->tickets.Find(ticket);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::optional<Logins::Started> Logins::Begin(std::string_view ticket, Terms terms) {
  std::optional<LoginRequest> request = impl_->tickets.Take(ticket);
  if (!request) return std::nullopt;
  Started started;
  started.state = crypto::RandomToken("");
  started.browser_secret = crypto::RandomToken("");
  started.login.request = std::move(*request);
  started.login.redirect_uri = std::move(terms.redirect_uri);
  started.login.sends_issuer = terms.sends_issuer;
  if (terms.pkce) started.login.code_verifier = NewCodeVerifier();
  impl_->states.Put(started.state, {started.login, DigestOf(started.browser_secret)});
  return started;
}

Logins::Found Logins::Take(std::string_view state, const std::vector<std::string>& browser_secrets,
                           const std::vector<std::string>& users) {
  const State* found = impl_->states.Find(state);
  if (found == nullptr) return {Verdict::kUnknownState, {}};
  if (!IsOneOf(found->browser_digest, browser_secrets)) return {Verdict::kOtherBrowser, {}};
  if (IsForAnother(found->login.request, users)) return {Verdict::kOtherUser, {}};
  return {Verdict::kOk, std::move(impl_->states.Take(state)->login)};
}

void Logins::DropResource(std::int64_t resource_id) {
  impl_->Drop([&](const LoginRequest& request) { return request.resource_id == resource_id; });
}

void Logins::DropOwner(const store::TokenOwnerId& owner) {
  impl_->Drop([&](const LoginRequest& request) { return request.owner == owner; });
}

}  // namespace sallyport::oauth
