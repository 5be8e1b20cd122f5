// Runs and previews from the route to the answer.
#include <gtest/gtest.h>

#include "unit/pipeline/run_bench.h"

namespace sallyport::pipeline::test {
namespace {

constexpr std::string_view kUser = R"({"path":"/users/{{ params.id }}"})";

TEST(RunQuery, AnEnvelopeHoldsTheAnswerAndTheRequest) {
  Bench bench;
  bench.AddQuery("user", kUser);
  bench.target.script.head =
      "HTTP/1.1 404 Gone Fishing\r\nContent-Type: application/json\r\nContent-Length: 9\r\nX-A: "
      "1\r\n"
      "X-A: 2\r\nSet-Cookie: a=1\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n";
  bench.target.script.pieces = {R"({"a":)", "1.0}"};
  FakeExchange exchange =
      RunOf("user", R"({"params":{"id":5}})", std::string(kAdmin) + "X-Request-ID: abc\r\n");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(exchange.Field("Sallyport-Source"), "gateway");
  EXPECT_EQ(exchange.Field("Content-Type"), "application/json");
  EXPECT_EQ(exchange.Field("Cache-Control"), "no-store");
  EXPECT_EQ(bench.target.origin, "http://target.example");
  EXPECT_TRUE(bench.target.head.starts_with("GET /v1/users/5 HTTP/1.1\r\n")) << bench.target.head;
  EXPECT_NE(bench.target.head.find("Accept-Encoding: gzip, deflate, br\r\n"), std::string::npos);

  const Json envelope = Sent(exchange);
  EXPECT_EQ(envelope["status"], 404);
  EXPECT_EQ(envelope["reason"], "Gone Fishing");
  EXPECT_EQ(
      envelope["headers"].dump(),
      R"([["content-type","application/json"],["content-length","9"],["x-a","1"],["x-a","2"]])");
  EXPECT_EQ(envelope["body_encoding"], "json");
  EXPECT_NE(exchange.sent.find(R"({"a":1.0})"), std::string::npos) << "bytes are kept";
  EXPECT_EQ(envelope["size"], 9);
  EXPECT_EQ(envelope["request"]["method"], "GET");
  EXPECT_EQ(envelope["request"]["url"], "http://target.example/v1/users/5");
  EXPECT_EQ(envelope["timing"]["first_byte_ms"], 12);
  EXPECT_EQ(envelope["attempts"], 1);
  EXPECT_EQ(envelope["redirects"].dump(), "[]");
  EXPECT_EQ(envelope["token"], "none");
  EXPECT_EQ(envelope["request_id"], "abc");
}

TEST(RunQuery, MethodsRightsAndNamesAreJudgedBeforeTheBody) {
  struct Case {
    std::string_view method, path, lines;
    int status;
    std::string_view code, allow;
  };
  constexpr std::string_view kRun = "/api/v1/resources/r/queries/user/run";
  for (const Case& c :
       {Case{"GET", "/api/v1/resources/r/queries/make/run", kAdmin, 405, "method_not_allowed",
             "POST, OPTIONS"},
        Case{"HEAD", "/api/v1/resources/r/queries/make/run", kAdmin, 405, "-", "POST, OPTIONS"},
        Case{"PUT", kRun, kAdmin, 405, "method_not_allowed", "GET, HEAD, POST, OPTIONS"},
        Case{"GET", "/api/v1/resources/r/queries/user/preview", kAdmin, 405, "method_not_allowed",
             "POST, OPTIONS"},
        Case{"POST", kRun, "", 401, "unauthenticated", "-"},
        Case{"POST", "/api/v1/resources/none/queries/user/run", kAdmin, 404, "not_found", "-"},
        Case{"POST", "/api/v1/resources/closed/queries/user/run", kRunner, 404, "not_found", "-"},
        Case{"POST", "/api/v1/resources/r/queries/nope/run", kAdmin, 404, "not_found", "-"},
        Case{"POST", "/api/v1/resources/r/queries/torn/run", kAdmin, 503, "store_unavailable", "-"},
        Case{"POST", "/api/v1/resources/torn/queries/user/run", kAdmin, 503, "store_unavailable",
             "-"},
        Case{"POST", "/api/v1/resources/r/request", kRunner, 403, "forbidden", "-"},
        Case{"POST", "/api/v1/resources/r/request/preview", kSession, 403, "forbidden", "-"},
        Case{"OPTIONS", kRun, kRunner, 204, "-", "GET, HEAD, POST, OPTIONS"}}) {
    Bench bench;
    bench.AddQuery("user", kUser);
    bench.AddQuery("make", R"({"method":"POST"})");
    bench.AddQuery("torn", "{}", true);
    bench.AddResource("torn", "{}", true);
    FakeExchange exchange(c.method, c.path, std::string(c.lines) + "Content-Length: 1\r\n", "x");
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.method << " " << c.path;
    EXPECT_EQ(exchange.Code(), c.code) << c.method << " " << c.path;
    EXPECT_EQ(exchange.Field("Allow"), c.allow) << c.method << " " << c.path;
    EXPECT_EQ(bench.target.calls, 0);
    EXPECT_EQ(exchange.bytes_received(), 0U);
  }
}

TEST(RunQuery, AMissingQueryIsNamed) {
  Bench bench;
  FakeExchange exchange = RunOf("nope");
  bench.Run(exchange);
  EXPECT_NE(Sent(exchange).value("detail", "").find("\"nope\""), std::string::npos);
}

TEST(RunQuery, RunnersRunAndPreviewSavedQueries) {
  for (const std::string_view caller : {kRunner, kSession}) {
    for (const std::string_view verb : {"run", "preview"}) {
      Bench bench;
      bench.AddQuery("user", kUser);
      FakeExchange exchange = Post("/api/v1/resources/r/queries/user/" + std::string(verb),
                                   R"({"params":{"id":5}})", caller);
      bench.Run(exchange);
      EXPECT_EQ(exchange.status, 200) << verb;
      EXPECT_EQ(bench.target.calls, verb == "run" ? 1 : 0);
    }
  }
}

TEST(RunQuery, AGetReadsItsParamsFromTheQueryString) {
  Bench bench;
  bench.AddQuery("user", R"({"path":"/users/{{ id }}","params":[{"name":"t","value":"{{ tags }}"}],
    "inputs":[{"name":"id","type":"integer","required":true,"default":null,"secret":false},
              {"name":"tags","type":"array","required":false,"default":null,"secret":false}]})");
  FakeExchange exchange("GET", "/api/v1/resources/r/queries/user/run?id=5&tags=a&tags=b", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_TRUE(bench.target.head.starts_with("GET /v1/users/5?t=a&t=b HTTP/1.1\r\n"))
      << bench.target.head;

  FakeExchange head("HEAD", "/api/v1/resources/r/queries/user/run?id=5", kAdmin);
  bench.Run(head);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(bench.target.head.starts_with("GET /v1/users/5 HTTP/1.1\r\n"));
  EXPECT_TRUE(head.sent.empty());
}

TEST(RunQuery, WhatIsWrongWithTheInputsIsToldAndNothingIsSent) {
  struct Case {
    std::string_view body, type;
    int status;
    std::string_view code;
  };
  for (const Case& c :
       {Case{"{", "application/json", 400, "malformed_json"},
        Case{R"({"parms":{}})", "application/json", 422, "validation_failed"},
        Case{"{}", "application/json", 422, "missing_parameter"},
        Case{"", "application/json", 422, "missing_parameter"},
        Case{R"({"params":{"id":".."}})", "application/json", 422, "unsafe_value"},
        Case{R"({"params":{"id":[1]}})", "application/json", 422, "invalid_parameter"},
        Case{"id=5", "application/x-www-form-urlencoded", 415, "unsupported_media_type"},
        Case{"--x", "multipart/form-data", 400, "malformed_request"},
        Case{"--x", "multipart/form-data; boundary=y", 400, "malformed_request"}}) {
    Bench bench;
    bench.AddQuery("user", kUser);
    const std::string lines =
        WithBody(std::string(kAdmin) + "Content-Type: " + std::string(c.type) + "\r\n", c.body);
    FakeExchange exchange("POST", "/api/v1/resources/r/queries/user/run", lines,
                          std::string(c.body));
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.body << " " << exchange.sent;
    EXPECT_EQ(exchange.Code(), c.code) << c.body;
    EXPECT_EQ(bench.target.calls, 0);
  }
}

TEST(RunQuery, CodedInputsAreRefusedByTheirCoding) {
  for (const std::string_view type : {"application/json", "multipart/form-data; boundary=XyZ"}) {
    Bench bench;
    bench.AddQuery("user", kUser);
    const std::string body = "\x1f\x8b not what it seems";
    const std::string lines = WithBody(std::string(kAdmin) + "Content-Encoding: gzip\r\n" +
                                           "Content-Type: " + std::string(type) + "\r\n",
                                       body);
    FakeExchange exchange("POST", "/api/v1/resources/r/queries/user/run", lines, body);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, 415) << type;
    EXPECT_EQ(exchange.Code(), "unsupported_media_type");
    EXPECT_NE(exchange.sent.find("without Content-Encoding"), std::string::npos) << exchange.sent;
    EXPECT_EQ(bench.target.calls, 0);
  }
}

TEST(RunQuery, ALargeDocumentIsRefused) {
  Bench bench;
  bench.settings.api_body_bytes = 100;
  bench.AddQuery("user", kUser);
  FakeExchange exchange = RunOf("user", R"({"params":{"id":")" + std::string(100, 'x') + "\"}}");
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "payload_too_large");
  EXPECT_NE(exchange.sent.find("api_body_bytes"), std::string::npos);
}

