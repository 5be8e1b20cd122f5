#include <gtest/gtest.h>

#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

TEST(OwnAnswers, WhoMayAskForWhat) {
  using net::Door;
  struct Case {
    Door door;
    std::string_view method, target, lines;
    int status;
  };
  for (const Case& c : {
           Case{Door::kMain, "GET", "/healthz", "", 200},
           Case{Door::kMain, "HEAD", "/healthz", "", 200},
           Case{Door::kMain, "OPTIONS", "/healthz", "", 204},
           Case{Door::kMain, "POST", "/healthz", "", 405},
           Case{Door::kMain, "GET", "/readyz", "", 200},
           Case{Door::kMain, "GET", "/readyz?verbose", "", 401},
           Case{Door::kMain, "GET", "/readyz?verbose=1", kRunner, 403},
           Case{Door::kMain, "GET", "/readyz?verbose", kAdmin, 200},
           Case{Door::kMain, "GET", "/metrics", "", 401},
           Case{Door::kMain, "GET", "/metrics", kSession, 403},
           Case{Door::kMain, "GET", "/metrics", kAdmin, 200},
           Case{Door::kMain, "GET", "/openapi.json", "", 200},
           Case{Door::kMain, "GET", "/nowhere", "", 401},
           Case{Door::kMain, "GET", "/nowhere", kRunner, 404},
           Case{Door::kMain, "GET", "/proxy/", kAdmin, 404},
           Case{Door::kMain, "POST", "/control/rotate", kAdmin, 404},
           Case{Door::kMain, "GET", "/api/v1/things", "", 401},
           Case{Door::kMain, "DELETE", "/api/v1/things", "", 405},
           Case{Door::kMain, "GET", "/api/v1/secrets", kRunner, 403},
           Case{Door::kMain, "OPTIONS", "/api/v1/secrets", kRunner, 204},
           Case{Door::kMain, "TRACE", "/nowhere", "", 405},
           Case{Door::kOps, "GET", "/healthz", "", 200},
           Case{Door::kOps, "GET", "/readyz?verbose", "", 200},
           Case{Door::kOps, "GET", "/metrics", "", 200},
           Case{Door::kOps, "GET", "/openapi.json", kAdmin, 404},
           Case{Door::kOps, "GET", "/api/v1/things", kAdmin, 404},
           Case{Door::kOps, "GET", "/proxy/r/x", kAdmin, 404},
           Case{Door::kControl, "GET", "/api/v1/secrets", "", 200},
           Case{Door::kControl, "POST", "/control/rotate", "", 200},
           Case{Door::kControl, "GET", "/control/rotate", "", 405},
       }) {
    Bench bench;
    FakeExchange exchange(c.method, c.target, c.lines);
    exchange.At(c.door);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.method << " " << c.target;
    EXPECT_EQ(exchange.Field("Sallyport-Source"), "gateway");
    EXPECT_EQ(exchange.Field("Cache-Control"), "no-store");
    EXPECT_EQ(exchange.Field("X-Content-Type-Options"), "nosniff");
    EXPECT_NE(exchange.Field("X-Request-ID"), "-");
    EXPECT_EQ(exchange.Field("WWW-Authenticate"), c.status == 401 ? "Bearer" : "-");
    EXPECT_EQ(exchange.Field("Allow") != "-", c.status == 405 || c.status == 204);
    EXPECT_EQ(exchange.Field("Content-Type") == "application/problem+json", c.status >= 400);
    EXPECT_EQ(bench.target.calls, 0);
  }
}

TEST(OwnAnswers, AllowNamesHeadAndOptions) {
  Bench bench;
  FakeExchange exchange("DELETE", "/api/v1/things");
  bench.Run(exchange);
  EXPECT_EQ(exchange.Field("Allow"), "GET, HEAD, POST, OPTIONS");
}

TEST(OwnAnswers, RequestIdIsTheCallersWhenItIsClean) {
  const auto id = [](const std::string& given) {
    Bench bench;
    FakeExchange exchange("GET", "/healthz", "X-Request-ID: " + given + "\r\n");
    bench.Run(exchange);
    return exchange.Field("X-Request-ID");
  };
  EXPECT_EQ(id("A-z_0.9"), "A-z_0.9");
  EXPECT_EQ(id(std::string(128, 'a')), std::string(128, 'a'));
  for (const std::string& bad : {std::string(129, 'a'), std::string("a b"), std::string("a/b"),
                                 std::string("\xc3\xbc"), std::string()}) {
    EXPECT_NE(id(bad), bad);
    EXPECT_EQ(id(bad).size(), 32U);
  }
}

