// Two event loops: what one connection wrote, every other connection reads at once.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "support/gateway_fixture.h"
#include "support/raw_client.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

/// Answers with the value of the request's field X-Version.
void EchoVersion(TargetConnection& connection) {
  constexpr std::string_view kField = "\r\nX-Version: ";
  for (std::string head = connection.ReadHead(); !head.empty(); head = connection.ReadHead()) {
    const std::size_t at = head.find(kField);
    std::string version = "none";
    if (at != std::string::npos) {
      const std::size_t start = at + kField.size();
      version = head.substr(start, head.find("\r\n", start) - start);
    }
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(version.size()) +
                    "\r\n\r\n" + version);
  }
}

class MultiShard : public GatewayFixture {
 protected:
  static constexpr int kConnections = 16;  // over two loops: all on one has a chance of 1 in 32768
  static constexpr int kWriters = 4;

  /// One call on a connection that stays open; the whole answer.
  std::string Call(RawClient& connection, const std::string& method, const std::string& path,
                   const std::string& body) {
    connection.Send(method + " " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " +
                    gateway_->admin_key() +
                    "\r\nContent-Type: application/json\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
    return connection.ReadAnswer();
  }

  /// Writes on one connection after the other and reads on the one behind it. Counts what was
  /// stale.
  int WriteAndRead(int writer, const std::string& target_url) {
    const std::string slug = "r" + std::to_string(writer);
    std::vector<RawClient> connections;
    for (int i = 0; i < kConnections; ++i) {
      connections.push_back(RawClient::Tcp(gateway_->port()));
    }
    int stale = 0;
    for (int round = 0; round < kConnections; ++round) {
      const std::string version = slug + "-" + std::to_string(round);
      const TestJson document{{"name", version},
                              {"base_url", target_url},
                              {"headers", {{{"name", "X-Version"}, {"value", version}}}}};
      const auto at = [&](int i) -> RawClient& {
        return connections[static_cast<std::size_t>((round + i) % kConnections)];
      };
      const std::string path = "/api/v1/resources/" + slug;
      const std::string written = Call(at(0), "PUT", path, document.dump());
      if (!written.starts_with("HTTP/1.1 20")) return -1;
      for (int i = 1; i < 4; ++i) {
        const std::string read = Call(at(i), "GET", path, "");
        if (read.find("\"" + version + "\"") == std::string::npos) ++stale;
        const std::string proxied = Call(at(i), "GET", "/proxy/" + slug + "/x", "");
        if (!proxied.ends_with("\r\n\r\n" + version)) ++stale;
      }
    }
    return stale;
  }
};

TEST_F(MultiShard, AnAnsweredWriteIsReadOnEveryConnection) {
  ScriptedTarget target(EchoVersion);
  StartGateway();
  ASSERT_NE(gateway_, nullptr);
  std::atomic<int> stale{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      const int missed = WriteAndRead(writer, target.url());
      (missed < 0 ? failed : stale) += missed < 0 ? 1 : missed;
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(stale, 0);
}

}  // namespace
}  // namespace sallyport::test
