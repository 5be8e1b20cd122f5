// Redirects, retries, limits and failures of runs.
#include <gtest/gtest.h>

#include "unit/pipeline/run_bench.h"

namespace sallyport::pipeline::test {
namespace {

Script Answer(int status, const std::string& lines = "", const std::string& body = "ok") {
  return Script("HTTP/1.1 " + std::to_string(status) + " X\r\n" + lines +
                    "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n",
                body.empty() ? std::deque<std::string>() : std::deque<std::string>{body});
}

Script Redirect(int status, const std::string& location) {
  return Answer(status, "Location: " + location + "\r\n", "");
}

Error Target(ErrorKind kind) { return Error(kind, ErrorSource::kTarget, "the target failed"); }

TEST(RunRedirects, HopsAreFollowedAndListed) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a"})");
  bench.target.plan = {Redirect(302, "/v1/b"), Redirect(307, "c?q=1"), Answer(200)};
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  ASSERT_EQ(bench.target.seen.size(), 3U) << exchange.sent;
  EXPECT_TRUE(bench.target.seen[2].head.starts_with("GET /v1/c?q=1 HTTP/1.1\r\n"));
  const Json envelope = Sent(exchange);
  EXPECT_EQ(envelope["status"], 200);
  EXPECT_EQ(envelope["redirects"].dump(),
            R"([{"status":302,"url":"http://target.example/v1/b"},)"
            R"({"status":307,"url":"http://target.example/v1/c?q=1"}])");
  EXPECT_EQ(envelope["request"]["url"], "http://target.example/v1/a") << "what the query asked for";
  EXPECT_EQ(envelope["attempts"], 1) << "hops are no attempts";
  EXPECT_EQ(bench.metrics.client_requests.size(), 3U) << "302, 307, 200";
}

TEST(RunRedirects, A303MakesAGetAndA307KeepsTheBody) {
  for (const int status : {303, 307}) {
    Bench bench;
    bench.AddQuery("x", R"({"method":"POST","path":"/a",
      "body":{"type":"raw","text":"hello","content_type":"text/plain"}})");
    bench.target.plan = {Redirect(status, "/v1/b"), Answer(200)};
    FakeExchange exchange = RunOf("x");
    bench.Run(exchange);
    ASSERT_EQ(bench.target.seen.size(), 2U);
    const SeenRequest& last = bench.target.seen[1];
    EXPECT_TRUE(last.head.starts_with(status == 303 ? "GET " : "POST ")) << last.head;
    EXPECT_EQ(last.body, status == 303 ? "" : "hello");
    EXPECT_EQ(Sent(exchange)["request"]["method"], "POST");
  }
}

TEST(RunRedirects, RulesDecide) {
  struct Case {
    std::string_view rules;
    std::string location;
    int status;
    std::string_view code;
    int calls;
  };
  for (const Case& c :
       {Case{R"({"follow":"none","max":5})", "/v1/b", 200, "-", 1},
        Case{R"({"follow":"same_origin","max":5})", "http://other.example/", 502,
             "redirect_refused", 1},
        Case{R"({"follow":"any","max":5})", "ftp://other.example/", 502, "redirect_refused", 1},
        Case{R"({"follow":"any","max":5})", "http://other.example/", 200, "-", 2},
        Case{R"({"follow":"any","max":1})", "/v1/b", 200, "-", 2},
        Case{R"({"follow":"any","max":0})", "/v1/b", 502, "too_many_redirects", 1}}) {
    Bench bench;
    bench.AddQuery("x", R"({"path":"/a","redirects":)" + std::string(c.rules) + "}");
    bench.target.plan = {Redirect(302, c.location), Answer(200)};
    FakeExchange exchange = RunOf("x");
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.rules << exchange.sent;
    EXPECT_EQ(exchange.Code(), c.code) << c.rules;
    EXPECT_EQ(bench.target.calls, c.calls) << c.rules;
  }
}

