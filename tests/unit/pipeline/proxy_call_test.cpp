#include <gtest/gtest.h>

#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

Error Upstream(ErrorKind kind) { return Error(kind, ErrorSource::kTarget, "the target failed"); }

TEST(ProxyCall, AnswerOfTheTargetComesBackWithTheGatewaysMarks) {
  Bench bench;
  bench.target.script.head =
      "HTTP/1.1 404 Gone Fishing\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\nSet-Cookie: a=1\r\n"
      "Content-Security-Policy: default-src x\r\nLocation: /v1/y\r\n\r\n";
  FakeExchange exchange("GET", "/proxy/r/x?q=1", kAdmin + "X-Request-ID: abc\r\n");
  bench.Run(exchange);
  EXPECT_EQ(bench.target.origin, "http://target.example");
  EXPECT_TRUE(bench.target.head.starts_with("GET /v1/x?q=1 HTTP/1.1\r\nHost: target.example\r\n"));
  EXPECT_EQ(exchange.status, 404);
  EXPECT_EQ(exchange.reason, "Gone Fishing");
  EXPECT_EQ(exchange.sent, "ok");
  EXPECT_EQ(exchange.Field("X-A"), "1 | 2");
  EXPECT_EQ(exchange.Field("Set-Cookie"), "-");
  EXPECT_EQ(exchange.Field("Location"), "/proxy/r/y");
  EXPECT_EQ(exchange.Field("Sallyport-Source"), "upstream");
  EXPECT_EQ(exchange.Field("X-Request-ID"), "abc");
  EXPECT_EQ(exchange.Field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(exchange.Field("Content-Security-Policy"), "default-src x | sandbox");
  EXPECT_EQ(exchange.Field("Cache-Control"), "-");
  EXPECT_TRUE(exchange.finished);
  EXPECT_FALSE(exchange.aborted);
}

TEST(ProxyCall, SmallBodyGoesOutWithTheHeadAndTheRestStreams) {
  Bench bench;
  FakeExchange small("GET", "/proxy/r/x", kAdmin);
  bench.Run(small);
  EXPECT_EQ(small.first_bytes, 2U);
  EXPECT_EQ(small.length.bytes, 2U);

  bench.target.script.head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  bench.target.script.pieces = {"one", std::string(100000, 'x'), "end"};
  bench.target.script.ready = false;
  FakeExchange stream("GET", "/proxy/r/x", kAdmin);
  bench.Run(stream);
  EXPECT_EQ(stream.first_bytes, 0U) << "the head of a stream waits for nothing";
  EXPECT_EQ(stream.length.kind, net::BodyLength::Kind::kStreamed);
  EXPECT_EQ(stream.sent, "one" + std::string(100000, 'x') + "end");
  EXPECT_TRUE(stream.finished);
}

TEST(ProxyCall, HeadAndBodilessAnswersKeepTheirDeclaredLength) {
  struct Case {
    std::string_view method, head;
    int status;
    net::BodyLength::Kind kind;
    std::uint64_t bytes;
  };
  using Kind = net::BodyLength::Kind;
  for (const Case& c :
       {Case{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", 200, Kind::kKnown, 77},
        Case{"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, Kind::kNone, 0},
        Case{"GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, Kind::kNone, 0},
        Case{"GET", "HTTP/1.1 304 Not Modified\r\n\r\n", 304, Kind::kNone, 0},
        Case{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, Kind::kKnown, 0}}) {
    Bench bench;
    bench.target.script.head = c.head;
    bench.target.script.pieces = {};
    FakeExchange exchange(c.method, "/proxy/r/x", kAdmin);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status);
    EXPECT_EQ(exchange.length.kind, c.kind) << c.head;
    EXPECT_EQ(exchange.length.bytes, c.bytes) << c.head;
    EXPECT_EQ(exchange.Field("Content-Length"), "-");
    EXPECT_TRUE(exchange.finished);
  }
}

TEST(ProxyCall, ACutAnswerIsCutForTheCallerToo) {
  Bench bench;
  bench.target.script.head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
  bench.target.script.pieces = {"half"};
  bench.target.script.failure = Upstream(ErrorKind::kUpstreamReset);
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_TRUE(exchange.aborted);
  EXPECT_FALSE(exchange.finished);
  EXPECT_EQ(exchange.heads, 1);
  EXPECT_EQ(bench.metrics.errors["upstream_reset"], 1U);
}

TEST(ProxyCall, AnAnswerCutBeforeItsFirstByteIsA502) {
  Bench bench;
  bench.target.script.pieces = {};
  bench.target.script.failure = Upstream(ErrorKind::kUpstreamReset);
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 502);
  EXPECT_EQ(exchange.Code(), "upstream_reset");
  EXPECT_EQ(exchange.Field("Sallyport-Source"), "gateway");
}

TEST(ProxyCall, FailuresOfTheTargetKeepTheirNames) {
  struct Case {
    ErrorKind kind;
    int status;
    std::string_view code;
  };
  for (const Case& c : {Case{ErrorKind::kEgressDenied, 502, "egress_denied"},
                        Case{ErrorKind::kConnectFailed, 502, "connect_failed"},
                        Case{ErrorKind::kFirstByteTimeout, 504, "first_byte_timeout"}}) {
    Bench bench;
    bench.target.refusal = Upstream(c.kind);
    FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status);
    EXPECT_EQ(exchange.Code(), c.code);
    EXPECT_EQ(bench.metrics.client_requests.size(), 1U);
    EXPECT_EQ(std::get<2>(bench.metrics.client_requests.begin()->first), c.code);
  }
}

TEST(ProxyCall, ABodyThatCameWithTheHeadIsSentWithTheHead) {
  Bench bench;
  FakeExchange exchange("PUT", "/proxy/r/x", kAdmin + "Content-Length: 4\r\n", "body");
  bench.Run(exchange);
  EXPECT_EQ(bench.target.body, "body");
  EXPECT_FALSE(bench.target.had_source);
  EXPECT_TRUE(bench.target.retry_on_stale);
  EXPECT_TRUE(exchange.body_done());
}

TEST(ProxyCall, OtherBodiesStream) {
  Bench bench;
  const std::string body(5000, 'b');
  FakeExchange chunked("POST", "/proxy/r/x", kAdmin + "Transfer-Encoding: chunked\r\n", body);
  bench.Run(chunked);
  EXPECT_EQ(bench.target.body, body);
  EXPECT_TRUE(bench.target.had_source);
  EXPECT_TRUE(bench.target.chunked);
  EXPECT_FALSE(bench.target.retry_on_stale);
  EXPECT_EQ(bench.target.finishes, 1) << "the upload ends before the exchange does";

  FakeExchange counted("POST", "/proxy/r/x", kAdmin + "Content-Length: 5000\r\n", body);
  counted.body_arrives_with_head = false;
  bench.Run(counted);
  EXPECT_EQ(bench.target.body, body);
  EXPECT_FALSE(bench.target.chunked);
}

TEST(ProxyCall, BodyLimitRefusesEarlyWhenDeclaredAndCutsAStream) {
  Bench bench;
  bench.settings.proxy_body_bytes = 10;
  FakeExchange fits("POST", "/proxy/r/x", kAdmin + "Content-Length: 10\r\n", "0123456789");
  bench.Run(fits);
  EXPECT_EQ(fits.status, 200);

  FakeExchange declared("POST", "/proxy/r/x", kAdmin + "Content-Length: 11\r\n", "0123456789a");
  bench.Run(declared);
  EXPECT_EQ(declared.status, 413);
  EXPECT_EQ(declared.Code(), "payload_too_large");
  EXPECT_EQ(bench.target.calls, 1);

  FakeExchange stream("POST", "/proxy/r/x", kAdmin + "Transfer-Encoding: chunked\r\n",
                      "0123456789a");
  bench.Run(stream);
  EXPECT_EQ(stream.status, 413);
}

TEST(ProxyCall, ABadUploadIsTheCallersFault) {
  Bench bench;
  FakeExchange exchange("POST", "/proxy/r/x", kAdmin + "Transfer-Encoding: chunked\r\n", "x");
  exchange.body_failure = Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller, "bad chunk");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 400);
}

