#include "pipeline/run/wait.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "pipeline/closable_timer.h"

namespace sallyport::pipeline {

namespace asio = boost::asio;

Task<void> PauseFor(Milliseconds wait, net::CallHandle& handle) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto pause = std::make_shared<ClosableTimer>(executor, wait);
  handle.WaitsOn(pause);
  boost::system::error_code ec;
  co_await pause->timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  handle.WaitsOn(nullptr);
}

struct TimeGuard::State {
  State(const asio::any_io_executor& executor, Milliseconds left, net::CallHandle& its_handle)
      : timer(executor, left), handle(&its_handle) {}
  asio::steady_timer timer;
  net::CallHandle* handle;  ///< null once the guard is gone
  bool expired = false;
};

TimeGuard::TimeGuard(const asio::any_io_executor& executor, Milliseconds left,
                     net::CallHandle& handle)
    : state_(std::make_shared<State>(executor, left, handle)) {
  state_->timer.async_wait([state = state_](const boost::system::error_code& ec) {
    if (ec || state->handle == nullptr) return;
    state->expired = true;
    state->handle->Cancel();
  });
}

TimeGuard::~TimeGuard() {
  state_->handle = nullptr;
  state_->timer.cancel();
}

bool TimeGuard::expired() const { return state_->expired; }

}  // namespace sallyport::pipeline