TEST(RunRedirects, CredentialsStayWithTrustedOrigins) {
  struct Case {
    std::string_view location;
    bool trusted;
  };
  for (const Case& c : {Case{"http://other.example/x", false}, Case{"http://extra.example/x", true},
                        Case{"http://target.example:8080/x", false}}) {
    Bench bench;
    bench.AddResource("r", R"({"redirects":{"follow":"any","max":5},
      "extra_origins":["http://extra.example"],
      "headers":[{"name":"X-Plain","value":"p","enabled":true,"secret":false}],
      "cookies":[{"name":"sid","value":"s3cret","enabled":true,"secret":false}]})");
    bench.AddQuery("x", R"({"path":"/a"})");
    bench.target.plan = {Redirect(302, std::string(c.location)), Answer(200)};
    FakeExchange exchange = RunOf("x");
    bench.Run(exchange);
    ASSERT_EQ(bench.target.seen.size(), 2U) << exchange.sent;
    EXPECT_NE(bench.target.seen[0].head.find("s3cret"), std::string::npos);
    EXPECT_EQ(bench.target.seen[1].head.find("s3cret") != std::string::npos, c.trusted)
        << c.location;
    EXPECT_NE(bench.target.seen[1].head.find("X-Plain: p"), std::string::npos);
  }
}

TEST(RunRedirects, TlsProfilesAreMadeForHttpsHopsOnly) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a","redirects":{"follow":"any","max":5}})");
  bench.target.plan = {Redirect(302, "https://other.example/"), Answer(200)};
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  ASSERT_EQ(bench.target.seen.size(), 2U);
  EXPECT_FALSE(bench.target.seen[0].has_tls);
  EXPECT_TRUE(bench.target.seen[1].has_tls);
}

TEST(RunRedirects, AStreamedBodyIsNotSentTwice) {
  Bench bench;
  bench.AddQuery("x", R"({"method":"PUT","path":"/a",
    "body":{"type":"binary","param":"f","content_type":"image/png"}})");
  bench.target.plan = {Redirect(307, "/v1/b"), Answer(200)};
  FakeExchange exchange = RunForm("x", Part("f", std::string(200000, 'x'), "f.png"));
  exchange.body_arrives_with_head = false;
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "redirect_refused");
  EXPECT_EQ(bench.target.finishes, 1) << "the upload is let go before its source dies";
}

TEST(RunRetries, FailuresAreTriedAgainAndCounted) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a","retries":2})");
  bench.target.plan = {Target(ErrorKind::kUpstreamReset), Answer(503), Answer(200)};
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(Sent(exchange)["status"], 200) << exchange.sent;
  EXPECT_EQ(Sent(exchange)["attempts"], 3);
  EXPECT_EQ(bench.metrics.client_requests.size(), 3U) << "upstream_reset, 503, 200";
}

TEST(RunRetries, TheLastAnswerOrErrorIsTheResult) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a","retries":1})");
  bench.target.plan = {Target(ErrorKind::kUpstreamReset), Answer(503, "", "busy")};
  FakeExchange answered = RunOf("x");
  bench.Run(answered);
  EXPECT_EQ(Sent(answered)["status"], 503);
  EXPECT_EQ(Sent(answered)["attempts"], 2);

  bench.target.plan = {Answer(503), Target(ErrorKind::kFirstByteTimeout)};
  FakeExchange failed = RunOf("x");
  bench.Run(failed);
  EXPECT_EQ(failed.Code(), "first_byte_timeout");
}

TEST(RunRetries, WhatIsNotIdempotentIsSentAgainOnlyWhenNothingWasSent) {
  struct Case {
    ErrorKind kind;
    int calls;
  };
  for (const Case& c : {Case{ErrorKind::kConnectFailed, 2}, Case{ErrorKind::kUpstreamReset, 1}}) {
    Bench bench;
    bench.AddQuery("x", R"({"method":"POST","path":"/a","retries":3})");
    bench.target.plan = {Target(c.kind), Answer(200)};
    FakeExchange exchange = RunOf("x");
    bench.Run(exchange);
    EXPECT_EQ(bench.target.calls, c.calls);
    EXPECT_EQ(exchange.status, c.calls == 2 ? 200 : 502);
  }
}

