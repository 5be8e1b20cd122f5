// Saved queries in front of a real server of another make: httpbin.
#include <gmock/gmock.h>

#include "support/query_fixture.h"
#include "support/target_servers.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;

class HttpbinQuery : public QueryFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// The resource "bin" in front of httpbin.
  void Resource(const TestJson& extra = TestJson::object()) {
    CreateResource("bin", httpbin_.url(), extra);
  }
  /// Saves the query "q" and runs it; the envelope.
  TestJson Answer(const TestJson& query, const TestJson& params = TestJson::object()) {
    const HttpResponse saved = Api("PUT", "/api/v1/resources/bin/queries/q", query);
    EXPECT_TRUE(saved.status == 201 || saved.status == 200) << saved.body;
    return EnvelopeOf(Run("bin", "q", params));
  }

  HttpbinServer httpbin_;
};

TEST_F(HttpbinQuery, SendsEveryMethodWithItsBody) {
  Resource();
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const TestJson envelope =
        Answer({{"method", method},
                {"path", "/anything/{{ params.id }}"},
                {"body", {{"type", "json"}, {"text", R"({"n": {{ n }}, "s": "<{{ s }}>"})"}}}},
               {{"id", "a/b c"}, {"n", 7}, {"s", "line 1\n\"2\""}});
    EXPECT_EQ(envelope["status"], 200) << method;
    EXPECT_EQ(envelope["body"]["method"], method);
    EXPECT_THAT(envelope["request"]["url"].get<std::string>(), HasSubstr("/anything/a%2Fb%20c"));
    EXPECT_EQ(envelope["body"]["data"], R"({"n": 7, "s": "<line 1\n\"2\">"})") << method;
    EXPECT_EQ(envelope["body"]["headers"]["Content-Type"], "application/json");
  }
  const TestJson head = Answer({{"method", "HEAD"}, {"path", "/get"}});
  EXPECT_EQ(head["status"], 200);
  EXPECT_EQ(head["body_encoding"], "none");
  EXPECT_EQ(head["body"], nullptr);
  const TestJson options = Answer({{"method", "OPTIONS"}, {"path", "/get"}});
  EXPECT_THAT(HeaderOf(options, "allow").get<std::string>(), HasSubstr("GET"));
}

TEST_F(HttpbinQuery, SendsParametersInEveryArrayStyle) {
  Resource({{"base_url", httpbin_.url() + "/anything?base=1"},
            {"params", {{{"name", "fixed"}, {"value", "r"}}, {{"name", "lost"}, {"value", "r"}}}}});
  const struct {
    const char* style;
    const char* expected;
  } kStyles[] = {{"repeat", "&id=1&id=a%26b"},
                 {"brackets", "&id%5B%5D=1&id%5B%5D=a%26b"},
                 {"comma", "&id=1%2Ca%26b"},
                 {"json", "&id=%5B1%2C%22a%26b%22%5D"}};
  for (const auto& [style, expected] : kStyles) {
    const TestJson envelope =
        Answer({{"path", "?own={{ own }}"},
                {"params",
                 {{{"name", "lost"}, {"value", "q"}},
                  {{"name", "id"}, {"value", "{{ ids }}"}},
                  {{"name", "gone"}, {"value", "{{ nothing }}"}}}},
                {"inputs",
                 {{{"name", "own"}, {"type", "string"}},
                  {{"name", "ids"}, {"type", "array"}},
                  {{"name", "nothing"}, {"type", "string"}, {"required", false}}}},
                {"array_style", style}},
               {{"own", "x+y z"}, {"ids", {1, "a&b"}}});
    EXPECT_THAT(envelope["request"]["url"].get<std::string>(),
                testing::EndsWith("?base=1&own=x%2By%20z&fixed=r&lost=q" + std::string(expected)))
        << style;
  }
}

