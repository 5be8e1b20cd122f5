#include "pipeline/token_wait.h"

#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "pipeline/closable_timer.h"

namespace sallyport::pipeline {
namespace {

namespace asio = boost::asio;

struct Wait final : ClosableTimer {
  using ClosableTimer::ClosableTimer;
  std::optional<Result<oauth::TokenGiven>> given;
  std::exception_ptr failure;
};

Task<void> Obtain(std::shared_ptr<Wait> wait, TokenSource& source, oauth::TokenNeed need) {
  Result<oauth::TokenGiven> given = co_await source.Obtain(std::move(need));
  wait->given.emplace(std::move(given));
}

}  // namespace

Task<std::optional<Result<oauth::TokenGiven>>> ObtainWithin(TokenSource& source,
                                                            oauth::TokenNeed need,
                                                            Milliseconds limit,
                                                            net::CallHandle& handle) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto wait = std::make_shared<Wait>(executor, limit);
  Task<void> obtain = Obtain(wait, source, std::move(need));
  auto end = [wait](const std::exception_ptr& failure) {
    wait->failure = failure;
    wait->Close();
  };
  asio::co_spawn(executor, std::move(obtain), std::move(end));
  handle.WaitsOn(wait);
  boost::system::error_code ec;
  co_await wait->timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  handle.WaitsOn(nullptr);
  if (wait->failure) std::rethrow_exception(wait->failure);
  co_return std::move(wait->given);
}

}  // namespace sallyport::pipeline