TEST(RunRetries, AnUploadIsTriedAgainUntilItsFirstByteIsTaken) {
  struct Case {
    ErrorKind kind;
    int calls;
  };
  for (const Case& c : {Case{ErrorKind::kConnectFailed, 2}, Case{ErrorKind::kUpstreamReset, 1}}) {
    Bench bench;
    bench.AddQuery("x", R"({"method":"PUT","path":"/a","retries":3,
      "body":{"type":"binary","param":"f","content_type":"image/png"}})");
    bench.target.plan = {Target(c.kind), Answer(200)};
    FakeExchange exchange = RunForm("x", Part("f", std::string(200000, 'x'), "f.png"));
    exchange.body_arrives_with_head = false;
    bench.Run(exchange);
    EXPECT_EQ(bench.target.calls, c.calls) << exchange.sent;
    const std::string sent = c.calls == 2 ? std::string(200000, 'x') : bench.target.body;
    EXPECT_EQ(bench.target.body, sent);
  }
}

TEST(RunRetries, ACutBodyOfAnEnvelopeIsTriedAgain) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a","retries":1})");
  Script cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", {"half"});
  cut.failure = Target(ErrorKind::kUpstreamReset);
  bench.target.plan = {cut, Answer(200, "", "whole")};
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(Sent(exchange)["size"], 5) << exchange.sent;
  EXPECT_EQ(Sent(exchange)["attempts"], 2);
}

TEST(RunLimits, ACutAnswerIsNeverAnEnvelope) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a"})");
  bench.target.script = Script("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", {"half"});
  bench.target.script.failure = Target(ErrorKind::kUpstreamReset);
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 502);
  EXPECT_EQ(exchange.Code(), "upstream_reset");
  EXPECT_EQ(exchange.heads, 1);
}

TEST(RunLimits, AnEnvelopeHoldsNoMoreThanItsLimit) {
  for (const std::size_t limit : {std::size_t{9}, std::size_t{10}}) {
    Bench bench;
    bench.settings.decoding.bytes = limit;
    bench.AddQuery("x", R"({"path":"/a"})");
    bench.target.script = Answer(200, "", "0123456789");
    FakeExchange exchange = RunOf("x");
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, limit == 10 ? 200 : 502);
    EXPECT_EQ(exchange.Code(), limit == 10 ? "-" : "upstream_too_large");
  }
}

TEST(RunLimits, WhatDoesNotDecodeIsSaid) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a"})");
  bench.target.script = Answer(200, "Content-Encoding: gzip\r\n", "no gzip");
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "decode_failed");
  bench.target.script = Answer(200, "Content-Encoding: zstd\r\n", "data");
  FakeExchange unknown = RunOf("x");
  bench.Run(unknown);
  EXPECT_EQ(Sent(unknown)["body_encoding"], "base64");
  EXPECT_EQ(Sent(unknown)["warnings"].size(), 1U);
}

TEST(RunLimits, TimeoutMsBoundsTheWholeRunAndIsNamed) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a","timeout_ms":50,"retries":3})");
  bench.target.silent = true;
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(exchange.Code(), "upstream_timeout");
  EXPECT_NE(exchange.sent.find("50 ms that timeout_ms allows"), std::string::npos);
  EXPECT_TRUE(bench.target.cancelled);
  EXPECT_EQ(bench.target.calls, 1);
}

TEST(RunLimits, WithoutItsOwnTheResourcesTotalHolds) {
  Bench bench;
  bench.AddResource("r", R"({"timeouts":{"connect_ms":100,"first_byte_ms":200,"total_ms":50}})");
  bench.AddQuery("x", R"({"path":"/a"})");
  bench.target.silent = true;
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "upstream_timeout");
  EXPECT_NE(exchange.sent.find("50 ms that the resource's timeouts.total_ms allows"),
            std::string::npos);
  EXPECT_EQ(bench.target.timeouts.connect, std::chrono::milliseconds(100));
  EXPECT_EQ(bench.target.timeouts.first_byte, std::chrono::milliseconds(200));
}

TEST(RunLimits, ACallerWhoLeavesEndsTheCall) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a","retries":5})");
  bench.target.silent = true;
  FakeExchange exchange = RunOf("x");
  bench.target.when_silent = [&] { exchange.Leave(); };
  bench.Run(exchange);
  EXPECT_TRUE(bench.target.cancelled);
  EXPECT_TRUE(exchange.aborted);
  EXPECT_EQ(exchange.heads, 0);
  EXPECT_EQ(bench.target.calls, 1) << "nobody is left to try again for";
  EXPECT_FALSE(exchange.watched());
}

TEST(RunLimits, ABugInAStageIsA500) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/a"})");
  bench.target.throws = true;
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 500);
}

}  // namespace
}  // namespace sallyport::pipeline::test