TEST(RunQuery, ABodyIsSentWithItsHead) {
  Bench bench;
  bench.AddQuery("make", R"({"method":"POST","path":"/things",
    "body":{"type":"json","text":"{\"n\":{{ n }}}"}})");
  FakeExchange exchange = RunOf("make", R"({"params":{"n":12345678901234567890}})");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(bench.target.body, R"({"n":12345678901234567890})");
  EXPECT_FALSE(bench.target.had_source);
  EXPECT_NE(bench.target.head.find("Content-Length: 26\r\n"), std::string::npos);
}

TEST(RunQuery, TheEndUserStandsInThePlaceholders) {
  Bench bench;
  bench.AddQuery("mine", R"({"path":"/users/{{ user.id }}"})");
  FakeExchange exchange = RunOf("mine", "{}", kSession);
  bench.Run(exchange);
  EXPECT_TRUE(bench.target.head.starts_with("GET /v1/users/alice HTTP/1.1\r\n"));
  FakeExchange nobody = RunOf("mine", "{}", kRunner);
  bench.Run(nobody);
  EXPECT_EQ(nobody.Code(), "missing_parameter");
}

TEST(RunQuery, ARawAnswerIsTheTargetsOwn) {
  struct Case {
    std::string_view target, lines, applied, accepted;
  };
  for (const Case& c :
       {Case{"?raw=1", "", "-", "identity"}, Case{"", "Prefer: raw\r\n", "raw", "identity"},
        Case{"?raw=1", "Accept-Encoding: br\r\n", "-", "br"}}) {
    Bench bench;
    bench.AddResource("r", R"({"forward_cookies":["b"],
      "params":[{"name":"key","value":"k1","enabled":true,"secret":false}]})");
    bench.AddQuery("x", R"({"path":"/x","redirects":{"follow":"none","max":5}})");
    bench.target.script.head =
        "HTTP/1.1 302 Found\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\n"
        "Set-Cookie: b=2\r\nAccess-Control-Allow-Origin: *\r\nLocation: "
        "https://x.example/v1/y?q=1\r\n"
        "\r\n";
    FakeExchange exchange = Post("/api/v1/resources/r/queries/x/run" + std::string(c.target), "",
                                 std::string(kAdmin) + std::string(c.lines));
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, 302);
    EXPECT_EQ(exchange.sent, "ok");
    EXPECT_EQ(exchange.Field("Sallyport-Source"), "upstream");
    EXPECT_EQ(exchange.Field("Content-Encoding"), "gzip");
    EXPECT_EQ(exchange.Field("Set-Cookie"), "b=2");
    EXPECT_EQ(exchange.Field("Access-Control-Allow-Origin"), "-");
    EXPECT_EQ(exchange.Field("Location"), "https://x.example/v1/y?q=1");
    EXPECT_EQ(exchange.Field("Content-Security-Policy"), "sandbox");
    EXPECT_EQ(exchange.Field("Preference-Applied"), c.applied);
    EXPECT_NE(bench.target.head.find("Accept-Encoding: " + std::string(c.accepted) + "\r\n"),
              std::string::npos)
        << bench.target.head;
  }
}

