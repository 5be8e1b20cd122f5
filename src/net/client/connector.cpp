#include "net/client/connector.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/client/target_error.h"
#include "net/client/tls_handshake.h"

namespace sallyport::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

double MillisecondsSince(SteadyTime start, SteadyTime now) {
  return std::chrono::duration<double, std::milli>(now - start).count();
}

tcp::endpoint ToEndpoint(const IpAddress& address, std::uint16_t port) {
  if (address.is_v4()) return {asio::ip::address_v4(address.v4()), port};
  return {asio::ip::address_v6(address.bytes()), port};
}

/// One denied answer denies the name: which address gets dialled must not depend on chance.
Result<void> JudgeAll(const ConnectorContext& context, const http::Origin& origin,
                      const std::vector<IpAddress>& addresses) {
  for (const IpAddress& address : addresses) {
    const EgressVerdict verdict = context.egress->Judge(origin.host, address, origin.port);
    if (IsAllowed(verdict)) continue;
    ++(*context.denied)[verdict];
    return EgressDenied(TargetName(origin), verdict, address);
  }
  return {};
}

struct Dialled {
  ConnectionPointer connection;
  boost::system::error_code error;
  bool timed_out = false;
};

Task<Dialled> Dial(asio::io_context* io, CallHandle* handle, IpAddress address, std::uint16_t port,
                   Milliseconds limit) {
  Dialled dialled;
  dialled.connection = std::make_shared<TargetConnection>(*io);
  TargetConnection& connection = *dialled.connection;
  connection.address = address;
  const tcp::endpoint endpoint = ToEndpoint(address, port);
  connection.watchdog().Set(Watchdog::Side::kWrite, limit);
  if (handle != nullptr) handle->WaitsOn(dialled.connection);
  co_await connection.socket().async_connect(
      endpoint, asio::redirect_error(asio::use_awaitable, dialled.error));
  dialled.timed_out = connection.watchdog().expired().has_value();
  if (dialled.timed_out || dialled.error) co_return dialled;

  connection.watchdog().Clear(Watchdog::Side::kWrite);
  boost::system::error_code ignored;  // without it small writes may be delayed, nothing worse
  connection.socket().set_option(tcp::no_delay(true), ignored);
  co_return dialled;
}

Task<Result<ConnectionPointer>> DialAny(ConnectorContext context, http::Origin origin,
                                        std::vector<IpAddress> addresses, Milliseconds limit) {
  const SteadyTime start = context.clock->Steady();
  boost::system::error_code last_error;
  bool timed_out = false;
  std::size_t left = addresses.size();
  for (const IpAddress& address : addresses) {
    const auto used = std::chrono::duration_cast<Milliseconds>(context.clock->Steady() - start);
    if (used >= limit && left < addresses.size()) break;
    if (context.handle != nullptr && context.handle->cancelled()) break;
    const Milliseconds share = std::max(Milliseconds(1), (limit - used) / static_cast<int>(left));
    --left;
    Dialled dialled = co_await Dial(context.io, context.handle, address, origin.port, share);
    if (!dialled.error && !dialled.timed_out) co_return std::move(dialled.connection);
    timed_out = dialled.timed_out;
    last_error = dialled.error;
  }
  const std::string target = TargetName(origin);
  if (timed_out) co_return PhaseTimedOut(target, "connect", limit);
  co_return ConnectFailed(target, last_error);
}

Error WithoutProfile() {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "an https call without TLS settings");
}

}  // namespace

Task<Result<ConnectionPointer>> Connect(ConnectorContext context, Destination destination,
                                        UpstreamTimeouts timeouts, CallTiming* timing) {
  const Clock& clock = *context.clock;
  const bool secure = destination.origin.scheme == "https";
  if (secure && !destination.tls) co_return WithoutProfile();

  SteadyTime phase = clock.Steady();
  Result<std::vector<IpAddress>> addresses =
      co_await context.resolver->Resolve(destination.origin.host, timeouts.dns);
  timing->dns_ms = MillisecondsSince(phase, clock.Steady());
  if (!addresses) co_return std::move(addresses).error();

  Result<void> judged = JudgeAll(context, destination.origin, *addresses);
  if (!judged) co_return std::move(judged).error();

  phase = clock.Steady();
  std::vector<IpAddress> candidates = std::move(*addresses);
  Result<ConnectionPointer> connection =
      co_await DialAny(context, destination.origin, std::move(candidates), timeouts.connect);
  timing->connect_ms = MillisecondsSince(phase, clock.Steady());
  if (!connection || !secure) co_return connection;

  phase = clock.Steady();
  ConnectionPointer dialled = *connection;
  Result<void> secured = co_await Handshake(dialled, destination, timeouts.tls);
  timing->tls_ms = MillisecondsSince(phase, clock.Steady());
  if (!secured) co_return std::move(secured).error();
  co_return connection;
}

}  // namespace sallyport::net
