// The proxy in front of a real server of another make: httpbin.
#include <gmock/gmock.h>

#include "support/gateway_fixture.h"
#include "support/target_servers.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Httpbin : public GatewayFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// The resource "bin" in front of httpbin.
  void Resource(const TestJson& extra = TestJson::object()) {
    CreateResource("bin", httpbin_.url(), extra);
  }

  HttpbinServer httpbin_;
};

TestJson Body(const HttpResponse& response) {
  return TestJson::parse(response.body, nullptr, false);
}

TEST_F(Httpbin, AcceptsTheBasicCredentialsOfTheResource) {
  Resource({{"auth", {{"type", "basic"}, {"username", "us\u00e9r"}, {"password", "p:w"}}}});
  const HttpResponse right = Proxy("GET", "bin/basic-auth/us%C3%A9r/p%3Aw");
  EXPECT_EQ(right.status, 200) << right.body;

  // The target's own 401 goes through: it is not the gateway's.
  const HttpResponse wrong = Proxy("GET", "bin/basic-auth/other/pw");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.Header("Sallyport-Source"), "upstream");
  EXPECT_THAT(wrong.Header("WWW-Authenticate").value_or(""), HasSubstr("Basic"));
}

TEST_F(Httpbin, AcceptsTheBearerTokenOfTheResource) {
  Resource({{"auth", {{"type", "bearer"}, {"token", "target-token"}}}});
  const HttpResponse response = Proxy("GET", "bin/bearer");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Body(response)["token"], "target-token");
}

TEST_F(Httpbin, GetsAnApiKeyWhereverItBelongs) {
  Resource();
  const auto echo_with = [&](const char* send_as, const char* name) {
    const TestJson auth = {
        {"type", "api_key"}, {"send_as", send_as}, {"name", name}, {"value", "k&y 1"}};
    const HttpResponse saved = Api("PATCH", "/api/v1/resources/bin", {{"auth", auth}});
    EXPECT_EQ(saved.status, 200) << saved.body;
    return Body(Proxy("GET", "bin/anything?a=1"));
  };
  EXPECT_EQ(echo_with("header", "X-Api-Key")["headers"]["X-Api-Key"], "k&y 1");
  TestJson by_query = echo_with("query", "key");
  EXPECT_EQ(by_query["args"], TestJson({{"a", "1"}, {"key", "k&y 1"}}));
  EXPECT_THAT(by_query["url"].get<std::string>(), HasSubstr("?a=1&key=k%26y%201"));
  EXPECT_THAT(echo_with("cookie", "sid")["headers"]["Cookie"].get<std::string>(),
              HasSubstr("sid=k&y%201"));
}

TEST_F(Httpbin, NeverSeesTheCallersOwnCredentials) {
  Resource();
  const HttpResponse response = Proxy("GET", "bin/headers?show_env=1", "",
                                      {{"Cookie", "sallyport_session=sps_x; other=1"},
                                       {"Origin", gateway_->base_url()},
                                       {"Referer", "http://admin.example/"},
                                       {"Sec-Fetch-Site", "same-origin"},
                                       {"Sallyport-Custom", "x"},
                                       {"X-Forwarded-For", "1.2.3.4"},
                                       {"X_Forwarded_Host", "a.example"},
                                       {"Forwarded", "for=1.2.3.4"},
                                       {"X-Kept", "yes"}});
  ASSERT_EQ(response.status, 200) << response.body;
  TestJson headers = Body(response)["headers"];
  for (const char* name : {"Authorization", "Cookie", "Origin", "Referer", "Sec-Fetch-Site",
                           "Sallyport-Custom", "X-Forwarded-For", "Forwarded"}) {
    EXPECT_FALSE(headers.contains(name)) << name << " was forwarded: " << response.body;
  }
  EXPECT_EQ(headers["X-Kept"], "yes");
  EXPECT_EQ(headers["Via"], "1.1 sallyport");
  EXPECT_EQ(headers["Host"], httpbin_.url().substr(7));
}

TEST_F(Httpbin, SendsRowsOfTheResourceBeforeTheCallersParameters) {
  Resource({{"params",
             {{{"name", "fixed"}, {"value", "a b&c"}},
              {{"name", "off"}, {"value", "x"}, {"enabled", false}}}},
            {"headers", {{"X-One", "1"}, {"Accept", "application/vnd.x+json"}}}});
  const HttpResponse response =
      Proxy("GET", "bin/anything/p%2Fq?fixed=caller&mine=1&mine=2", "", {{"Accept", "text/html"}});
  ASSERT_EQ(response.status, 200) << response.body;
  TestJson echo = Body(response);
  EXPECT_THAT(echo["url"].get<std::string>(), HasSubstr("?fixed=a%20b%26c&mine=1&mine=2"));
  EXPECT_EQ(echo["headers"]["X-One"], "1");
  EXPECT_EQ(echo["headers"]["Accept"], "application/vnd.x+json");
}

