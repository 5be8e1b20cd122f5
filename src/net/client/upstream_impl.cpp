#include "net/client/upstream_impl.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "net/client/target_error.h"

namespace sallyport::net {
namespace {

namespace asio = boost::asio;

/// A request up to this size is written before its answer is awaited: it fits into the socket's
/// send buffer. Anything larger goes through a pump, because a target may answer without reading
/// it.
constexpr std::size_t kInlineBytes = 16 * 1024;

PoolLimits LimitsOf(const UpstreamOptions& options) {
  return PoolLimits{options.idle_target, options.idle_per_origin};
}

std::shared_ptr<void> CountOpen(const std::shared_ptr<std::size_t>& open) {
  ++*open;
  return {nullptr, [open](void*) { --*open; }};
}

/// Sends the request, or starts sending it.
Task<void> Begin(Channel* channel, asio::io_context* context) {
  const OutboundCall& call = *channel->call;
  if (call.source == nullptr && call.head.size() + call.body.size() <= kInlineBytes) {
    channel->connection->watchdog().Set(Watchdog::Side::kWrite, call.timeouts.body_idle);
    // A failed write shows when reading: the target may have said why before it closed.
    const WireResult ignored = co_await channel->connection->Write(call.head, call.body);
    static_cast<void>(ignored);
    co_return;
  }
  channel->pump = std::make_shared<BodyPump>(*context, channel->connection, channel->call);
  channel->pump->Start();
}

}  // namespace

Upstream::Impl::Impl(asio::io_context& context, Resolver& resolver,
                     std::shared_ptr<const EgressPolicy> egress, UpstreamOptions options,
                     const Clock& clock)
    : context_(context),
      resolver_(resolver),
      egress_(std::move(egress)),
      options_(options),
      clock_(clock),
      pool_(LimitsOf(options)),
      sweep_(context) {}

Task<Result<std::unique_ptr<UpstreamAnswer>>> Upstream::Impl::Send(std::shared_ptr<Impl> self,
                                                                   OutboundCall outbound) {
  const CallPointer call = std::make_shared<const OutboundCall>(std::move(outbound));
  CallTiming timing;
  const ConnectionPointer idle = self->TakeIdle(call->destination);
  if (idle) {
    timing.reused_connection = true;
    bool may_retry = false;
    AnswerResult answer = co_await Exchange(self, call, idle, timing, &may_retry);
    if (answer || !may_retry) co_return answer;
    timing = CallTiming();
  }
  Result<ConnectionPointer> opened = co_await self->Open(call, &timing);
  if (!opened) co_return std::move(opened).error();
  ConnectionPointer connection = std::move(*opened);
  bool may_retry = false;
  AnswerResult answer = co_await Exchange(self, call, std::move(connection), timing, &may_retry);
  co_return answer;
}

Task<Result<std::unique_ptr<UpstreamAnswer>>> Upstream::Impl::Exchange(std::shared_ptr<Impl> self,
                                                                       CallPointer call,
                                                                       ConnectionPointer connection,
                                                                       CallTiming timing,
                                                                       bool* may_retry) {
  // Cancelled operations end with an error here instead of a throw from the next co_await, so that
  // the pump is always stopped and awaited.
  const bool throwing = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  AnswerResult answer =
      co_await Attempt(std::move(self), std::move(call), std::move(connection), timing, may_retry);
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) *may_retry = false;
  co_await asio::this_coro::throw_if_cancelled(throwing);
  co_return answer;
}

