// Runs of queries from socket to socket: uploads in motion, limits, hops, callers who leave.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include "component/gateway_harness.h"
#include "support/scripted_target.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kUpload = R"({"method":"PUT","path":"/f",
  "inputs":[{"name":"f","type":"file","required":true,"default":null,"secret":false}],
  "body":{"type":"binary","param":"f","content_type":"image/png"}})";
constexpr std::string_view kFormLines =
    "Content-Type: multipart/form-data; boundary=B\r\nTransfer-Encoding: chunked\r\n";
constexpr std::string_view kPart =
    "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n";

std::string Chunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

GatewayUnderTest::Setup SetupFor(const ScriptedTarget& target, const std::string& query,
                                 const std::string& members = "{}") {
  GatewayUnderTest::Setup setup;
  setup.target_url = target.url();
  setup.members = members;
  setup.queries = {{"q", query}};
  return setup;
}

std::string EmptyRun() { return RunCall("q", "Content-Length: 0\r\n"); }

TEST(Run, AnUploadIsHeldBackByASlowTarget) {
  std::atomic<bool> go{false};
  std::atomic<std::uint64_t> taken{0};
  ScriptedTarget target([&](TargetConnection& connection) {
    connection.ReadHead();
    WaitUntil([&] { return go.load(); }, 20s);
    while (!connection.TakeSome().empty()) ++taken;
  });
  GatewayUnderTest gateway(SetupFor(target, std::string(kUpload)));
  RawClient caller = gateway.Connect();
  caller.Send(RunCall("q", kFormLines) + Chunk(kPart));
  const std::string piece = Chunk(std::string(1 << 20, 'x'));
  std::atomic<std::uint64_t> given{0};
  std::thread giver([&] {
    while (given < 256 && caller.Send(piece)) ++given;
  });
  std::uint64_t settled = ~0ULL;
  WaitUntil(
      [&] {
        std::this_thread::sleep_for(200ms);
        return std::exchange(settled, given.load()) == given.load();
      },
      10s);
  EXPECT_LT(given, 64U) << "MiB taken from the caller while the target took none";
  go = true;
  giver.join();
  EXPECT_EQ(given, 256U);
  EXPECT_GT(taken, 0U);
}

TEST(Run, AnEarlyAnswerEndsTheUpload) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 413 Too Big\r\nContent-Length: 3\r\n\r\nbig");
    connection.Discard(1ULL << 40);
  });
  GatewayUnderTest gateway(SetupFor(target, std::string(kUpload)));
  RawClient caller = gateway.Connect();
  caller.Send(RunCall("q", kFormLines) + Chunk(kPart) + Chunk(std::string(200000, 'x')));
  const std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_NE(answer.find("\"status\":413"), std::string::npos);
  EXPECT_TRUE(WaitUntil([&] { return gateway.Pool().busy == 0; }, 5s));
  EXPECT_EQ(gateway.Pool().idle, 0U);
}

TEST(Run, ACallerThatResetsMidUploadCutsTheTargetsRequest) {
  std::atomic<bool> ended{false};
  ScriptedTarget target([&](TargetConnection& connection) {
    connection.ReadHead();
    while (!connection.ReadSome().empty()) {
    }
    ended = true;
  });
  GatewayUnderTest gateway(SetupFor(target, std::string(kUpload)));
  RawClient caller = gateway.Connect();
  caller.Send(RunCall("q", kFormLines) + Chunk(kPart) + Chunk(std::string(200000, 'x')));
  ASSERT_TRUE(WaitUntil([&] { return target.received().size() > 200000; }, 5s));
  caller.Reset();
  EXPECT_TRUE(WaitUntil([&] { return ended.load(); }, 5s));
  EXPECT_FALSE(target.received().ends_with("0\r\n\r\n")) << "no last chunk";
  EXPECT_TRUE(WaitUntil([&] { return gateway.Ended(499) == 1; }, 5s));
}

TEST(Run, TheTimeOfARunBoundsTheReadingOfTheBody) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.ReadHead();
  });
  GatewayUnderTest gateway(SetupFor(target, R"({"path":"/x","timeout_ms":150})"));
  RawClient caller = gateway.Connect();
  caller.Send(EmptyRun());
  const std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 504 ")) << answer;
  EXPECT_NE(answer.find("150 ms that timeout_ms allows"), std::string::npos) << answer;
  EXPECT_EQ(gateway.Pool().busy, 0U);
}