TEST_F(HttpbinQuery, SendsHeadersAndCookiesOfBothLayers) {
  Resource({{"headers",
             {{{"name", "X-Both"}, {"value", "resource"}},
              {{"name", "X-Off"}, {"value", "resource"}},
              {{"name", "X-Org"}, {"value", "{{ vars.org }}"}}}},
            {"cookies", {{{"name", "fixed"}, {"value", "1"}, {"secret", false}}}},
            {"variables", {{"org", "acme"}}}});
  TestJson echo = Answer({{"path", "/anything"},
                          {"headers",
                           {{{"name", "x-both"}, {"value", "q-{{ n }}"}},
                            {{"name", "X-Off"}, {"enabled", false}, {"value", ""}},
                            {{"name", "X-Number"}, {"value", "0123"}}}},
                          {"cookies", {{{"name", "mine"}, {"value", "{{ c }}"}}}}},
                         {{"n", 1.50}, {"c", "a;b c%20"}})["body"]["headers"];
  EXPECT_EQ(echo["X-Both"], "q-1.5");
  EXPECT_FALSE(echo.contains("X-Off")) << echo;
  EXPECT_EQ(echo["X-Number"], "0123");
  EXPECT_EQ(echo["X-Org"], "acme");
  EXPECT_EQ(echo["Cookie"], "fixed=1; mine=a%3Bb%20c%20");
  EXPECT_THAT(echo["User-Agent"].get<std::string>(), HasSubstr("sallyport/"));
  EXPECT_EQ(echo["Accept"], "*/*");
  EXPECT_FALSE(echo.contains("Authorization"));
}

