#include "pipeline/total_limit.h"

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sallyport::pipeline {
namespace {

namespace asio = boost::asio;
using Answer = std::unique_ptr<net::UpstreamAnswer>;

/// The call and the clock run side by side on one thread; this is what they share.
struct Race {
  explicit Race(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  asio::cancellation_signal cancel;
  std::optional<Result<Answer>> result;
  std::exception_ptr failure;
  bool ended = false;
};

Task<void> RunSend(std::shared_ptr<Race> race, UpstreamClient& client, net::OutboundCall call) {
  Result<Answer> result = co_await client.Send(std::move(call));
  race->result.emplace(std::move(result));
}

struct Completion {
  std::shared_ptr<Race> race;
  void operator()(std::exception_ptr failure) const {
    race->failure = std::move(failure);
    race->ended = true;
    race->timer.cancel();
  }
};

std::uint64_t Moved(const Upload* upload) { return upload == nullptr ? 0 : upload->bytes(); }

/// Returns when the call has ended, by itself or by cancellation. True: the time was up.
Task<bool> AwaitEnd(std::shared_ptr<Race> race, TimeLimit limit, const Upload* upload) {
  bool expired = false;
  std::uint64_t moved = Moved(upload);
  Milliseconds wait = limit.left;
  while (!race->ended) {
    boost::system::error_code ec;
    race->timer.expires_after(expired ? std::chrono::hours(1) : wait);
    co_await race->timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    if (race->ended || expired) continue;
    const std::uint64_t now = Moved(upload);
    if (now == moved) {
      expired = true;
      race->cancel.emit(asio::cancellation_type::terminal);
    }
    moved = now;
    wait = limit.total;
  }
  co_return expired;
}

}  // namespace

Error TimeIsUp(const TimeLimit& limit) {
  return Error(ErrorKind::kUpstreamTimeout, ErrorSource::kTarget,
               "The target did not answer within the " + std::to_string(limit.total.count()) +
                   " ms that " + std::string(limit.setting) + " allows for the whole call.");
}

bool NeedsTotalLimit(const net::UpstreamTimeouts& timeouts, Milliseconds left) {
  return timeouts.dns + timeouts.connect + timeouts.tls + timeouts.first_byte > left;
}

Task<Result<std::unique_ptr<net::UpstreamAnswer>>> SendWithin(UpstreamClient& client,
                                                              net::OutboundCall call,
                                                              TimeLimit limit,
                                                              const Upload* upload) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto race = std::make_shared<Race>(executor);
  Task<void> send = RunSend(race, client, std::move(call));
  Completion completion{race};
  asio::co_spawn(executor, std::move(send),
                 asio::bind_cancellation_slot(race->cancel.slot(), std::move(completion)));
  const bool expired = co_await AwaitEnd(race, limit, upload);
  if (expired) co_return TimeIsUp(limit);
  if (race->failure) std::rethrow_exception(race->failure);
  co_return std::move(*race->result);
}

}  // namespace sallyport::pipeline
