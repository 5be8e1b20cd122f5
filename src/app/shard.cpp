#include "app/shard.h"

#include <exception>
#include <string>
#include <utility>

#include <boost/asio/use_awaitable.hpp>

namespace sallyport::app {
namespace {

/// One thread runs the context, and it alone touches its sockets: they need no lock each. Others
/// may still post to it.
constexpr int kOneThread = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;

}  // namespace

Shard::Shard(const ShardParts& parts, const LayerSettings& settings,
             store::SnapshotPointer snapshot)
    : log_(parts.log),
      context_(std::make_unique<boost::asio::io_context>(kOneThread)),
      work_(boost::asio::make_work_guard(*context_)),
      upstream_(std::make_unique<net::Upstream>(*context_, parts.resolver, settings.egress,
                                                settings.upstream, parts.clock)),
      gateway_(std::make_unique<pipeline::Gateway>(
          *upstream_,
          pipeline::GatewayParts{parts.api, parts.operations, parts.tokens, parts.limits, parts.log,
                                 metrics_, parts.clock},
          settings.pipeline, std::move(snapshot))),
      server_(std::make_unique<net::Server>(*context_, *gateway_, settings.server,
                                            parts.connections, parts.clock)) {
  server_->SetFailureHook([&log = log_](std::string_view message) { log.Failure(message); });
}

Shard::~Shard() {
  // The context's last coroutines hold the gateway, so it goes after them; sockets and timers of
  // the others belong to the context and go before.
  server_.reset();
  upstream_.reset();
  work_.reset();
  context_.reset();
}

void Shard::Accept(int listening_descriptor, net::Door door) {
  Post([this, listening_descriptor, door] {
    server_->Accept(listening_descriptor, door, door == net::Door::kControl);
  });
}

void Shard::StopAccepting(int listening_descriptor) {
  Post([this, listening_descriptor] { server_->StopAccepting(listening_descriptor); });
}

void Shard::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Shard::Stop() {
  if (!thread_.joinable()) return;
  Post([this] {
    server_->CloseAll();
    upstream_->CloseIdle();
    context_->stop();
  });
  thread_.join();
}

void Shard::Run() {
  while (true) {
    try {
      context_->run();
      return;
    } catch (const std::exception& error) {
      // A bug in one exchange must not take the others with it.
      log_.Failure(std::string("unexpected exception on an event loop: ") + error.what());
    }
  }
}

void Shard::Apply(const LayerSettings& settings) {
  Post([this, settings] {
    gateway_->SetSettings(settings.pipeline);
    upstream_->SetOptions(settings.upstream);
    upstream_->SetEgress(settings.egress);
    server_->SetLimits(settings.server);
  });
}

void Shard::Adopt(store::SnapshotPointer snapshot, std::function<void()> adopted) {
  Post([this, snapshot = std::move(snapshot), adopted = std::move(adopted)]() mutable {
    gateway_->SetSnapshot(std::move(snapshot));
    adopted();
  });
}

void Shard::StartDraining() {
  Post([this] { server_->StartDraining(); });
}

void Shard::TakeNoMore() {
  Post([this] {
    server_->StopAccepting();
    server_->EndResting();
  });
}

Task<observe::ShardMetrics> Shard::CopyMetrics() {
  observe::ShardMetrics copy = metrics_;
  const net::Upstream::PoolStats pool = upstream_->stats();
  for (const auto& [verdict, calls] : pool.denied) {
    copy.egress_denials[std::string(net::ToString(verdict))] = calls;
  }
  copy.pool_idle = pool.idle;
  copy.pool_busy = pool.busy;
  copy.pool_opened = pool.opened;
  copy.pool_reused = pool.reused;
  copy.open_connections = server_->open_connections();
  co_return copy;
}

Task<std::size_t> Shard::CountBusy() {
  // Behind those that were woken just now and may have a request to serve.
  co_await boost::asio::post(*context_, boost::asio::use_awaitable);
  co_return server_->busy_connections();
}

}  // namespace sallyport::app