TEST(ProxyCall, RightsOfRunners) {
  struct Case {
    std::string_view caller, method, target;
    int status;
    std::string_view code;
  };
  for (const Case& c : {Case{kRunner, "GET", "/proxy/r/open/x", 200, "-"},
                        Case{kSession, "GET", "/proxy/r/open", 200, "-"},
                        Case{kRunner, "GET", "/proxy/r/shut", 403, "forbidden"},
                        Case{kRunner, "DELETE", "/proxy/r/open", 403, "forbidden"},
                        Case{kRunner, "GET", "/proxy/closed/open", 404, "not_found"},
                        Case{kActor, "GET", "/proxy/closed/open", 403, "forbidden"},
                        Case{kAdmin, "DELETE", "/proxy/closed/any", 200, "-"},
                        Case{kAdmin, "GET", "/proxy/none/x", 404, "not_found"},
                        Case{kRunner, "GET", "/proxy/r/open/../x", 422, "outside_base_url"},
                        Case{kAdmin, "TRACE", "/proxy/r/x", 405, "method_not_allowed"},
                        Case{"", "TRACE", "/proxy/r/x", 405, "method_not_allowed"},
                        Case{"", "GET", "/proxy/none/x", 401, "unauthenticated"}}) {
    Bench bench;
    FakeExchange exchange(c.method, c.target, c.caller);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.method << " " << c.target;
    EXPECT_EQ(exchange.Code(), c.code) << c.method << " " << c.target;
    EXPECT_EQ(bench.target.calls, c.status == 200 ? 1 : 0);
  }
}

