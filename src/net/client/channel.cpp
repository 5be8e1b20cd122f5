#include "net/client/channel.h"

#include <utility>

#include <boost/asio/this_coro.hpp>

#include "net/client/tls_error.h"

namespace sallyport::net {

namespace asio = boost::asio;

namespace {

Task<WireResult> ReadWhileSending(const Channel& channel, std::span<char> into,
                                  Milliseconds limit) {
  channel.pump->LimitReadAfterwards(limit);
  const WireResult result = co_await channel.connection->Read(into, Awaited::kMore);
  channel.pump->LimitReadAfterwards(std::nullopt);
  co_return result;
}

}  // namespace

Task<WireResult> ReadWithin(const Channel& channel, std::span<char> into, Milliseconds limit,
                            Awaited awaited) {
  if (channel.pump) return ReadWhileSending(channel, into, limit);
  channel.connection->watchdog().Set(Watchdog::Side::kRead, limit);
  return channel.connection->Read(into, awaited);
}

std::optional<Error> ExplainReadFailure(const Channel& channel, const boost::system::error_code& ec,
                                        Error read_timeout) {
  if (channel.pump && channel.pump->source_error()) return channel.pump->source_error();
  const std::optional<Watchdog::Side> expired = channel.connection->watchdog().expired();
  if (expired == Watchdog::Side::kRead) return read_timeout;
  if (expired == Watchdog::Side::kWrite) {
    return BodyTimedOut(channel.target(), "took no more of the request",
                        channel.call->timeouts.body_idle);
  }
  if (IsTlsAlert(ec)) return TlsAlertError(ec, channel.target());
  return std::nullopt;
}

Task<void> StopSending(std::shared_ptr<BodyPump> pump) {
  if (!pump || pump->finished()) co_return;
  // Also in a coroutine that is being cancelled the source must not be let go too early.
  const bool throwing = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  pump->Stop();
  co_await BodyPump::Finished(pump);
  co_await asio::this_coro::throw_if_cancelled(throwing);
}

}  // namespace sallyport::net
