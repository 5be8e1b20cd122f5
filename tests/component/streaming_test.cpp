// Bodies in motion: memory, early answers, callers and targets that go away.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <utility>

#include "component/gateway_harness.h"
#include "support/scripted_target.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using namespace std::chrono_literals;

/// Resident bytes of this process; nothing to go by when AddressSanitizer keeps what was freed.
std::uint64_t Resident() {
#ifdef __SANITIZE_ADDRESS__
  return 0;
#endif
  unsigned long pages = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  const int read = std::fscanf(file, "%*u %lu", &pages);
  std::fclose(file);
  return read == 1 ? pages * 4096ULL : 0;
}

TEST(Streaming, ASlowReaderHoldsBackTheTarget) {
  constexpr std::uint64_t kBody = 1ULL << 30;
  std::atomic<std::uint64_t> taken{0};
  ScriptedTarget target([&](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n");
    const std::string piece(65536, 'x');
    while (taken < kBody && connection.Send(piece)) taken += piece.size();
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.ShrinkReceiveBuffer(65536);
  const std::uint64_t before = Resident();
  caller.Send(ProxyCall("GET", "/big"));
  EXPECT_TRUE(caller.ReadUntil("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
  for (int i = 0; i < 64; ++i) ASSERT_EQ(caller.ReadBytes(65536).size(), 65536U);

  // What the target could give beyond what was read stays in sockets and one buffer.
  std::uint64_t settled = 0;
  WaitUntil([&] { return std::exchange(settled, taken.load()) == taken.load(); }, 2s);
  EXPECT_LT(taken, 64ULL << 20);
  EXPECT_LT(Resident(), before + (16ULL << 20));
  EXPECT_EQ(gateway.Pool().busy, 1U);
}

TEST(Streaming, AGigabyteGoesThroughInBoundedMemory) {
  constexpr std::uint64_t kBody = 1ULL << 30;
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n");
    const std::string piece(1 << 20, 'x');
    for (std::uint64_t sent = 0; sent < kBody && connection.Send(piece);) sent += piece.size();
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  const std::uint64_t before = Resident();
  caller.Send(ProxyCall("GET", "/big", "Connection: close\r\n"));
  caller.ReadUntil("\r\n\r\n");
  std::uint64_t received = 0;
  while (received < kBody) {
    const std::size_t piece = caller.ReadBytes(65536).size();
    if (piece == 0) break;
    received += piece;
  }
  EXPECT_EQ(received, kBody);
  EXPECT_LT(Resident(), before + (16ULL << 20));
}

TEST(Streaming, AnEarlyAnswerComesBeforeTheBodyIsSent) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 413 Too Big\r\nContent-Length: 3\r\n\r\nbig");
    connection.Discard(1ULL << 40);
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("POST", "/x", "Content-Length: 1000000\r\n") + "some");
  const std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 Too Big\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nbig"));
  EXPECT_TRUE(WaitUntil([&] { return gateway.Pool().busy == 0; }, 5s));
  EXPECT_EQ(gateway.Pool().idle, 0U) << "a request that is not complete ends its connection";
}

TEST(Streaming, ACallerThatResetsMidUploadCutsTheTargetsRequest) {
  std::atomic<bool> complete{false};
  std::atomic<bool> ended{false};
  ScriptedTarget target([&](TargetConnection& connection) {
    connection.ReadHead();
    complete = connection.Discard(1000000) == 1000000;
    ended = true;
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("POST", "/x", "Content-Length: 1000000\r\n") + std::string(100000, 'x'));
  ASSERT_TRUE(WaitUntil([&] { return gateway.Pool().busy == 1; }, 5s));
  caller.Reset();
  EXPECT_TRUE(WaitUntil([&] { return ended.load(); }, 5s));
  EXPECT_FALSE(complete);
  EXPECT_TRUE(WaitUntil([&] { return gateway.Ended(499) == 1; }, 5s));
  EXPECT_EQ(gateway.Pool().busy, 0U);
}

TEST(Streaming, AChunkedUploadThatIsCutHasNoLastChunk) {
  std::atomic<bool> ended{false};
  ScriptedTarget target([&](TargetConnection& connection) {
    connection.ReadHead();
    while (!connection.ReadSome().empty()) {
    }
    ended = true;
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("POST", "/x", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n");
  ASSERT_TRUE(WaitUntil([&] { return target.received().ends_with("3\r\nabc\r\n"); }, 5s));
  caller.Send("zz\r\n");
  EXPECT_TRUE(caller.ReadAnswer().starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(WaitUntil([&] { return ended.load(); }, 5s));
  EXPECT_TRUE(target.received().ends_with("3\r\nabc\r\n"));
}

TEST(Streaming, ACallerThatResetsWhileTheTargetIsSilentFreesTheCall) {
  std::atomic<int> ended{0};
  ScriptedTarget target([&](TargetConnection& connection) {
    const std::string head = connection.ReadHead();
    if (head.find("/half") != std::string::npos) {
      connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    }
    connection.ReadHead();
    ++ended;
  });
  GatewayUnderTest gateway(target.url());
  RawClient silent = gateway.Connect();
  silent.Send(ProxyCall("GET", "/silent"));
  RawClient half = gateway.Connect();
  half.Send(ProxyCall("GET", "/half"));
  ASSERT_TRUE(WaitUntil([&] { return gateway.Pool().busy == 2; }, 5s));
  silent.Reset();
  half.Reset();
  EXPECT_TRUE(WaitUntil([&] { return ended == 2; }, 5s));
  EXPECT_TRUE(WaitUntil([&] { return gateway.Busy() == 0; }, 5s));
  EXPECT_EQ(gateway.Pool().busy, 0U);
  EXPECT_GE(gateway.Ended(499), 1U);
}

TEST(Streaming, AnAnswerCutByTheTargetNeverLooksComplete) {
  struct Case {
    std::string_view framing, begun;
  };
  const std::string large(200000, 'x');
  for (const Case& c :
       {Case{"Content-Length: 300000", ""}, Case{"Transfer-Encoding: chunked", "30d40\r\n"}}) {
    for (const bool reset : {false, true}) {
      ScriptedTarget target([&](TargetConnection& connection) {
        connection.ReadHead();
        if (reset) connection.ResetAtEnd();
        connection.Send("HTTP/1.1 200 OK\r\n" + std::string(c.framing) + "\r\n\r\n" +
                        std::string(c.begun) + large);
      });
      GatewayUnderTest gateway(target.url());
      RawClient caller = gateway.Connect();
      caller.Send(ProxyCall("GET", "/x"));
      const std::string answer = caller.ReadToEnd();
      EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 200 OK\r\n") ||
                  answer.starts_with("HTTP/1.1 502 "));
      if (answer.starts_with("HTTP/1.1 200")) {
        EXPECT_FALSE(answer.ends_with("\r\n0\r\n\r\n"));
        EXPECT_NE(caller.end(), RawClient::End::kOutOfPatience);
        EXPECT_LT(answer.size(), 300000U);
      }
    }
  }
}

TEST(Streaming, ASmallAnswerThatIsCutIsA502) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("GET", "/x"));
  const std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
  EXPECT_NE(answer.find("upstream_reset"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::test
