#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "support/wait_until.h"
#include "unit/net/upstream_harness.h"

namespace sallyport::net {
namespace {

using test::TargetSide;
using test::TlsTarget;
using namespace std::chrono_literals;

TEST_F(UpstreamTest, GetsAnAnswerAndMeasuresIt) {
  TlsTarget target(Always(kOk));
  const Outcome outcome = Get(target.port());
  EXPECT_FALSE(outcome.error) << outcome.message();
  EXPECT_EQ(outcome.status, 200);
  EXPECT_EQ(outcome.body, "ok");
  EXPECT_FALSE(outcome.timing.reused_connection);
  EXPECT_GT(outcome.timing.connect_ms, 0);
  EXPECT_GT(outcome.timing.first_byte_ms, 0);
  EXPECT_EQ(outcome.timing.tls_ms, 0);
  upstream_->CloseIdle();
}

TEST_F(UpstreamTest, ReusesTheConnection) {
  TlsTarget target(Always(kOk));
  Get(target.port());
  const Outcome second = Get(target.port());
  EXPECT_TRUE(second.timing.reused_connection);
  EXPECT_EQ(second.timing.connect_ms, 0);
  EXPECT_EQ(target.connections(), 1);
  const Upstream::PoolStats stats = upstream_->stats();
  EXPECT_EQ(stats.idle, 1U);
  EXPECT_EQ(stats.busy, 0U);
  EXPECT_EQ(stats.opened, 1U);
  EXPECT_EQ(stats.reused, 1U);
  upstream_->CloseIdle();
  EXPECT_EQ(upstream_->stats().idle, 0U);
}

TEST_F(UpstreamTest, DoesNotReuseWhatCannotBeTrusted) {
  const std::vector<std::string> answers = {
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore",
      "HTTP/1.1 204 No Content\r\n\r\nmore"};
  for (const std::string& answer : answers) {
    TlsTarget target(Always(answer));
    EXPECT_FALSE(Get(target.port()).error) << answer;
    EXPECT_EQ(upstream_->stats().idle, 0U) << answer;
  }
}

TEST_F(UpstreamTest, AClosedIdleConnectionIsReplaced) {
  std::atomic<int> closed{0};
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    side.Send(kOk);
    side.Close();
    ++closed;
  });
  for (int i = 1; i <= 3; ++i) {
    const Outcome outcome = Send(Call(target.port(), "POST"));
    EXPECT_EQ(outcome.status, 200) << outcome.message();
    EXPECT_FALSE(outcome.timing.reused_connection);
    ASSERT_TRUE(test::WaitUntil([&] { return closed == i; }, 5s));
  }
}

TEST_F(UpstreamTest, AStaleConnectionIsRetriedOnceForIdempotentMethodsOnly) {
  std::atomic<int> posts{0};
  const auto script = [&](TargetSide& side, int index) {
    if (side.ReadHead().empty()) return;
    side.Send(kOk);
    const std::string again = side.ReadHead();
    if (again.empty()) return;
    if (again.starts_with("POST")) ++posts;
    if (index % 2 == 0) return;  // dies with the request in hand
    side.Send(kOk);
  };
  TlsTarget target(script);
  Get(target.port());
  const Outcome retried = Get(target.port());
  EXPECT_FALSE(retried.error) << retried.message();
  EXPECT_FALSE(retried.timing.reused_connection);
  EXPECT_EQ(target.connections(), 2);
  upstream_->CloseIdle();

  TlsTarget other(script);
  Get(other.port());
  const Outcome lost = Send(Call(other.port(), "POST", "", "x"));
  EXPECT_EQ(lost.kind(), ErrorKind::kUpstreamReset);
  EXPECT_EQ(posts, 1);
  EXPECT_EQ(other.connections(), 1);
}

TEST_F(UpstreamTest, AFreshConnectionThatDiesIsNotRetried) {
  TlsTarget target([](TargetSide& side, int) { side.ReadHead(); });
  EXPECT_EQ(Get(target.port()).kind(), ErrorKind::kUpstreamReset);
  EXPECT_EQ(target.connections(), 1);
}

TEST_F(UpstreamTest, EveryFailureHasItsName) {
  struct Case {
    std::string sent;
    bool reset;
    ErrorKind kind;
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::vector<Case> cases = {
      {"", true, ErrorKind::kUpstreamReset},
      {"HTTP/1.1 200 OK\r\nA: b", true, ErrorKind::kUpstreamReset},
      {"HTTP/1.1 200 OK\r\nA: b", false, ErrorKind::kUpstreamReset},
      {head + "Content-Length: 10\r\n\r\nshort", false, ErrorKind::kUpstreamReset},
      {head + "Content-Length: 10\r\n\r\nshort", true, ErrorKind::kUpstreamReset},
      {head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", false, ErrorKind::kUpstreamReset},
      {head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false, ErrorKind::kUpstreamReset},
      {head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", false,
       ErrorKind::kUpstreamReset},
      {head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", false,
       ErrorKind::kUpstreamProtocolError},
      {head + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello", false,
       ErrorKind::kUpstreamProtocolError},
      {head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", false,
       ErrorKind::kUpstreamProtocolError},
      {"SSH-2.0-OpenSSH\r\n", false, ErrorKind::kUpstreamProtocolError},
      {"HTTP/1.1 999 Odd\r\n\r\n", false, ErrorKind::kUpstreamProtocolError},
      {"HTTP/1.1 101 Switching\r\n\r\n", false, ErrorKind::kUpstreamProtocolError},
      {head + "A: " + std::string(70000, 'a') + "\r\n\r\n", false, ErrorKind::kUpstreamTooLarge},
      {head + "A: " + std::string(70000, 'a'), false, ErrorKind::kUpstreamTooLarge}};
  for (const Case& each : cases) {
    TlsTarget target([&](TargetSide& side, int) {
      side.ReadHead();
      side.Send(each.sent);
      if (each.reset) side.Reset();
    });
    const Outcome outcome = Get(target.port());
    EXPECT_EQ(outcome.kind(), each.kind) << each.sent.substr(0, 80) << " -> " << outcome.message();
    EXPECT_EQ(upstream_->stats().busy, 0U);
  }
}

TEST_F(UpstreamTest, ABodyMayEndWithTheConnection) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\n\r\nto the end");
  });
  const Outcome outcome = Get(target.port());
  EXPECT_FALSE(outcome.body_error) << outcome.message();
  EXPECT_EQ(outcome.body, "to the end");
}

