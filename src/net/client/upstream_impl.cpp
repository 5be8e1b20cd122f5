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

/// A look at an idle connection is a system call, 5 % of a small call's CPU time. It is spared
/// where nothing stood behind the last answer and the target has kept this connection open before,
/// and had no time to change its mind: what it does within a millisecond is most likely still on
/// its way, and no look would find it.
constexpr Milliseconds kTooShortToClose{1};

PoolLimits LimitsOf(const UpstreamOptions& options) {
  return PoolLimits{options.idle_target, options.idle_per_origin};
}

std::shared_ptr<void> CountOpen(const std::shared_ptr<std::size_t>& open) {
  ++*open;
  return {nullptr, [open](void*) { --*open; }};
}

bool IsInline(const OutboundCall& call) {
  return call.source == nullptr && call.head.size() + call.body.size() <= kInlineBytes;
}

/// Nearly always the socket takes a small request at once; then nothing is suspended.
std::size_t SendNow(const Channel& channel) {
  const OutboundCall& call = *channel.call;
  return IsInline(call) ? channel.connection->WriteNow(call.head, call.body) : 0;
}

/// Is all of the request out?
bool IsSent(const OutboundCall& call, std::size_t bytes) {
  return call.source == nullptr && bytes == call.head.size() + call.body.size();
}

/// Was it only that the target had closed an idle connection meanwhile?
bool WasStale(const Channel& channel, const Error& error) {
  const bool source_untouched = !channel.pump || !channel.pump->source_touched();
  const bool cancelled = channel.call->handle != nullptr && channel.call->handle->cancelled();
  return channel.call->retry_on_stale && channel.connection->reused && source_untouched &&
         !cancelled && error.retryable() == Retryable::kIfConnectionWasReused;
}

/// Sends the request but for `sent` bytes, or starts sending it.
Task<void> Begin(Channel* channel, asio::io_context* context, std::size_t sent) {
  const OutboundCall& call = *channel->call;
  if (IsInline(call)) {
    std::string_view head = call.head;
    std::string_view body = call.body;
    head.remove_prefix(std::min(sent, head.size()));
    body.remove_prefix(sent - std::min(sent, call.head.size()));
    channel->connection->watchdog().Set(Watchdog::Side::kWrite, call.timeouts.body_idle);
    // A failed write shows when reading: the target may have said why before it closed.
    const WireResult ignored = co_await channel->connection->Write(head, body);
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
                                                                   CallPointer call) {
  CallTiming timing;
  const SteadyTime start = self->clock_.Steady();
  const ConnectionPointer idle = self->TakeIdle(call->destination, start);
  if (idle) {
    timing.reused_connection = true;
    bool may_retry = false;
    AnswerResult answer = co_await Attempt(self, call, idle, start, timing, &may_retry);
    if (answer || !may_retry) co_return answer;
    timing = CallTiming();
  }
  Result<ConnectionPointer> opened = co_await self->Open(call, &timing);
  if (!opened) co_return std::move(opened).error();
  bool may_retry = false;
  const SteadyTime opened_at = self->clock_.Steady();
  AnswerResult answer =
      co_await Attempt(self, call, std::move(*opened), opened_at, timing, &may_retry);
  co_return answer;
}

Task<Result<std::unique_ptr<UpstreamAnswer>>> Upstream::Impl::Attempt(
    std::shared_ptr<Impl> self, CallPointer call, ConnectionPointer connection, SteadyTime start,
    CallTiming timing, bool* may_retry) {
  // Cancelled operations end with an error here instead of a throw from the next co_await, so that
  // the pump is always stopped and awaited.
  const bool throwing = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  Channel channel{std::move(call), std::move(connection), nullptr};
  if (channel.call->handle != nullptr) channel.call->handle->WaitsOn(channel.connection);
  const std::size_t sent = SendNow(channel);
  if (!IsSent(*channel.call, sent)) co_await Begin(&channel, &self->context_, sent);
  Result<ReceivedHead> received = co_await ReadHead(channel, self->options_, self->head_blocks_);

  AnswerResult result(nullptr);
  if (received) {
    const std::chrono::duration<double, std::milli> took = self->clock_.Steady() - start;
    timing.first_byte_ms = took.count();
    auto answer =
        std::make_unique<Answer>(std::move(channel), std::move(*received), timing, std::move(self));
    if (!answer->SettleNow()) co_await answer->Settle();
    result = AnswerResult(std::move(answer));
  } else {
    co_await StopSending(channel.pump);
    channel.connection->Close();
    *may_retry = WasStale(channel, received.error());
    result = std::move(received).error();
  }
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) *may_retry = false;
  co_await asio::this_coro::throw_if_cancelled(throwing);
  co_return result;
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

ConnectionPointer Upstream::Impl::TakeIdle(const Destination& destination, SteadyTime now) {
  while (true) {
    std::optional<ConnectionPointer> idle = pool_.Take(destination, now);
    if (!idle) return nullptr;
    // Closed by the target, or bytes that nobody asked for?
    const bool just_used =
        (*idle)->proven && (*idle)->left_clean && now - (*idle)->idle_since < kTooShortToClose;
    if (!just_used && !(*idle)->IsQuiet()) continue;
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
  connection->proven = connection->reused;
  connection->reused = true;
  connection->idle_since = clock_.Steady();
  const SteadyTime since = connection->idle_since;
  pool_.Put(destination, std::move(connection), since);
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
