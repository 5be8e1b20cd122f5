// How a signal ends the gateway (contract section 1).
#include <csignal>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "app/runtime.h"

namespace sallyport::app {
namespace {

namespace asio = boost::asio;

Task<void> Sleep(Milliseconds time) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, time);
  boost::system::error_code ignored;  // nobody cancels it
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

void Runtime::OnSignal(int number) {
  if (number == SIGHUP) {
    StartReload();
  } else if (draining_) {
    log_.Info("stopped at once by a second signal");
    main_.stop();
  } else {
    draining_ = true;
    asio::co_spawn(main_, Drain(), asio::detached);
  }
}

Task<void> Runtime::Drain() {
  using Phase = pipeline::Operations::Phase;
  log_.Info("draining");
  operations_->SetPhase(Phase::kGrace);
  const Milliseconds grace(options_.timeouts.drain_grace);
  if (grace.count() > 0) co_await Sleep(grace);

  operations_->SetPhase(Phase::kDraining);
  for (const auto& shard : shards_) shard->StartDraining();
  const SteadyTime limit = clock_.Steady() + Milliseconds(options_.timeouts.drain);
  bool idle = co_await WaitUntilIdle(limit);
  // Who has connected but was not accepted yet, or is sending just now, is told and not cut.
  for (const auto& shard : shards_) shard->TakeNoMore();
  if (idle) idle = co_await WaitUntilIdle(limit);
  if (idle) {
    log_.Info("stopped");
  } else {
    log_.Warn("stopped with calls in flight: timeouts.drain is over");
  }
  main_.stop();
}

Task<bool> Runtime::WaitUntilIdle(SteadyTime limit) {
  constexpr Milliseconds kPause(10);
  while (true) {
    std::size_t busy = 0;
    for (const auto& shard : shards_) {
      Task<std::size_t> count = shard->CountBusy();
      const std::size_t here =
          co_await asio::co_spawn(shard->executor(), std::move(count), asio::use_awaitable);
      busy += here;
    }
    if (busy == 0) co_return true;
    if (clock_.Steady() >= limit) co_return false;
    co_await Sleep(kPause);
  }
}

}  // namespace sallyport::app
