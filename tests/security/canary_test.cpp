// Distinctive secrets are put everywhere a secret can be; then everything the gateway writes or
// answers is searched.
#include <gtest/gtest.h>

#include "support/gateway_fixture.h"
#include "support/scripted_target.h"
#include "support/secret_search.h"

namespace sallyport::test {
namespace {

class Canary : public GatewayFixture, protected SecretSearch {
 protected:
  void SetUp() override {
    StartGateway("egress: {allow: [\"127.0.0.0/8\"]}\nlog: {level: trace, access: true}\n");
  }

  TestJson FullResource(const std::string& slug, const TestJson& auth,
                        const std::string& base_url) {
    return {{"slug", slug},
            {"name", slug},
            {"base_url", base_url},
            {"params", {{{"name", "key"}, {"value", Secret(slug + "-param")}, {"secret", true}}}},
            {"headers",
             {{{"name", "Authorization"}, {"value", PlainSecret(slug + "-named-header")}},
              {{"name", "X-Token"}, {"value", PlainSecret(slug + "-token-header")}},
              {{"name", "X-Plain"}, {"value", PlainSecret(slug + "-header")}, {"secret", true}}}},
            {"cookies",
             {{{"name", "sid"}, {"value", PlainSecret(slug + "-cookie")}, {"secret", true}}}},
            {"body_fields", {{{"name", "password"}, {"value", Secret(slug + "-body-field")}}}},
            {"auth", auth}};
  }

  /// A secret in every row of a query that can hold one.
  TestJson FullQuery(const std::string& slug, const std::string& body_type) {
    const TestJson fields = {{{"name", "password"}, {"value", Secret(slug + "-q-field")}},
                             {{"name", "f"}, {"value", Secret(slug + "-q-row")}, {"secret", true}}};
    TestJson query = {
        {"slug", slug},
        {"method", "POST"},
        {"path", "/x"},
        {"params",
         {{{"name", "key"}, {"value", Secret(slug + "-q-param")}, {"secret", true}},
          {{"name", "given"}, {"value", "{{ params.pin }}"}}}},
        {"headers",
         {{{"name", "X-Api-Key"}, {"value", PlainSecret(slug + "-q-named-header")}},
          {{"name", "X-Q"}, {"value", PlainSecret(slug + "-q-header")}, {"secret", true}}}},
        {"cookies", {{{"name", "q"}, {"value", PlainSecret(slug + "-q-ck")}, {"secret", true}}}},
        {"inputs", {{{"name", "pin"}, {"type", "string"}, {"secret", true}}}}};
    query["body"] = {{"type", body_type}};
    if (body_type != "none") query["body"]["fields"] = fields;
    return query;
  }