TEST_F(HttpbinQuery, AuthenticatesWithTheResourcesCredentialAndMasksIt) {
  Resource({{"auth", {{"type", "basic"}, {"username", "us\u00e9r"}, {"password", "p:w"}}}});
  TestJson basic =
      Answer({{"path", "/basic-auth/us\u00e9r/{{ password }}"}}, {{"password", "p:w"}});
  EXPECT_EQ(basic["status"], 200) << basic;
  EXPECT_EQ(HeaderOf(basic["request"], "authorization"), "********");

  const HttpResponse changed =
      Api("PATCH", "/api/v1/resources/bin", {{"auth", {{"type", "bearer"}, {"token", "t-1"}}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  TestJson bearer = Answer({{"path", "/bearer"}});
  EXPECT_EQ(bearer["body"]["token"], "t-1");
  EXPECT_EQ(bearer["request"].dump().find("t-1"), std::string::npos) << bearer["request"];
}

TEST_F(HttpbinQuery, ShowsTheTargetsOwnFailuresAsAnswers) {
  Resource();
  SaveQuery("bin", "status", {{"path", "/status/{{ code }}"}});
  for (const int status : {201, 204, 304, 400, 401, 404, 418, 500, 503}) {
    const TestJson envelope = EnvelopeOf(Run("bin", "status", {{"code", status}}));
    EXPECT_EQ(envelope["status"], status);
    EXPECT_EQ(envelope["attempts"], 1);
    EXPECT_EQ(envelope["redirects"], TestJson::array());
  }
  const TestJson empty = EnvelopeOf(Run("bin", "status", {{"code", 204}}));
  EXPECT_EQ(empty["body_encoding"], "none");
  EXPECT_EQ(empty["body"], nullptr);
  EXPECT_EQ(empty["size"], 0);
}

TEST_F(HttpbinQuery, DecodesCompressedAnswers) {
  Resource();
  const struct {
    const char* path;
    const char* member;
  } kCodings[] = {{"/gzip", "gzipped"}, {"/deflate", "deflated"}, {"/brotli", "brotli"}};
  for (const auto& [path, member] : kCodings) {
    const HttpResponse direct =
        HttpGet(httpbin_.url() + path, {{"Accept-Encoding", "gzip, deflate, br"}});
    ASSERT_EQ(direct.status, 200) << path << ": this httpbin cannot";
    const TestJson envelope = Answer({{"path", path}});
    EXPECT_EQ(envelope["body_encoding"], "json") << path;
    EXPECT_EQ(envelope["body"][member], true) << path;
    // More than came over the wire: decoded bytes are counted.
    EXPECT_GT(envelope["size"].get<std::size_t>(), direct.body.size()) << path;
  }
}

TEST_F(HttpbinQuery, ShowsImagesAsBase64AndTextsAsText) {
  Resource();
  const std::string png = HttpGet(httpbin_.url() + "/image/png").body;
  const TestJson image = Answer({{"path", "/image/png"}});
  EXPECT_EQ(image["body_encoding"], "base64");
  EXPECT_EQ(image["size"], png.size());
  EXPECT_EQ(image["body"].get<std::string>().substr(0, 11), "iVBORw0KGgo");

  const TestJson page = Answer({{"path", "/encoding/utf8"}});
  EXPECT_EQ(page["body_encoding"], "text");
  EXPECT_EQ(page["body"], HttpGet(httpbin_.url() + "/encoding/utf8").body);
  EXPECT_EQ(Answer({{"path", "/xml"}})["body_encoding"], "text");
  EXPECT_EQ(Answer({{"path", "/html"}})["body_encoding"], "text");
  EXPECT_EQ(Answer({{"path", "/bytes/10"}})["body_encoding"], "base64");
}

TEST_F(HttpbinQuery, FollowsRedirectsByItsRule) {
  Resource();
  HttpbinServer other;
  const auto follow = [&](const char* rule, const std::string& path) {
    return TestJson{{"path", path}, {"redirects", {{"follow", rule}, {"max", 3}}}};
  };
  const TestJson none = Answer(follow("none", "/relative-redirect/2"));
  EXPECT_EQ(none["status"], 302);
  EXPECT_EQ(none["redirects"], TestJson::array());
  EXPECT_EQ(HeaderOf(none, "location"), "/relative-redirect/1");

  const TestJson same = Answer(follow("same_origin", "/relative-redirect/2"));
  EXPECT_EQ(same["status"], 200);
  EXPECT_EQ(same["redirects"],
            TestJson({{{"status", 302}, {"url", httpbin_.url() + "/relative-redirect/1"}},
                      {{"status", 302}, {"url", httpbin_.url() + "/get"}}}));
  EXPECT_THAT(same["request"]["url"].get<std::string>(), HasSubstr("/relative-redirect/2"));

  const std::string away = "/redirect-to?url=" + other.url() + "/get";
  const TestJson any = Answer(follow("any", away));
  EXPECT_EQ(any["status"], 200);
  EXPECT_EQ(any["redirects"][0]["url"], other.url() + "/get");

  SaveQuery("bin", "away", follow("same_origin", away));
  const HttpResponse refused = Run("bin", "away");
  EXPECT_EQ(refused.status, 502);
  EXPECT_EQ(CodeOf(refused), "redirect_refused");
  SaveQuery("bin", "loop", follow("same_origin", "/relative-redirect/4"));
  const HttpResponse looping = Run("bin", "loop");
  EXPECT_EQ(looping.status, 502);
  EXPECT_EQ(CodeOf(looping), "too_many_redirects");
}

TEST_F(HttpbinQuery, TurnsAPostIntoAGetWhereTheStatusSaysSo) {
  Resource();
  const auto post = [](int status) {
    return TestJson{{"method", "POST"},
                    {"path", "/redirect-to?url=/anything&status_code=" + std::to_string(status)},
                    {"body", {{"type", "json"}, {"value", {{"a", 1}}}}}};
  };
  for (const int status : {301, 302, 303}) {
    const TestJson echo = Answer(post(status))["body"];
    EXPECT_EQ(echo["method"], "GET") << status;
    EXPECT_EQ(echo["data"], "") << status;
    EXPECT_FALSE(echo["headers"].contains("Content-Type")) << echo;
  }
  for (const int status : {307, 308}) {
    const TestJson echo = Answer(post(status))["body"];
    EXPECT_EQ(echo["method"], "POST") << status;
    EXPECT_EQ(echo["json"], TestJson({{"a", 1}})) << status;
  }
}

TEST_F(HttpbinQuery, KeepsCredentialsFromOtherOrigins) {
  HttpbinServer other;
  Resource({{"auth", {{"type", "bearer"}, {"token", "t-1"}}},
            {"cookies", {{{"name", "sid"}, {"value", "c-1"}}}},
            {"headers",
             {{{"name", "X-Secret"}, {"value", "s-1"}}, {{"name", "X-Plain"}, {"value", "p"}}}},
            {"redirects", {{"follow", "any"}, {"max", 5}}}});
  const TestJson envelope = Answer({{"path", "/redirect-to?url=" + other.url() + "/anything"}});
  const TestJson headers = envelope["body"]["headers"];
  EXPECT_EQ(headers["X-Plain"], "p");
  for (const char* name : {"Authorization", "Cookie", "X-Secret"}) {
    EXPECT_FALSE(headers.contains(name)) << name << " went to another origin: " << headers;
  }
}

TEST_F(HttpbinQuery, EndsARunAtItsTimeLimit) {
  Resource();
  SaveQuery("bin", "slow", {{"path", "/delay/5"}, {"timeout_ms", 300}});
  const auto start = std::chrono::steady_clock::now();
  const HttpResponse response = Run("bin", "slow");
  EXPECT_EQ(response.status, 504) << response.body;
  EXPECT_EQ(CodeOf(response), "upstream_timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

TEST_F(HttpbinQuery, TriesAgainAsOftenAsItMay) {
  Resource();
  const auto attempts = [&](const char* method, const char* path, int retries) {
    return Answer({{"method", method}, {"path", path}, {"retries", retries}})["attempts"];
  };
  EXPECT_EQ(attempts("GET", "/status/503", 0), 1);
  EXPECT_EQ(attempts("GET", "/status/503", 2), 3);
  EXPECT_EQ(attempts("PUT", "/status/502", 1), 2);
  EXPECT_EQ(attempts("POST", "/status/503", 2), 1) << "POST may have done its work";
  EXPECT_EQ(attempts("GET", "/status/500", 2), 1) << "500 says nothing of another attempt";
  EXPECT_EQ(attempts("GET", "/status/200", 2), 1);
}

TEST_F(HttpbinQuery, GivesTheTargetsOwnAnswerWhenAskedForIt) {
  Resource();
  SaveQuery("bin", "bytes", {{"path", "/bytes/{{ n }}?seed=7"}});
  SaveQuery("bin", "teapot", {{"path", "/status/418"}});
  const std::string direct = HttpGet(httpbin_.url() + "/bytes/102400?seed=7").body;
  ASSERT_EQ(direct.size(), 102400U);
  const TestJson params = {{"n", 102400}};
  const HttpResponse flagged = Run("bin", "bytes", params, "?raw=1");
  const HttpResponse preferred = Run("bin", "bytes", params, "", {{"Prefer", "raw"}});
  const HttpResponse got = GetRun("bin", "bytes", "?n=102400&raw=1");
  for (const HttpResponse* response : {&flagged, &preferred, &got}) {
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->Header("Sallyport-Source"), "upstream");
    EXPECT_EQ(response->Header("Content-Security-Policy"), "sandbox");
    EXPECT_EQ(response->Header("X-Content-Type-Options"), "nosniff");
    EXPECT_TRUE(response->complete);
    EXPECT_EQ(response->body == direct, true) << response->body.size();
  }
  EXPECT_EQ(Run("bin", "teapot", TestJson::object(), "?raw=1").status, 418);
  const HttpResponse refused = Run("bin", "bytes", TestJson::object(), "?raw=1");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.Header("Sallyport-Source"), "gateway");
}

TEST_F(HttpbinQuery, ReadsTheQueryStringOfAGetByTheDeclaredTypes) {
  Resource();
  SaveQuery("bin", "typed",
            {{"method", "GET"},
             {"path", "/anything"},
             {"params", {{{"name", "all"}, {"value", "{{ all }}"}}}},
             {"headers",
              {{{"name", "X-Types"},
                {"value", "{{ i }} {{ n }} {{ b }} {{ s }} {{ o.k }} {{ all.1 }}"}}}},
             {"array_style", "json"},
             {"inputs",
              {{{"name", "i"}, {"type", "integer"}},
               {{"name", "n"}, {"type", "number"}},
               {{"name", "b"}, {"type", "boolean"}},
               {{"name", "s"}, {"type", "string"}},
               {{"name", "o"}, {"type", "object"}},
               {{"name", "all"}, {"type", "array"}}}}});
  const TestJson envelope = EnvelopeOf(
      GetRun("bin", "typed",
             "?i=12345678901234567890&n=1.50&b=true&s=0123+x&o=%7B%22k%22%3A1%7D&all=1&all=b%20c"));
  EXPECT_EQ(envelope["body"]["headers"]["X-Types"], "12345678901234567890 1.50 true 0123 x 1 b c");
  EXPECT_EQ(envelope["body"]["args"]["all"], R"(["1","b c"])");
  const HttpResponse wrong = GetRun("bin", "typed", "?i=x&n=1&b=maybe&s=a&o=1&all=1");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(CodeOf(wrong), "invalid_parameter");
  const TestJson errors = TestJson::parse(wrong.body)["errors"];
  EXPECT_TRUE(errors.contains("params.i") && errors.contains("params.b") &&
              errors.contains("params.o"))
      << errors;
}

TEST_F(HttpbinQuery, RunsWithoutBeingSaved) {
  Resource();
  const TestJson envelope = EnvelopeOf(
      Request("bin",
              {{"method", "POST"},
               {"path", "/anything"},
               {"body",
                {{"type", "form"},
                 {"fields",
                  {{{"name", "a"}, {"value", "{{ a }}"}}, {{"name", "b"}, {"value", "x & y"}}}}}}},
              {{"a", "\u00e9 +"}}));
  EXPECT_EQ(envelope["body"]["form"], TestJson({{"a", "\u00e9 +"}, {"b", "x & y"}}));
  EXPECT_EQ(Api("GET", "/api/v1/resources/bin/queries").body.find("anything"), std::string::npos);
}

TEST_F(HttpbinQuery, SendsFormsFilesAndOtherBodies) {
  Resource();
  TestJson multipart =
      Answer({{"method", "POST"},
              {"path", "/anything"},
              {"body",
               {{"type", "multipart"},
                {"fields",
                 {{{"name", "note"}, {"value", "{{ note }}"}},
                  {{"name", "meta"}, {"kind", "json"}, {"value", R"({"n": {{ n }}})"}},
                  {{"name", "doc"}, {"kind", "file"}, {"value", "{{ doc }}"}}}}}},
              {"inputs",
               {{{"name", "note"}},
                {{"name", "n"}, {"type", "integer"}},
                {{"name", "doc"}, {"type", "file"}}}}},
             {{"note", "a\r\nb"},
              {"n", 5},
              {"doc", "data:text/plain;name=r%20t.txt;base64,aGVsbG8="}})["body"];
  EXPECT_EQ(multipart["form"], TestJson({{"note", "a\r\nb"}, {"meta", R"({"n": 5})"}}))
      << multipart;
  EXPECT_EQ(multipart["files"], TestJson({{"doc", "hello"}}));

  TestJson graphql = Answer({{"method", "POST"},
                             {"path", "/anything"},
                             {"body",
                              {{"type", "graphql"},
                               {"query", "query($id: ID!) { node(id: $id) { id } }"},
                               {"variables", {{"id", "{{ id }}"}}}}}},
                            {{"id", 9007199254740993}})["body"];
  EXPECT_EQ(graphql["json"]["variables"], TestJson({{"id", 9007199254740993}}));
  TestJson xml =
      Answer({{"method", "POST"},
              {"path", "/anything"},
              {"body",
               {{"type", "raw"}, {"text", "<a>{{ x }}</a>"}, {"content_type", "application/xml"}}}},
             {{"x", "<&>"}})["body"];
  EXPECT_EQ(xml["data"], "<a>&lt;&amp;&gt;</a>");
  EXPECT_EQ(xml["headers"]["Content-Type"], "application/xml");
}

TEST_F(HttpbinQuery, ShowsSetCookieOnlyForNamesThatAreForwarded) {
  Resource({{"forward_cookies", {"shown"}}});
  const TestJson envelope =
      Answer({{"path", "/response-headers?Set-Cookie=shown%3D4&Set-Cookie=hidden%3D5"}});
  EXPECT_EQ(HeaderOf(envelope, "set-cookie"), "shown=4");
  EXPECT_EQ(envelope["headers"].dump().find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::test