TEST(RunQuery, ARawHeadRunKeepsTheLengthOfItsGet) {
  Bench bench;
  bench.AddQuery("x", R"({"path":"/x"})");
  FakeExchange exchange("HEAD", "/api/v1/resources/r/queries/x/run?raw=1", kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.length.kind, net::BodyLength::Kind::kKnown);
  EXPECT_EQ(exchange.length.bytes, 2U);
}

TEST(RunQuery, AHeadQueryHasNoBodyInItsEnvelope) {
  Bench bench;
  bench.AddQuery("x", R"({"method":"HEAD","path":"/x"})");
  bench.target.script.head =
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 77\r\n\r\n";
  bench.target.script.pieces = {};
  FakeExchange exchange = RunOf("x");
  bench.Run(exchange);
  EXPECT_EQ(Sent(exchange)["body_encoding"], "none");
  EXPECT_TRUE(Sent(exchange)["body"].is_null());
}

TEST(RunQuery, APreviewSendsNothing) {
  Bench bench;
  bench.AddQuery("user", kUser);
  FakeExchange exchange =
      Post("/api/v1/resources/r/queries/user/preview", R"({"params":{"id":5}})");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(bench.target.calls, 0);
  const Json preview = Sent(exchange);
  EXPECT_EQ(preview["request"]["url"], "http://target.example/v1/users/5");
  EXPECT_TRUE(preview["warnings"].is_array());
  EXPECT_NE(preview["curl"].get<std::string>().find(
                "http://gateway.example/api/v1/resources/r/queries/user/run"),
            std::string::npos);
}