  /// Everything that can be done with a saved query.
  void UseQuery(const std::string& resource, const TestJson& query) {
    const std::string list = "/api/v1/resources/" + resource + "/queries";
    const std::string path = list + "/" + query["slug"].get<std::string>();
    const HttpResponse created = Api("POST", list, query);
    ASSERT_EQ(created.status, 201) << created.body;
    SearchAnswer("create", created);
    const TestJson values = {{"params", {{"pin", PlainSecret(resource + "-input")}}}};
    SearchAnswer("list", Api("GET", list));
    SearchAnswer("read", Api("GET", path));
    SearchAnswer("run", Api("POST", path + "/run", values));
    SearchAnswer("raw run", Api("POST", path + "/run?raw=1", values));
    const HttpResponse preview = Api("POST", path + "/preview", values);
    EXPECT_EQ(preview.status, 200) << preview.body;
    SearchAnswer("preview", preview);
    const TestJson unknown = {{"params", {{"pin", PlainSecret("known")}, {"other", 1}}}};
    SearchAnswer("refused run", Api("POST", path + "/run", unknown));
    const TestJson no_text = {{"params", {{"pin", {PlainSecret("in-list")}}}}};
    SearchAnswer("wrong type", Api("POST", path + "/run", no_text));
    SearchAnswer("patch", Api("PATCH", path, {{"name", "n"}}));
    const TestJson unsaved = {{"query", query}, {"params", values["params"]}};
    SearchAnswer("unsaved", Api("POST", "/api/v1/resources/" + resource + "/request", unsaved));
    SearchAnswer("unsaved preview",
                 Api("POST", "/api/v1/resources/" + resource + "/request/preview", unsaved));
    SearchAnswer("delete", Api("DELETE", path));
    SearchAnswer("again", Api("POST", list, query));
  }
};

TEST_F(Canary, IsFoundNowhereInClear) {
  ScriptedTarget target(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  std::string gone;
  { gone = ScriptedTarget(ScriptedTarget::Always("")).url(); }
  ScriptedTarget broken(ScriptedTarget::Always("garbage\r\n\r\n"));

  const TestJson auths[] = {
      {{"type", "basic"}, {"username", "u"}, {"password", Secret("basic")}},
      {{"type", "bearer"}, {"token", PlainSecret("bearer")}},
      {{"type", "api_key"}, {"send_as", "query"}, {"name", "k"}, {"value", Secret("api-key")}},
  };
  int count = 0;
  for (const TestJson& auth : auths) {
    for (const std::string& url :
         {target.url(), gone, broken.url(), std::string("http://10.0.0.1")}) {
      const std::string slug = "c" + std::to_string(++count);
      const HttpResponse created = Api("POST", "/api/v1/resources", FullResource(slug, auth, url));
      ASSERT_EQ(created.status, 201) << created.body;
      SearchAnswer("create", created);
      SearchAnswer("read", Api("GET", "/api/v1/resources/" + slug));
      SearchAnswer("proxy", Proxy("GET", slug + "/x?y=1"));
      SearchAnswer("patch", Api("PATCH", "/api/v1/resources/" + slug, {{"name", "n"}}));
      SearchAnswer("refused move",
                   Api("PATCH", "/api/v1/resources/" + slug, {{"base_url", "http://b.example"}}));
    }
  }
  ASSERT_NE(target.received().find("canary-bearer-zq9x7y"), std::string::npos)
      << "the secrets were not even used";

  // Refused input must not come back in the refusal.
  for (TestJson bad :
       {FullResource("bad", {{"type", "bearer"}, {"token", Secret("bad") + "\r\n"}},
                     "http://a.example"),
        FullResource("bad", {{"type", "none"}, {"tokn", Secret("bad-member")}}, "http://a.example"),
        FullResource("bad", {{"type", "basic"}, {"password", {Secret("bad-type")}}},
                     "http://a.example")}) {
    const HttpResponse refused = Api("POST", "/api/v1/resources", bad);
    EXPECT_EQ(refused.status, 422);
    SearchAnswer("refusal", refused);
  }
  SearchAnswer("malformed", [&] {
    return HttpJson("POST", gateway_->base_url() + "/api/v1/resources",
                    "{\"auth\": {\"password\": \"" + PlainSecret("malformed") + "\",}",
                    {Bearer(gateway_->admin_key())});
  }());

  // Callers' own tokens: shown once, never again.
  const HttpResponse key =
      Api("POST", "/api/v1/api-keys", {{"name", "k"}, {"role", "runner"}, {"resources", {"*"}}});
  ASSERT_EQ(key.status, 201) << key.body;
  const std::string runner = TestJson::parse(key.body)["key"];
  const HttpResponse session = Api("POST", "/api/v1/sessions", {{"user", "alice"}});
  ASSERT_EQ(session.status, 201) << session.body;
  secrets_.push_back(runner);
  secrets_.push_back(TestJson::parse(session.body)["token"]);
  secrets_.push_back(gateway_->admin_key());
  secrets_.push_back(std::string(kTestMasterKey));
  (void)HttpGet(gateway_->base_url() + "/proxy/c1/x", {Bearer(runner)});
  (void)HttpGet(gateway_->base_url() + "/proxy/c1/x",
                {{"Cookie", "sallyport_session=" + secrets_[secrets_.size() - 3]}});
  SearchAnswer("unauthenticated", HttpGet(gateway_->base_url() + "/api/v1/resources",
                                          {Bearer("spk_" + PlainSecret("unknown-key"))}));

  for (const char* path :
       {"/api/v1/resources", "/api/v1/resources?q=canary", "/api/v1/api-keys", "/api/v1/sessions",
        "/api/v1/session", "/api/v1/audit?limit=200", "/api/v1/status", "/metrics", "/openapi.json",
        "/readyz?verbose", "/healthz"}) {
    const HttpResponse response = Api("GET", path);
    EXPECT_EQ(response.status, 200) << path;
    SearchAnswer(path, response);
  }
  SearchDirectory("running:", gateway_->data_dir());
  ASSERT_EQ(gateway_->Stop(), 0);
  SearchDirectory("stopped:", gateway_->data_dir());
  Search("log", gateway_->stderr_text());
  Search("stdout", gateway_->stdout_text());
  EXPECT_NE(gateway_->stderr_text().find("\"debug\""), std::string::npos)
      << "the log was not at its most talkative";
  EXPECT_GT(searched_, 60);
}

TEST_F(Canary, OfQueriesIsFoundNowhereInClear) {
  ScriptedTarget target(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  std::string gone;
  { gone = ScriptedTarget(ScriptedTarget::Always("")).url(); }
  ScriptedTarget broken(ScriptedTarget::Always("garbage\r\n\r\n"));
  int count = 0;
  for (const std::string& url : {target.url(), gone, broken.url()}) {
    const std::string resource = "r" + std::to_string(++count);
    CreateResource(resource, url);
    for (const char* body : {"none", "form", "multipart"}) {
      UseQuery(resource, FullQuery(std::string(body) + std::to_string(count), body));
    }
  }
  for (const char* used : {"canary-none1-q-named-header", "canary-none1-q-header",
                           "canary-none1-q-param", "canary-none1-q-ck", "canary-form1-q-field",
                           "canary-multipart1-q-row", "canary-r1-input"}) {
    EXPECT_NE(target.received().find(used), std::string::npos) << used << " was not even used";
  }

  TestJson bad = FullQuery("bad", "form");
  bad["headers"][1]["value"] = PlainSecret("bad-header") + "\r\n";
  const HttpResponse refused = Api("POST", "/api/v1/resources/r1/queries", bad);
  EXPECT_EQ(refused.status, 422);
  SearchAnswer("refusal", refused);
  for (const char* path : {"/api/v1/resources/r1/queries?q=canary", "/api/v1/audit?limit=200",
                           "/api/v1/status", "/metrics"}) {
    SearchAnswer(path, Api("GET", path));
  }
  SearchDirectory("running:", gateway_->data_dir());
  ASSERT_EQ(gateway_->Stop(), 0);
  SearchDirectory("stopped:", gateway_->data_dir());
  Search("log", gateway_->stderr_text());
  EXPECT_NE(gateway_->stderr_text().find("\"debug\""), std::string::npos)
      << "the log was not at its most talkative";
  EXPECT_GT(searched_, 100);
}

/// The mask can be searched for too: every secret member reads as eight stars.
TEST_F(Canary, ReadsAsStars) {
  CreateResource("m", "https://a.example",
                 FullResource("m", {{"type", "basic"}, {"username", "u"}, {"password", "p"}},
                              "https://a.example"));
  const TestJson read = TestJson::parse(Api("GET", "/api/v1/resources/m").body);
  EXPECT_EQ(read["auth"]["password"], "********");
  EXPECT_EQ(read["auth"]["username"], "u");
  EXPECT_EQ(read["params"][0]["value"], "********");
  for (const TestJson& row : read["headers"]) EXPECT_EQ(row["value"], "********") << row;
  EXPECT_EQ(read["cookies"][0]["value"], "********");
  EXPECT_EQ(read["body_fields"][0]["value"], "********");
}

}  // namespace
}  // namespace sallyport::test
