// Server, gateway and outbound client in this process, with real sockets on both sides.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "sallyport/net/resolver.h"
#include "sallyport/net/server.h"
#include "support/null_descriptor.h"
#include "support/raw_client.h"
#include "unit/pipeline/fakes.h"

namespace sallyport::test {

/// The key "admin" may call /proxy/r/..., which goes to the target's /base/....
class GatewayUnderTest {
 public:
  struct Setup {
    std::string target_url;
    std::string members = "{}";  ///< of the resource, merged into its document
    pipeline::Settings settings;
    net::ServerLimits limits;
    /// Queries of the resource: slug and members, merged into their documents.
    std::map<std::string, std::string> queries = {};
  };
  explicit GatewayUnderTest(Setup setup);
  explicit GatewayUnderTest(const std::string& target_url)
      : GatewayUnderTest(Setup{target_url, "{}", {}, {}, {}}) {}
  ~GatewayUnderTest();
  GatewayUnderTest(const GatewayUnderTest&) = delete;
  GatewayUnderTest& operator=(const GatewayUnderTest&) = delete;

  [[nodiscard]] RawClient Connect() const { return RawClient::Tcp(port_); }
  /// Runs `action` on the shard's thread and gives its result.
  template <typename Action>
  auto OnShard(Action action) {
    std::packaged_task<decltype(action())()> task(std::move(action));
    auto result = task.get_future();
    boost::asio::post(context_, [&task] { task(); });
    return result.get();
  }
  [[nodiscard]] net::Upstream::PoolStats Pool() {
    return OnShard([this] { return upstream_->stats(); });
  }
  /// How many calls ended with `status` in the access line.
  [[nodiscard]] std::uint64_t Ended(int status);
  [[nodiscard]] std::size_t Busy() {
    return OnShard([this] { return server_->busy_connections(); });
  }

 private:
  [[nodiscard]] store::SnapshotPointer MakeSnapshot(const Setup& setup) const;

  RealClock clock_;
  pipeline::test::FakeApi api_;
  pipeline::test::FakeOperations operations_;
  pipeline::test::FakeTokens tokens_;
  pipeline::CallLimits limits_;
  test::NullDescriptor null_;
  observe::Log log_{observe::LogOptions{}, clock_, null_.value};
  observe::ShardMetrics metrics_;
  net::ConnectionCount count_;
  net::Resolver resolver_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::unique_ptr<net::Upstream> upstream_;
  std::unique_ptr<pipeline::Gateway> gateway_;
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// "GET /proxy/r/x HTTP/1.1", Host, the admin's key and `lines` (each ended by CR LF).
[[nodiscard]] std::string ProxyCall(std::string_view method, std::string_view path,
                                    std::string_view lines = "");
/// POST of a run of the query `slug`; `lines` tell type and length of the body.
[[nodiscard]] std::string RunCall(std::string_view slug, std::string_view lines);

}  // namespace sallyport::test