Task<Result<std::unique_ptr<UpstreamAnswer>>> Upstream::Impl::Attempt(std::shared_ptr<Impl> self,
                                                                      CallPointer call,
                                                                      ConnectionPointer connection,
                                                                      CallTiming timing,
                                                                      bool* may_retry) {
  Channel channel;
  channel.target = TargetName(call->destination.origin);
  channel.call = std::move(call);
  channel.connection = std::move(connection);
  if (channel.call->handle != nullptr) channel.call->handle->WaitsOn(channel.connection);
  const SteadyTime start = self->clock_.Steady();
  co_await Begin(&channel, &self->context_);
  Result<ReceivedHead> received = co_await ReadHead(channel, self->options_);
  if (!received) {
    co_await StopSending(channel.pump);
    channel.connection->Close();
    const bool source_untouched = !channel.pump || !channel.pump->source_touched();
    const bool cancelled = channel.call->handle != nullptr && channel.call->handle->cancelled();
    *may_retry = channel.call->retry_on_stale && channel.connection->reused && source_untouched &&
                 !cancelled && received.error().retryable() == Retryable::kIfConnectionWasReused;
    co_return std::move(received).error();
  }
  timing.first_byte_ms =
      std::chrono::duration<double, std::milli>(self->clock_.Steady() - start).count();
  auto recycle = [self](const Destination& destination, ConnectionPointer done) {
    self->Recycle(destination, std::move(done));
  };
  auto answer = std::make_unique<Answer>(std::move(channel), std::move(*received), timing,
                                         std::move(recycle));
  co_await answer->Settle();
  co_return std::unique_ptr<UpstreamAnswer>(std::move(answer));
}

Task<Result<ConnectionPointer>> Upstream::Impl::Open(CallPointer call, CallTiming* timing) {
  ConnectorContext connector;
  connector.io = &context_;
  connector.resolver = &resolver_;
  connector.egress = egress_;
  connector.clock = &clock_;
  connector.denied = &totals_.denied;
  connector.handle = call->handle;
  const std::uint64_t generation = egress_generation_;
  Result<ConnectionPointer> connection =
      co_await Connect(std::move(connector), call->destination, call->timeouts, timing);
  if (!connection) {
    co_return connection;
  }
  (*connection)->egress_generation = generation;
  (*connection)->counted = CountOpen(open_);
  ++totals_.opened;
  co_return connection;
}

ConnectionPointer Upstream::Impl::TakeIdle(const Destination& destination) {
  while (true) {
    std::optional<ConnectionPointer> idle = pool_.Take(destination, clock_.Steady());
    if (!idle) return nullptr;
    if (!(*idle)->IsQuiet()) continue;  // closed by the target, or bytes that nobody asked for
    ++totals_.reused;
    return std::move(*idle);
  }
}

void Upstream::Impl::Recycle(const Destination& destination, ConnectionPointer connection) {
  if (connection->egress_generation != egress_generation_) {
    const http::Origin& origin = destination.origin;
    if (!IsAllowed(egress_->Judge(origin.host, connection->address, origin.port))) return;
    connection->egress_generation = egress_generation_;
  }
  connection->reused = true;
  pool_.Put(destination, std::move(connection), clock_.Steady());
  ScheduleSweep();
}

void Upstream::Impl::SetEgress(std::shared_ptr<const EgressPolicy> egress) {
  egress_ = std::move(egress);
  ++egress_generation_;
  pool_.RemoveIf([this](const Destination& destination, const ConnectionPointer& connection) {
    const http::Origin& origin = destination.origin;
    connection->egress_generation = egress_generation_;
    return !IsAllowed(egress_->Judge(origin.host, connection->address, origin.port));
  });
}

void Upstream::Impl::SetOptions(UpstreamOptions options) {
  options_ = options;
  pool_.SetLimits(LimitsOf(options));
}

void Upstream::Impl::CloseIdle() {
  pool_.Clear();
  sweep_.cancel();
}

Upstream::PoolStats Upstream::Impl::stats() const {
  PoolStats stats = totals_;
  stats.idle = pool_.size();
  stats.busy = *open_ - std::min(*open_, stats.idle);
  return stats;
}

void Upstream::Impl::ScheduleSweep() {
  if (sweep_scheduled_) return;
  sweep_scheduled_ = true;
  sweep_.expires_after(
      std::clamp<Milliseconds>(options_.idle_target / 2, Milliseconds(100), Milliseconds(5000)));
  sweep_.async_wait([weak = weak_from_this()](boost::system::error_code) {
    const std::shared_ptr<Impl> self = weak.lock();
    if (!self) return;
    self->sweep_scheduled_ = false;
    self->pool_.Sweep(self->clock_.Steady());
    self->pool_.RemoveIf([](const Destination&, const ConnectionPointer& connection) {
      return !connection->IsQuiet();
    });
    if (self->pool_.size() > 0) self->ScheduleSweep();
  });
}

}  // namespace sallyport::net