TEST(OwnAnswers, TheApiGetsTheWholeRequest) {
  Bench bench;
  FakeExchange exchange("POST", "/api/v1/things?a=1",
                        kAdmin +
                            "Content-Type: application/JSON; charset=utf-8\r\n"
                            "Content-Length: 2\r\nIf-Match: \"1\"\r\nSallyport-User: u\r\n",
                        "{}");
  exchange.piece_bytes = 1;
  bench.api.response.status = 201;
  bench.api.response.fields = {{"ETag", "\"2\""}};
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 201);
  EXPECT_EQ(exchange.sent, R"({"a":1})");
  EXPECT_EQ(exchange.Field("ETag"), "\"2\"");
  EXPECT_EQ(bench.api.request.method, "POST");
  EXPECT_EQ(bench.api.request.path, "/api/v1/things");
  EXPECT_EQ(bench.api.request.query, "a=1");
  EXPECT_EQ(bench.api.request.body, "{}");
  EXPECT_EQ(bench.api.request.if_match, "\"1\"");
  EXPECT_EQ(bench.api.request.if_none_match, std::nullopt);
  EXPECT_EQ(bench.api.request.peer, "127.0.0.1");
  EXPECT_EQ(bench.api.caller.user, "u");
}

TEST(OwnAnswers, HeadOfTheApiRunsItsGet) {
  Bench bench;
  FakeExchange exchange("HEAD", "/api/v1/things", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(bench.api.request.method, "GET");
  EXPECT_EQ(exchange.sent, "");
  EXPECT_EQ(exchange.length.bytes, 7U);
}

TEST(OwnAnswers, ApiBodiesAreBoundedAndJson) {
  struct Case {
    std::string_view lines;
    std::string body;
    int status;
  };
  for (const Case& c :
       {Case{"Content-Length: 10\r\n", std::string(10, ' '), 200},
        Case{"Content-Length: 11\r\n", std::string(11, ' '), 413},
        Case{"Transfer-Encoding: chunked\r\n", std::string(10, ' '), 200},
        Case{"Transfer-Encoding: chunked\r\n", std::string(11, ' '), 413},
        Case{"Content-Length: 2\r\nContent-Type: application/merge-patch+json\r\n", "{}", 200},
        Case{"Content-Length: 2\r\nContent-Type: text/plain\r\n", "{}", 415},
        Case{"Content-Length: 2\r\nContent-Type: application/jsonx\r\n", "{}", 415},
        Case{"Content-Type: application/x-www-form-urlencoded\r\n", "", 200}}) {
    Bench bench;
    bench.settings.api_body_bytes = 10;
    FakeExchange exchange("POST", "/api/v1/things", kAdmin + std::string(c.lines).c_str(), c.body);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.lines;
  }
}

TEST(OwnAnswers, CodedApiBodiesAreRefusedByTheirCoding) {
  struct Case {
    std::string_view lines;
    int status;
  };
  for (const Case& c :
       {Case{"Content-Encoding: gzip\r\n", 415}, Case{"Content-Encoding: x-unknown\r\n", 415},
        Case{"Content-Encoding: identity, br\r\n", 415},
        Case{"Content-Encoding: identity\r\nContent-Encoding: gzip\r\n", 415},
        Case{"Content-Encoding: Identity\r\n", 200}, Case{"Content-Encoding: \r\n", 200}}) {
    Bench bench;
    const std::string lines = std::string(kAdmin) + std::string(c.lines);
    FakeExchange exchange("POST", "/api/v1/things", lines + "Content-Length: 2\r\n", "{}");
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.lines;
    if (c.status == 200) continue;
    EXPECT_EQ(exchange.Code(), "unsupported_media_type");
    EXPECT_NE(exchange.sent.find("Content-Encoding"), std::string::npos) << exchange.sent;
    FakeExchange empty("POST", "/api/v1/things", lines);  // nothing to decode
    bench.Run(empty);
    EXPECT_EQ(empty.status, 200) << c.lines;
  }
}

TEST(OwnAnswers, ThePathThatIsNotThereIsToldByTheDoor) {
  const auto message = [](net::Door door) {
    Bench bench;
    FakeExchange exchange("GET", "/nowhere", kAdmin);
    exchange.At(door);
    bench.Run(exchange);
    return Json::parse(exchange.sent)["message"].get<std::string>();
  };
  EXPECT_NE(message(net::Door::kMain).find("/openapi.json"), std::string::npos);
  const std::string ops = message(net::Door::kOps);
  EXPECT_EQ(ops.find("/openapi.json"), std::string::npos) << "it is not served there";
  for (const char* path : {"/healthz", "/readyz", "/metrics"}) {
    EXPECT_NE(ops.find(path), std::string::npos) << ops;
  }
}

TEST(OwnAnswers, JudgementComesInTheContractsOrder) {
  Bench bench;
  bench.settings.api_body_bytes = 1;
  const char* body = "Content-Length: 2\r\n";
  FakeExchange method("PUT", "/api/v1/things", body, "{}");
  bench.Run(method);
  EXPECT_EQ(method.status, 405);
  FakeExchange caller("POST", "/api/v1/things", body, "{}");
  bench.Run(caller);
  EXPECT_EQ(caller.status, 401);
  FakeExchange too_large("POST", "/api/v1/things", kAdmin + body, "{}");
  bench.Run(too_large);
  EXPECT_EQ(too_large.status, 413);
}

TEST(OwnAnswers, ApiErrorsBecomeProblems) {
  Bench bench;
  bench.api.failure = Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway, "disk full")
                          .WithRetryAfter(7)
                          .WithDetail("/var/secret/path");
  FakeExchange exchange("GET", "/api/v1/things?token=x", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 503);
  EXPECT_EQ(exchange.Field("Retry-After"), "7");
  const Json problem = Json::parse(exchange.sent);
  EXPECT_EQ(problem["code"], "store_unavailable");
  EXPECT_EQ(problem["instance"], "/api/v1/things");
  EXPECT_EQ(problem["request_id"], exchange.Field("X-Request-ID"));
  EXPECT_EQ(exchange.sent.find("/var"), std::string::npos);
}