TEST(Run, AnAnswerThatDecodesToTooMuchIsRefused) {
  // gzip with one stored block of 2000 bytes; its end never comes to matter.
  std::string gzip("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\xd0\x07\x2f\xf8", 15);
  gzip += std::string(2000, 'x');
  ScriptedTarget target(
      ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                             std::to_string(gzip.size()) + "\r\n\r\n" + gzip));
  GatewayUnderTest::Setup setup = SetupFor(target, R"({"path":"/x"})");
  setup.settings.decoding.bytes = 1000;
  GatewayUnderTest gateway(std::move(setup));
  RawClient caller = gateway.Connect();
  caller.Send(EmptyRun());
  const std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
  EXPECT_NE(answer.find("upstream_too_large"), std::string::npos);
}

TEST(Run, ACutAnswerIsA502) {
  for (const std::string_view head : {"Content-Length: 100", "Transfer-Encoding: chunked"}) {
    ScriptedTarget target([&](TargetConnection& connection) {
      connection.ReadHead();
      connection.Send("HTTP/1.1 200 OK\r\n" + std::string(head) + "\r\n\r\n");
      connection.Send("4\r\nhalf\r\n");
    });
    GatewayUnderTest gateway(SetupFor(target, R"({"path":"/x"})"));
    RawClient caller = gateway.Connect();
    caller.Send(EmptyRun());
    const std::string answer = caller.ReadAnswer();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 502 ")) << answer;
    EXPECT_NE(answer.find("upstream_reset"), std::string::npos);
  }
}

TEST(Run, CredentialsDoNotCrossToAnotherOrigin) {
  ScriptedTarget stranger(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  ScriptedTarget target(ScriptedTarget::Always("HTTP/1.1 307 Go\r\nLocation: " + stranger.url() +
                                               "/there\r\nContent-Length: 0\r\n\r\n"));
  const std::string members = R"({"redirects":{"follow":"any","max":5},
    "cookies":[{"name":"sid","value":"s3cret","enabled":true,"secret":false}]})";
  GatewayUnderTest gateway(SetupFor(target, R"({"path":"/x"})", members));
  RawClient caller = gateway.Connect();
  caller.Send(EmptyRun());
  const std::string answer = caller.ReadAnswer();
  EXPECT_NE(answer.find("\"url\":\"" + stranger.url() + "/there\""), std::string::npos) << answer;
  EXPECT_NE(target.received().find("s3cret"), std::string::npos);
  EXPECT_TRUE(stranger.received().starts_with("GET /there HTTP/1.1\r\n"));
  EXPECT_EQ(stranger.received().find("s3cret"), std::string::npos);
}

TEST(Run, AttemptsAreMadeAgainAndAPauseEndsWithItsCaller) {
  std::atomic<int> heads{0};
  ScriptedTarget target([&](TargetConnection& connection) {
    for (std::string head = connection.ReadHead(); !head.empty(); head = connection.ReadHead()) {
      ++heads;
      connection.Send(heads == 1
                          ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
                          : "HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n");
    }
  });
  GatewayUnderTest gateway(SetupFor(target, R"({"path":"/x","retries":5})"));
  RawClient caller = gateway.Connect();
  caller.Send(EmptyRun());
  ASSERT_TRUE(WaitUntil([&] { return heads == 2; }, 5s));
  caller.Reset();
  EXPECT_TRUE(WaitUntil([&] { return gateway.Ended(499) == 1; }, 5s)) << "half a minute is not up";
  EXPECT_EQ(heads, 2);
}

TEST(Run, ARawAnswerStreams) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.Send("HTTP/1.1 206 Part\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    connection.ReadHead();
  });
  GatewayUnderTest gateway(SetupFor(target, R"({"path":"/x","timeout_ms":200})"));
  RawClient caller = gateway.Connect();
  caller.Send(RunCall("q", "Content-Length: 0\r\nPrefer: raw\r\n"));
  const std::string head = caller.ReadUntil("3\r\none\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 206 Part\r\n")) << head;
  EXPECT_NE(head.find("Preference-Applied: raw\r\n"), std::string::npos);
  EXPECT_FALSE(WaitUntil([&] { return gateway.Pool().busy == 0; }, 400ms))
      << "a stream in motion is not cut by the run's limit";
}

}  // namespace
}  // namespace sallyport::test