TEST_F(Httpbin, ExchangesOnlyTheCookiesThatTheResourceLists) {
  Resource({{"cookies", {{{"name", "fixed"}, {"value", "1"}, {"secret", false}}}},
            {"forward_cookies", {"shown"}}});
  const HttpResponse sent = Proxy("GET", "bin/cookies", "", {{"Cookie", "shown=2; hidden=3"}});
  EXPECT_EQ(Body(sent)["cookies"], TestJson({{"fixed", "1"}, {"shown", "2"}})) << sent.body;

  const HttpResponse set =
      Proxy("GET", "bin/response-headers?Set-Cookie=shown%3D4&Set-Cookie=hidden%3D5");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(set.Header("Set-Cookie"), "shown=4");
}

TEST_F(Httpbin, PassesCompressedBodiesUntouched) {
  Resource();
  const HttpResponse response = Proxy("GET", "bin/gzip", "", {{"Accept-Encoding", "gzip"}});
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(response.body.substr(0, 2), "\x1f\x8b");
  EXPECT_TRUE(response.complete);
}

TEST_F(Httpbin, RewritesLocationsInsideTheBaseUrlOnly) {
  Resource();
  const auto location = [&](const std::string& path) {
    const HttpResponse response = Proxy("GET", path);
    EXPECT_EQ(response.status, 302) << response.body;
    return response.Header("Location").value_or("");
  };
  EXPECT_EQ(location("bin/redirect-to?url=" + httpbin_.url() + "/get%3Fa%3D1"),
            "/proxy/bin/get?a=1");
  EXPECT_EQ(location("bin/redirect-to?url=/get"), "/proxy/bin/get");
  EXPECT_EQ(location("bin/redirect-to?url=http://elsewhere.example/x"),
            "http://elsewhere.example/x");
}

TEST_F(Httpbin, PassesEveryStatusThrough) {
  Resource();
  for (const int status : {200, 201, 202, 204, 304, 400, 401, 403, 404, 409, 418, 429, 500, 503}) {
    const HttpResponse response = Proxy("GET", "bin/status/" + std::to_string(status));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.Header("Sallyport-Source"), "upstream") << status;
    EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff") << status;
    EXPECT_TRUE(response.complete) << status;
  }
}

TEST_F(Httpbin, PassesEveryMethodWithItsBody) {
  Resource();
  const std::string body = R"({"big":9007199254740993,"z":1,"a":"é"})";
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const HttpResponse response =
        Proxy(method, "bin/anything", body, {{"Content-Type", "application/json"}});
    ASSERT_EQ(response.status, 200) << method << response.body;
    EXPECT_EQ(Body(response)["method"], method);
    EXPECT_EQ(Body(response)["data"], body) << method;
  }
  const HttpResponse head = Proxy("HEAD", "bin/get");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.Header("Content-Length").has_value());
  EXPECT_EQ(head.body, "");
  const HttpResponse options = Proxy("OPTIONS", "bin/get");
  EXPECT_EQ(options.status, 200);
  EXPECT_THAT(options.Header("Allow").value_or(""), HasSubstr("GET"));
}

TEST_F(Httpbin, StreamsBytesUnchangedBothWays) {
  Resource();
  const std::string direct = HttpGet(httpbin_.url() + "/bytes/102400?seed=7").body;
  ASSERT_EQ(direct.size(), 102400U);
  EXPECT_EQ(Proxy("GET", "bin/bytes/102400?seed=7").body, direct);
  EXPECT_EQ(Proxy("GET", "bin/stream-bytes/100000?seed=7").body.size(), 100000U);

  const HttpResponse lines = Proxy("GET", "bin/stream/20");
  EXPECT_EQ(std::count(lines.body.begin(), lines.body.end(), '\n'), 20);
  EXPECT_TRUE(lines.complete);
}

TEST_F(Httpbin, GetsChunkedRequestBodiesChunked) {
  Resource();
  const HttpResponse response =
      Proxy("POST", "bin/anything", "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n",
            {{"Transfer-Encoding", "chunked"}, {"Content-Type", "text/plain"}});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Body(response)["data"], "abcde");
  EXPECT_FALSE(Body(response)["headers"].contains("X-Trailer"));
}

TEST_F(Httpbin, DropsCorsFieldsOfTheTarget) {
  Resource();
  const HttpResponse response = Proxy("GET", "bin/get", "", {{"Origin", "http://x.example"}});
  EXPECT_FALSE(response.Header("Access-Control-Allow-Origin").has_value());
}

}  // namespace
}  // namespace sallyport::test