TEST(RunQuery, AnUnsavedQueryRunsAndIsPreviewed) {
  const std::string body =
      R"({"query":{"method":"PUT","path":"/a/{{ id }}"},"params":{"id":"x y"}})";
  Bench bench;
  FakeExchange exchange = Post("/api/v1/resources/r/request", body);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_TRUE(bench.target.head.starts_with("PUT /v1/a/x%20y HTTP/1.1\r\n"));
  FakeExchange preview = Post("/api/v1/resources/r/request/preview", body);
  bench.Run(preview);
  EXPECT_EQ(bench.target.calls, 1);
  EXPECT_EQ(Sent(preview)["request"]["method"], "PUT");
  EXPECT_NE(Sent(preview)["curl"].get<std::string>().find("/api/v1/resources/r/request"),
            std::string::npos);
}

TEST(RunQuery, FlawsOfAnUnsavedQueryPointIntoTheBody) {
  Bench bench;
  FakeExchange refused = Post("/api/v1/resources/r/request", R"({"query":{"wrong":1}})");
  bench.Run(refused);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(Sent(refused)["violations"][0]["pointer"], "/query/wrong");
  FakeExchange broken = Post("/api/v1/resources/r/request", R"({"query":{"path":"/{{"}})");
  bench.Run(broken);
  EXPECT_EQ(broken.status, 422);
  EXPECT_EQ(Sent(broken)["violations"][0]["pointer"], "/query/path") << broken.sent;
  FakeExchange missing = Post("/api/v1/resources/r/request", "{}");
  bench.Run(missing);
  EXPECT_EQ(Sent(missing)["violations"][0]["pointer"], "/query");
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(RunQuery, MetricsAndAccessLinesKnowTheRouteNotThePath) {
  Bench bench;
  bench.AddQuery("user", kUser);
  FakeExchange exchange = RunOf("user", R"({"params":{"id":5}})");
  bench.Run(exchange);
  ASSERT_EQ(bench.metrics.server_requests.size(), 1U);
  EXPECT_EQ(std::get<1>(bench.metrics.server_requests.begin()->first),
            "/api/v1/resources/{r}/queries/{q}/run");
  ASSERT_EQ(bench.metrics.client_requests.size(), 1U);
  const auto& key = bench.metrics.client_requests.begin()->first;
  EXPECT_EQ(std::get<0>(key), "GET");
  EXPECT_EQ(std::get<1>(key), "r");
  EXPECT_EQ(std::get<2>(key), "200");
}

TEST(RunQuery, NoRunBeginsWhileDraining) {
  Bench bench;
  bench.AddQuery("user", kUser);
  bench.operations.its_phase = Operations::Phase::kDraining;
  FakeExchange exchange = RunOf("user", R"({"params":{"id":5}})");
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "draining");
  EXPECT_EQ(bench.target.calls, 0);
}

}  // namespace
}  // namespace sallyport::pipeline::test
