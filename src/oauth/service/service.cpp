#include "sallyport/oauth/service.h"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "oauth/service/service_impl.h"
#include "sallyport/async/run_on.h"

namespace sallyport::oauth {
namespace {

namespace asio = boost::asio;

Task<Logins::Ticket> MakeTicketAt(Logins& logins, LoginRequest request) {
  co_return logins.MakeTicket(std::move(request));
}

Task<std::optional<LoginRequest>> PeekTicketAt(Logins& logins, std::string ticket) {
  co_return logins.PeekTicket(ticket);
}

/// As a type of its own: RunOn takes results that can be told from nothing.
Task<bool> Done(Task<void> work) {
  co_await std::move(work);
  co_return true;
}

}  // namespace

TokenService::Impl::Impl(store::Store& store, const MakeProviderClient& make_client,
                         observe::Log& log, const Clock& clock)
    : store_(store),
      log_(log),
      clock_(clock),
      logins_(clock),
      context_(std::make_unique<asio::io_context>(1)),
      work_(asio::make_work_guard(*context_)),
      renewals_(context_->get_executor()),
      discoveries_(context_->get_executor()),
      client_(make_client(*context_)),
      thread_([this] { Run(); }) {
  store_.OnSessionsPurged(
      [this](const store::SnapshotPointer& before, const std::vector<std::string>& ids) {
        asio::post(executor(), [this, before, ids] { RevokeTokensOf(*before, ids); });
      });
}

TokenService::Impl::~Impl() {
  Stop();
  // The client's sockets and timers belong to the loop and go before it; the coroutines that are
  // still in the loop refer to all the rest, which goes after it.
  client_.reset();
  work_.reset();
  context_.reset();
}

void TokenService::Impl::Stop() {
  if (!thread_.joinable()) return;
  context_->stop();
  thread_.join();
}

void TokenService::Impl::Run() {
  while (true) {
    try {
      context_->run();
      return;
    } catch (const std::exception& error) {
      // A bug in one sign-in must not take the others with it.
      log_.Failure(std::string("unexpected exception in the token service: ") + error.what());
    }
  }
}

TokenService::TokenService(store::Store& store, const MakeProviderClient& make_client,
                           observe::Log& log, const Clock& clock)
    : impl_(std::make_unique<Impl>(store, make_client, log, clock)) {}

TokenService::~TokenService() = default;

void TokenService::Stop() { impl_->Stop(); }

Task<Result<TokenGiven>> TokenService::Obtain(TokenNeed need) {
  Task<Result<TokenGiven>> work = impl_->Obtain(std::move(need));
  return async::RunOn(impl_->executor(), std::move(work));
}

Task<Logins::Ticket> TokenService::MakeTicket(LoginRequest request) {
  Task<Logins::Ticket> work = MakeTicketAt(impl_->logins(), std::move(request));
  return async::RunOn(impl_->executor(), std::move(work));
}

Task<std::optional<LoginRequest>> TokenService::PeekTicket(std::string ticket) {
  Task<std::optional<LoginRequest>> work = PeekTicketAt(impl_->logins(), std::move(ticket));
  return async::RunOn(impl_->executor(), std::move(work));
}

Task<Result<std::optional<Departure>>> TokenService::Depart(std::string ticket,
                                                            std::string redirect_uri) {
  Task<Result<std::optional<Departure>>> work =
      impl_->Depart(std::move(ticket), std::move(redirect_uri));
  return async::RunOn(impl_->executor(), std::move(work));
}

Task<LoginOutcome> TokenService::Arrive(Callback callback, std::vector<std::string> browser_secrets,
                                        std::vector<std::string> users) {
  Task<LoginOutcome> work =
      impl_->Arrive(std::move(callback), std::move(browser_secrets), std::move(users));
  return async::RunOn(impl_->executor(), std::move(work));
}

void TokenService::DropSignIns(std::int64_t resource_id) {
  asio::post(impl_->executor(),
             [impl = impl_.get(), resource_id] { impl->logins().DropResource(resource_id); });
}

void TokenService::DropSignIns(store::TokenOwnerId owner) {
  asio::post(impl_->executor(),
             [impl = impl_.get(), owner = std::move(owner)] { impl->logins().DropOwner(owner); });
}

Task<void> TokenService::Revoke(ResourcePointer resource, TokenSetPointer tokens) {
  Task<bool> work = Done(impl_->Revoke(std::move(resource), std::move(tokens)));
  co_await async::RunOn(impl_->executor(), std::move(work));
}

void TokenService::RevokeSoon(ResourcePointer resource, TokenSetPointer tokens) {
  Task<void> work = impl_->Revoke(std::move(resource), std::move(tokens));
  asio::co_spawn(impl_->executor(), std::move(work), asio::detached);
}

Task<Result<ProviderReply>> TokenService::Send(ProviderCall call) {
  Task<Result<ProviderReply>> work = impl_->client().Send(std::move(call));
  return async::RunOn(impl_->executor(), std::move(work));
}

std::map<std::string, std::uint64_t> TokenService::refreshes() const {
  return impl_->counters().Copy();
}

}  // namespace sallyport::oauth
