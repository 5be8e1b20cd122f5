// Bodies of any size pass through memory of a fixed size.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <vector>

#include "support/gateway_fixture.h"
#include "support/raw_stream.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsReal = false;  // the sanitizers' own memory drowns the gateway's
#else
constexpr bool kMemoryIsReal = true;
#endif

constexpr std::uint64_t kMiB = 1024ULL * 1024;

/// TEST_STREAM_BYTES, else 1 GiB.
std::uint64_t StreamBytes() {
  const char* text = std::getenv("TEST_STREAM_BYTES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1024 * kMiB;
}

/// Answers every request with `size` bytes of a pattern by which a lost or doubled piece shows.
void SendPattern(TargetConnection& connection, std::uint64_t size) {
  if (connection.ReadHead().empty()) return;
  (void)connection.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
  std::string block;
  for (std::uint64_t sent = 0; sent < size; sent += block.size()) {
    block = PatternAt(sent, std::min<std::uint64_t>(256 * 1024, size - sent));
    if (!connection.Send(block)) return;
  }
}

class Streaming : public GatewayFixture {
 protected:
  void SetUp() override {
    StartGateway(std::string(kLoopbackConfig) + "timeouts: {body_idle: 60000}\n");
  }
  void ExpectFlatMemory() {
    if (!kMemoryIsReal) return;
    EXPECT_LT(gateway_->peak_bytes(), 64 * kMiB);
  }
  std::string GetHead(const std::string& path) {
    return "GET /proxy/" + path +
           " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer " +
           gateway_->admin_key() + "\r\n\r\n";
  }
};

TEST_F(Streaming, DownloadsAGigabyteInFlatMemory) {
  const std::uint64_t size = StreamBytes();
  ScriptedTarget target([size](TargetConnection& connection) { SendPattern(connection, size); });
  CreateResource("big", target.url());
  RawStream caller(gateway_->port());
  ASSERT_TRUE(caller.Send(GetHead("big/file")));
  const std::string head = caller.ReadHead();
  ASSERT_EQ(head.substr(0, 13), "HTTP/1.1 200 ") << head;
  EXPECT_EQ(caller.ReadPattern(0, size), size);
  ExpectFlatMemory();
}

TEST_F(Streaming, UploadsAGigabyteInFlatMemory) {
  const std::uint64_t size = StreamBytes();
  std::atomic<std::uint64_t> arrived{0};
  ScriptedTarget target([&](TargetConnection& connection) {
    if (connection.ReadHead().empty()) return;
    arrived = connection.Discard(size);
    (void)connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  CreateResource("big", target.url());
  RawStream caller(gateway_->port());
  ASSERT_TRUE(caller.Send("PUT /proxy/big/file HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                          gateway_->admin_key() + "\r\nContent-Length: " + std::to_string(size) +
                          "\r\n\r\n"));
  const std::string block(256 * 1024, 'u');
  for (std::uint64_t sent = 0; sent < size; sent += block.size()) {
    ASSERT_TRUE(caller.Send(
        std::string_view(block).substr(0, std::min<std::uint64_t>(block.size(), size - sent))))
        << "after " << sent;
  }
  const std::string head = caller.ReadHead();
  EXPECT_EQ(head.substr(0, 13), "HTTP/1.1 200 ") << head;
  EXPECT_EQ(arrived, size);
  ExpectFlatMemory();
}

TEST_F(Streaming, HoldsThirtyTwoSlowReadersInSixtyFourMegabytes) {
  const std::uint64_t size = std::min<std::uint64_t>(100 * kMiB, StreamBytes() / 10);
  ScriptedTarget target([size](TargetConnection& connection) { SendPattern(connection, size); });
  CreateResource("big", target.url());
  std::vector<std::unique_ptr<RawStream>> callers;
  for (int i = 0; i < 32; ++i) {
    callers.push_back(std::make_unique<RawStream>(gateway_->port()));
    ASSERT_TRUE(callers.back()->Send(GetHead("big/file")));
    ASSERT_EQ(callers.back()->ReadHead().substr(0, 13), "HTTP/1.1 200 ");
  }
  // Round by round, a little of each: whatever the gateway read ahead would have to lie in its
  // memory.
  const std::uint64_t step = size / 8;
  for (std::uint64_t at = 0; at < size; at += step) {
    for (const auto& caller : callers) {
      const std::uint64_t wanted = std::min(step, size - at);
      ASSERT_EQ(caller->ReadPattern(at, wanted), wanted);
    }
  }
  ExpectFlatMemory();
}

TEST_F(Streaming, PassesTheFirstBytesOnBeforeTheLastOnesExist) {
  std::atomic<bool> seen{false};
  ScriptedTarget target([&](TargetConnection& connection) {
    if (connection.ReadHead().empty()) return;
    (void)connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    (void)WaitUntil([&] { return seen.load(); }, std::chrono::seconds(20));
    (void)connection.Send("4\r\nlast\r\n0\r\n\r\n");
  });
  CreateResource("events", target.url());
  RawConnection caller(gateway_->port());
  ASSERT_TRUE(caller.Send(GetHead("events/stream")));
  const std::string start = caller.ReadUntil("first", std::chrono::seconds(10));
  EXPECT_NE(start.find("first"), std::string::npos) << start;
  seen = true;
  EXPECT_NE(caller.ReadToEnd(std::chrono::seconds(10)).find("last"), std::string::npos);
}

TEST_F(Streaming, ReleasesTheTargetWhenTheCallerGoesAway) {
  std::atomic<bool> released{false};
  ScriptedTarget target([&](TargetConnection& connection) {
    SendPattern(connection, 1024 * kMiB);
    released = true;
  });
  CreateResource("big", target.url());
  {
    RawStream caller(gateway_->port());
    ASSERT_TRUE(caller.Send(GetHead("big/file")));
    ASSERT_EQ(caller.ReadHead().substr(0, 13), "HTTP/1.1 200 ");
  }
  EXPECT_TRUE(WaitUntil([&] { return released.load(); }, std::chrono::seconds(20)));
}

}  // namespace
}  // namespace sallyport::test