/// A FIN that comes along with the last bytes makes no event of its own; on a connection that was
/// used before, reads wait for one.
TEST_F(UpstreamTest, FindsTheEndThatCameAlongWithTheLastBytes) {
  struct Case {
    std::string last;
    std::optional<ErrorKind> failure;
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const Case cases[] = {
      {head + "\r\nto the end", std::nullopt},
      {head + "Content-Length: 10\r\n\r\nshort", ErrorKind::kUpstreamReset},
      {head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", ErrorKind::kUpstreamReset},
      {"HTTP/1.1 200 OK\r\nA: b", ErrorKind::kUpstreamReset},
      {"HTTP/1.1 103 Early Hints\r\n\r\n", ErrorKind::kUpstreamReset},
      {head + "Content-Length: 2\r\n\r\nok", std::nullopt}};
  for (const Case& c : cases) {
    TlsTarget target(EndsWithTheFourth(c.last, Closing::kAtOnce));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Get(target.port()).status, 200);
    const Outcome outcome = Send(Call(target.port(), "POST"));
    EXPECT_TRUE(outcome.timing.reused_connection || outcome.error) << c.last;
    if (c.failure) {
      EXPECT_EQ(outcome.kind(), *c.failure) << c.last << " -> " << outcome.message();
    } else {
      EXPECT_EQ(outcome.message(), "") << c.last;
      EXPECT_EQ(outcome.status, 200) << c.last;
    }
    EXPECT_EQ(target.connections(), 1) << c.last;
  }
}

TEST_F(UpstreamTest, ReadsAnswersSplitAtEveryByte) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Drip(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n");
    side.ReadToEnd();
  });
  const Outcome outcome = Get(target.port());
  EXPECT_FALSE(outcome.error) << outcome.message();
  EXPECT_EQ(outcome.body, "hello world");
  EXPECT_EQ(upstream_->stats().idle, 1U);
  upstream_->CloseIdle();
}

TEST_F(UpstreamTest, PassesOverTenInformationalAnswersAndNoMore) {
  for (const int count : {10, 11}) {
    std::string answer;
    for (int i = 0; i < count; ++i) answer += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    TlsTarget target(Always(answer + kOk));
    const Outcome outcome = Get(target.port());
    EXPECT_EQ(outcome.status, count == 10 ? 200 : 0);
    EXPECT_EQ(outcome.error.has_value(), count == 11);
    if (count == 11) {
      EXPECT_EQ(outcome.kind(), ErrorKind::kUpstreamProtocolError);
    }
    upstream_->CloseIdle();
  }
}

TEST_F(UpstreamTest, ASilentTargetIsAFirstByteTimeout) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\n");
    side.ReadToEnd();
  });
  OutboundCall call = Call(target.port());
  call.timeouts.first_byte = 30ms;
  const Outcome outcome = Send(std::move(call));
  EXPECT_EQ(outcome.kind(), ErrorKind::kFirstByteTimeout);
  EXPECT_NE(outcome.message().find("30 ms"), std::string::npos);
}

TEST_F(UpstreamTest, ADrippingHeadDoesNotOutliveTheLimit) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\nA: ");
    while (side.Send("a")) {
    }
  });
  OutboundCall call = Call(target.port());
  call.timeouts.first_byte = 50ms;
  const ErrorKind kind = Send(std::move(call)).kind();
  EXPECT_TRUE(kind == ErrorKind::kFirstByteTimeout || kind == ErrorKind::kUpstreamTooLarge);
}

TEST_F(UpstreamTest, AStalledBodyIsAnUpstreamTimeout) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    side.ReadToEnd();
  });
  OutboundCall call = Call(target.port());
  call.timeouts.body_idle = 30ms;
  const Outcome outcome = Send(std::move(call));
  EXPECT_EQ(outcome.body, "half");
  EXPECT_EQ(outcome.kind(), ErrorKind::kUpstreamTimeout);
}

TEST_F(UpstreamTest, ATargetThatTakesNoBodyIsAnUpstreamTimeout) {
  std::atomic<bool> done{false};
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    while (!done) std::this_thread::sleep_for(1ms);
  });
  OutboundCall call = Call(target.port(), "POST", "", std::string(32 << 20, 'x'));
  call.timeouts.body_idle = 50ms;
  const Outcome outcome = Send(std::move(call));
  done = true;
  EXPECT_EQ(outcome.kind(), ErrorKind::kUpstreamTimeout) << outcome.message();
}

}  // namespace
}  // namespace sallyport::net
