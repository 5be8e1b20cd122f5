// A server on a thread of its own with a handler whose behaviour the path selects.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "sallyport/net/server.h"
#include "support/raw_client.h"

namespace sallyport::test {

/// /hello /echo /stream /known-stream /ignore /no-content /none /throw /throw-late /short /long
/// /nothing /flood /hold /close /headers. Thread-safe where a test looks at it.
class ScriptedHandler final : public net::Handler {
 public:
  Task<void> Handle(net::ServerExchange& exchange) override;
  Task<void> HandleBadHead(net::ServerExchange& exchange, Error error) override;

  [[nodiscard]] std::vector<std::string> seen() const;  ///< "GET /hello", in order
  std::atomic<bool> release{false};                     ///< lets /hold answer
  std::atomic<int> gone{0};                             ///< callers of /hold that were noticed gone
  std::atomic<std::uint64_t> flooded{0};                ///< bytes that /flood could write
  std::atomic<bool> flood_ended{false};
  std::atomic<int> body_errors{0};

 private:
  Task<void> Echo(net::ServerExchange& exchange);
  Task<void> Stream(net::ServerExchange& exchange, net::BodyLength length);
  Task<void> Flood(net::ServerExchange& exchange);
  Task<void> Hold(net::ServerExchange& exchange);
  Task<void> Misbehave(net::ServerExchange& exchange, std::string path);

  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
};

class ServerUnderTest {
 public:
  explicit ServerUnderTest(net::ServerLimits limits);
  ServerUnderTest() : ServerUnderTest(net::ServerLimits{}) {}
  ~ServerUnderTest();

  [[nodiscard]] RawClient Connect() const { return RawClient::Tcp(port_); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Runs `action` on the shard's thread and gives its result.
  template <typename Action>
  auto OnShard(Action action) {
    std::packaged_task<decltype(action(std::declval<net::Server&>()))()> task(
        [&] { return action(*server_); });
    auto result = task.get_future();
    boost::asio::post(context_, [&task] { task(); });
    return result.get();
  }
  [[nodiscard]] std::size_t Open() {
    return OnShard([](net::Server& server) { return server.open_connections(); });
  }
  [[nodiscard]] std::size_t Busy() {
    return OnShard([](net::Server& server) { return server.busy_connections(); });
  }
  [[nodiscard]] std::vector<std::string> failures() const;

  ScriptedHandler handler;

 private:
  RealClock clock_;
  net::ConnectionCount count_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> failures_;
  std::thread thread_;
};

/// The status code of the first answer in `bytes`, 0 when there is none.
[[nodiscard]] int StatusIn(const std::string& bytes);
/// How often `part` occurs.
[[nodiscard]] int Occurrences(const std::string& bytes, const std::string& part);

}  // namespace sallyport::test
