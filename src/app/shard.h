// One thread with its own event loop, pool of connections to targets, server and gateway.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "app/settings.h"
#include "sallyport/net/resolver.h"
#include "sallyport/observe/log.h"
#include "sallyport/observe/metrics.h"

namespace sallyport::app {

/// What all shards share; outlives them.
struct ShardParts {
  net::Resolver& resolver;
  pipeline::JsonApi& api;
  pipeline::Operations& operations;
  pipeline::TokenSource& tokens;
  pipeline::CallLimits& limits;
  observe::Log& log;
  net::ConnectionCount& connections;
  const Clock& clock;
};

/// Made, started, stopped and destroyed on the main thread; what is Post()ed runs on the shard's.
class Shard {
 public:
  Shard(const ShardParts& parts, const LayerSettings& settings, store::SnapshotPointer snapshot);
  /// Precondition: stopped, or never started.
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  void Start();
  /// Closes every connection and joins the thread.
  void Stop();

  template <typename Work>
  void Post(Work work) {
    boost::asio::post(*context_, std::move(work));
  }
  [[nodiscard]] boost::asio::io_context::executor_type executor() {
    return context_->get_executor();
  }

  // Any thread, also before Start(); take effect on the shard's.
  void Accept(int listening_descriptor, net::Door door);
  /// Serves what waits there, then closes it.
  void StopAccepting(int listening_descriptor);
  void Apply(const LayerSettings& settings);
  void Adopt(store::SnapshotPointer snapshot, std::function<void()> adopted);
  void StartDraining();
  /// Serves what is arriving; everybody else who rests or connects is closed.
  void TakeNoMore();

  // Spawn these on executor().
  Task<observe::ShardMetrics> CopyMetrics();
  Task<std::size_t> CountBusy();

 private:
  void Run();

  observe::Log& log_;
  observe::ShardMetrics metrics_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::unique_ptr<net::Upstream> upstream_;
  std::unique_ptr<pipeline::Gateway> gateway_;
  std::unique_ptr<net::Server> server_;
  std::thread thread_;
};

}  // namespace sallyport::app
