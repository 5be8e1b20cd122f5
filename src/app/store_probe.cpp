#include "app/store_probe.h"

#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sallyport::app {
namespace asio = boost::asio;

/// One question, shared by who waits and who answers; both on one loop.
struct StoreProbe::Run {
  explicit Run(const asio::any_io_executor& executor) : patience(executor) {}
  asio::steady_timer patience;  ///< cancelled by the answer
  std::optional<std::string> problem;
};

StoreProbe::StoreProbe(store::Store& store, const Clock& clock)
    : store_(store), clock_(clock), state_(std::make_shared<State>()) {}

std::string StoreProbe::last() const {
  const std::lock_guard lock(state_->mutex);
  return state_->problem;
}

bool StoreProbe::IsFresh() const {
  const std::lock_guard lock(state_->mutex);
  if (!state_->known || clock_.Steady() - state_->asked >= kFresh) return false;
  // A bad answer stands: a flood of questions must not become a flood of writes to a sick disk.
  return !state_->problem.empty() || state_->failures == store_.failures();
}

Task<void> StoreProbe::Ask(store::Store& store, std::shared_ptr<Run> run) {
  const Result<void> checked = co_await store.Check();
  run->problem = checked ? "" : checked.error().message();
  run->patience.cancel();
}

Task<std::string> StoreProbe::Check() {
  if (IsFresh()) co_return last();

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::uint64_t failures = store_.failures();
  auto run = std::make_shared<Run>(executor);
  run->patience.expires_after(kPatience);
  asio::co_spawn(executor, Ask(store_, run), asio::detached);
  boost::system::error_code ignored;  // cancelled: there is an answer
  co_await run->patience.async_wait(asio::redirect_error(asio::use_awaitable, ignored));

  const std::string problem = run->problem.value_or("the store did not answer within two seconds");
  const std::lock_guard lock(state_->mutex);
  state_->known = true;
  state_->failures = failures;
  state_->asked = clock_.Steady();
  state_->problem = problem;
  co_return problem;
}

}  // namespace sallyport::app