TEST(OwnAnswers, ABadHeadIsAnsweredAndTheConnectionClosed) {
  Bench bench;
  FakeExchange exchange;
  bench.RunBadHead(exchange, Error(ErrorKind::kUriTooLong, ErrorSource::kCaller, "too long"));
  EXPECT_EQ(exchange.status, 414);
  EXPECT_TRUE(exchange.closes);
  EXPECT_EQ(bench.metrics.active_requests, 0);
}

TEST(OwnAnswers, DrainingRefusesNewCallsButAnswersProbes) {
  Bench bench;
  bench.operations.its_phase = Operations::Phase::kDraining;
  FakeExchange call("GET", "/proxy/r/x", kAdmin);
  bench.Run(call);
  EXPECT_EQ(call.status, 503);
  EXPECT_EQ(call.Code(), "draining");
  EXPECT_TRUE(call.closes);
  EXPECT_NE(call.Field("Retry-After"), "-");
  FakeExchange probe("GET", "/readyz");
  bench.Run(probe);
  EXPECT_EQ(probe.status, 503);
  EXPECT_EQ(probe.Code(), "-");
  bench.operations.its_phase = Operations::Phase::kGrace;
  FakeExchange grace("GET", "/proxy/r/x", kAdmin);
  bench.Run(grace);
  EXPECT_EQ(grace.status, 200);
}

TEST(Cors, ListedOriginsMayReadEveryAnswer) {
  for (const std::string_view target : {"/proxy/r/x", "/api/v1/things", "/nowhere", "/healthz"}) {
    Bench bench;
    FakeExchange listed("GET", target, kAdmin + "Origin: https://admin.example\r\n");
    bench.Run(listed);
    EXPECT_EQ(listed.Field("Access-Control-Allow-Origin"), "https://admin.example") << target;
    EXPECT_EQ(listed.Field("Access-Control-Allow-Credentials"), "true");
    EXPECT_NE(listed.Field("Access-Control-Expose-Headers").find("X-Request-ID"),
              std::string::npos);
    EXPECT_EQ(listed.Field("Vary"), "Origin");
    FakeExchange other("GET", target, kAdmin + "Origin: https://admin.example.evil\r\n");
    bench.Run(other);
    EXPECT_EQ(other.Field("Access-Control-Allow-Origin"), "-");
    EXPECT_EQ(other.Field("Vary"), "Origin");
  }
}

TEST(Cors, PreflightOfAListedOriginNeedsNoCaller) {
  Bench bench;
  FakeExchange exchange("OPTIONS", "/proxy/r/x",
                        "Origin: https://admin.example\r\nAccess-Control-Request-Method: PURGE\r\n"
                        "Access-Control-Request-Headers: authorization, x-a,b d\r\n");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 204);
  EXPECT_EQ(exchange.Field("Access-Control-Allow-Origin"), "https://admin.example");
  EXPECT_EQ(exchange.Field("Access-Control-Allow-Methods"),
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PURGE");
  EXPECT_EQ(exchange.Field("Access-Control-Allow-Headers"), "authorization, x-a");
  EXPECT_EQ(exchange.Field("Access-Control-Max-Age"), "600");
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(Cors, AnyOtherOptionsIsAnOrdinaryCall) {
  Bench bench;
  const char* foreign = "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n";
  FakeExchange nobody("OPTIONS", "/proxy/r/x", foreign);
  bench.Run(nobody);
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.Field("Access-Control-Allow-Origin"), "-");
  FakeExchange forwarded("OPTIONS", "/proxy/r/x", kAdmin);
  bench.Run(forwarded);
  EXPECT_EQ(forwarded.status, 200);
  EXPECT_TRUE(bench.target.head.starts_with("OPTIONS /v1/x "));
}

}  // namespace
}  // namespace sallyport::pipeline::test