TEST(ProxyCall, ABrokenResourceRefusesCalls) {
  Bench bench;
  bench.AddResource("r", "{}", true);
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 503);
  EXPECT_EQ(exchange.Code(), "store_unavailable");
  EXPECT_NE(exchange.Field("Retry-After"), "-");
}

TEST(ProxyCall, WebSocketIsNotImplementedButOtherUpgradesAreIgnored) {
  Bench bench;
  FakeExchange socket("GET", "/proxy/r/x",
                      kAdmin + "Connection: Upgrade\r\nUpgrade: WebSocket\r\n");
  bench.Run(socket);
  EXPECT_EQ(socket.status, 501);
  EXPECT_EQ(socket.Code(), "not_implemented");
  FakeExchange http2("GET", "/proxy/r/x",
                     kAdmin +
                         "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                         "HTTP2-Settings: x\r\n");
  bench.Run(http2);
  EXPECT_EQ(http2.status, 200);
  EXPECT_EQ(bench.target.head.find("HTTP2"), std::string::npos);
}

TEST(ProxyCall, ResourceLimitsOverrideTheSettings) {
  Bench bench;
  bench.AddResource("r", R"({"timeouts":{"connect_ms":7,"first_byte_ms":8,"total_ms":null}})");
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(bench.target.timeouts.connect, Milliseconds(7));
  EXPECT_EQ(bench.target.timeouts.first_byte, Milliseconds(8));
  EXPECT_EQ(bench.target.timeouts.dns, bench.settings.timeouts.dns);
}

TEST(ProxyCall, TotalLimitEndsACallUnderItsOwnName) {
  Bench bench;
  bench.target.silent = true;
  bench.AddResource("r", R"({"timeouts":{"total_ms":5}})");
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(exchange.Code(), "upstream_timeout");
  EXPECT_NE(exchange.sent.find("timeouts.total"), std::string::npos);
}

TEST(ProxyCall, AnAnswerWithinTheTotalLimitPasses) {
  Bench bench;
  bench.AddResource("r", R"({"timeouts":{"total_ms":30000}})");
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
}

TEST(ProxyCall, ACallerWhoLeavesIsNotAnError) {
  Bench bench;
  bench.target.script.head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  bench.target.script.pieces = {"a", "b", "c"};
  FakeExchange leaves("GET", "/proxy/r/x", kAdmin);
  leaves.gone_after_writes = 1;
  bench.Run(leaves);
  EXPECT_TRUE(leaves.aborted);
  EXPECT_EQ(leaves.heads, 1);
  EXPECT_TRUE(bench.metrics.errors.empty());

  FakeExchange gone("GET", "/proxy/r/x", kAdmin);
  gone.gone = true;
  bench.Run(gone);
  EXPECT_EQ(gone.heads, 1) << "no problem is written to a caller who is gone";
  EXPECT_TRUE(bench.metrics.errors.empty());
}

TEST(ProxyCall, ABugAnswers500WithoutTellingWhat) {
  Bench bench;
  bench.target.throws = true;
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 500);
  EXPECT_EQ(exchange.sent.find("broken stage"), std::string::npos);
  EXPECT_EQ(bench.metrics.active_requests, 0);
}

TEST(ProxyCall, EveryCallIsCountedOnceByItsRouteTemplate) {
  Bench bench;
  FakeExchange good("GET", "/proxy/r/secret-path", kAdmin);
  bench.Run(good);
  FakeExchange bad("GET", "/proxy/r/../x", kAdmin);
  bench.Run(bad);
  ASSERT_EQ(bench.metrics.server_requests.size(), 2U);
  for (const auto& [key, histogram] : bench.metrics.server_requests) {
    EXPECT_EQ(std::get<1>(key), "/proxy/{r}/{path}");
  }
  EXPECT_EQ(bench.metrics.active_requests, 0);
  EXPECT_EQ(bench.metrics.errors["outside_base_url"], 1U);
}

}  // namespace
}  // namespace sallyport::pipeline::test
