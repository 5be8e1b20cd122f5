#include "sallyport/crypto/digest.h"
#include "support/store_samples.h"
#include "unit/admin/api_fixture.h"

namespace sallyport::admin {
namespace {

using CallerApi = ApiTest;

TEST_F(CallerApi, RoutesAreJudgedBeforeTheCaller) {
  struct Case {
    const char* method;
    const char* path;
    bool known;
    bool allowed;
    bool has_body;
    const char* label;
  };
  const Case cases[] = {
      {"GET", "/api/v1/resources", true, true, false, "/api/v1/resources"},
      {"HEAD", "/api/v1/resources", true, true, false, "/api/v1/resources"},
      {"POST", "/api/v1/resources", true, true, true, "/api/v1/resources"},
      {"PUT", "/api/v1/resources", true, false, false, "/api/v1/resources"},
      {"get", "/api/v1/resources", true, false, false, "/api/v1/resources"},
      {"PATCH", "/api/v1/resources/x", true, true, true, "/api/v1/resources/{slug}"},
      {"POST", "/api/v1/resources/x", true, false, false, "/api/v1/resources/{slug}"},
      {"DELETE", "/api/v1/session", true, true, false, "/api/v1/session"},
      {"HEAD", "/api/v1/sessions/x", true, false, false, "/api/v1/sessions/{id}"},
      {"GET", "/api/v1/resources/", false, false, false, ""},
      {"GET", "/api/v1/resources/x/", false, false, false, ""},
      {"GET", "/api/v1/resourcesx", false, false, false, ""},
      {"GET", "/api/v1", false, false, false, ""},
      {"GET", "", false, false, false, ""},
      {"GET", "/", false, false, false, ""},
      {"GET", "api/v1/resources", false, false, false, ""},
  };
  for (const Case& c : cases) {
    const RouteVerdict verdict = api->Judge(c.method, c.path);
    EXPECT_EQ(verdict.known, c.known) << c.method << c.path;
    EXPECT_EQ(verdict.method_allowed, c.allowed) << c.method << c.path;
    EXPECT_EQ(verdict.has_body, c.has_body) << c.method << c.path;
    EXPECT_EQ(verdict.label, c.label) << c.method << c.path;
  }
  EXPECT_EQ(api->Judge("POST", "/api/v1/resources/x").allow,
            "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
}

TEST_F(CallerApi, RightsDependOnTheCaller) {
  store::Caller maker = Runner();
  maker.act_as_users = true;
  struct Case {
    const char* method;
    const char* path;
    bool admin, runner, maker, session;
  };
  const Case cases[] = {
      {"GET", "/api/v1/resources", true, false, false, false},
      {"POST", "/api/v1/resources", true, false, false, false},
      {"GET", "/api/v1/resources/github", true, false, false, false},
      {"PATCH", "/api/v1/resources/github", true, false, false, false},
      {"POST", "/api/v1/sessions", true, false, true, false},
      {"GET", "/api/v1/sessions", true, false, false, false},
      {"DELETE", "/api/v1/sessions/x", true, false, false, false},
      {"GET", "/api/v1/session", true, true, true, true},
      {"DELETE", "/api/v1/session", false, false, false, true},
      {"GET", "/api/v1/api-keys", true, false, false, false},
      {"POST", "/api/v1/api-keys", true, false, false, false},
      {"GET", "/api/v1/status", true, false, false, false},
      {"GET", "/api/v1/audit", true, false, false, false},
  };
  const store::SnapshotPointer snapshot = store_->snapshot();
  for (const Case& c : cases) {
    const auto may = [&](const store::Caller& caller) {
      return api->JudgeRight(c.method, c.path, caller, *snapshot).has_value();
    };
    EXPECT_EQ(may(Admin()), c.admin) << c.method << c.path;
    EXPECT_EQ(may(Runner()), c.runner) << c.method << c.path;
    EXPECT_EQ(may(maker), c.maker) << c.method << c.path;
    EXPECT_EQ(may(SessionCaller()), c.session) << c.method << c.path;
    EXPECT_EQ(Send(Request(c.method, c.path, "[]"), Runner()).kind == ErrorKind::kForbidden,
              !c.runner)
        << c.method << c.path;
  }
}

TEST_F(CallerApi, ASessionIsMadeShownAndEnded) {
  const Reply made = Call("POST", "/api/v1/sessions",
                          R"({"user":"alice","ttl_seconds":60,"attributes":{"team":"a"}})");
  ASSERT_EQ(made.status, 201) << made.message;
  const std::string token = made.body["token"];
  EXPECT_EQ(token.substr(0, 4), "sps_");
  EXPECT_EQ(made.Field("Set-Cookie"), "__Host-sallyport_session=" + token +
                                          "; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(made.body["session"]["user"], "alice");
  EXPECT_EQ(made.body["session"]["expires_at"], "2026-01-01T00:01:00.000Z");
  const std::string id = made.body["session"]["id"];

  const Reply list = Call("GET", "/api/v1/sessions");
  ASSERT_EQ(list.body["items"].size(), 1U);
  EXPECT_EQ(list.body["items"][0], made.body["session"]);
  EXPECT_EQ(list.text.find(token), std::string::npos);
  const auto digest = crypto::Sha256(token);
  const auto stored = store_->snapshot()->sessions.Find(std::string(digest.begin(), digest.end()));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->resources, (std::vector<std::string>{"*"}));

  store::Caller session = SessionCaller();
  session.id = id;
  session.expires_at = stored->expires_at;
  const Reply who = Send(Request("GET", "/api/v1/session"), session);
  EXPECT_EQ(who.body, (Json{{"kind", "session"},
                            {"id", id},
                            {"role", "runner"},
                            {"user", "alice"},
                            {"expires_at", "2026-01-01T00:01:00.000Z"}}));
  const Reply ended = Send(Request("DELETE", "/api/v1/session"), session);
  EXPECT_EQ(ended.status, 204);
  EXPECT_NE(ended.Field("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(Send(Request("DELETE", "/api/v1/session"), session).status, 204);
  EXPECT_EQ(Call("DELETE", "/api/v1/sessions/" + id).kind, ErrorKind::kNotFound);
}

TEST_F(CallerApi, ASessionHasTheResourcesOfItsKey) {
  store::Caller maker = Runner();
  maker.act_as_users = true;
  ASSERT_TRUE(repository->CreateApiKey(test::SampleApiKey(maker.id), test::Audit("c")));
  const Reply made = Send(Request("POST", "/api/v1/sessions", R"({"user":"a"})"), maker);
  EXPECT_EQ(made.body["session"]["resources"], Json::parse(R"(["github"])"));
  EXPECT_EQ(made.body["session"]["created_by"], "key-7");
  EXPECT_EQ(made.body["session"]["expires_at"], "2026-01-01T08:00:00.000Z");
  EXPECT_EQ(
      Call("DELETE", "/api/v1/sessions/" + made.body["session"]["id"].get<std::string>()).status,
      204);
}

TEST_F(CallerApi, ASessionDoesNotOutliveTheRevocationOfItsKey) {
  const std::string key_id = Call("POST", "/api/v1/api-keys", R"({"name":"n","act_as_users":true})")
                                 .body["api_key"]["id"]
                                 .get<std::string>();
  store::Caller maker = Runner();
  maker.id = key_id;
  maker.act_as_users = true;
  const http::ApiRequest start = Request("POST", "/api/v1/sessions", R"({"user":"a"})");
  const std::string session = Send(start, maker).body["session"]["id"].get<std::string>();
  ASSERT_EQ(Call("DELETE", "/api/v1/api-keys/" + key_id).status, 204);
  EXPECT_EQ(Call("GET", "/api/v1/sessions").body["items"].size(), 0U);
  EXPECT_EQ(Call("GET", "/api/v1/audit").body["items"][0]["change"],
            (Json{{"ended_sessions", {session}}}));
  EXPECT_EQ(Send(start, maker).kind, ErrorKind::kUnauthenticated);
}

TEST_F(CallerApi, SessionMembersHaveBounds) {
  const std::string longest(256, 'u');
  for (const std::string& body : {std::string(R"({"user":"a","ttl_seconds":1})"),
                                  std::string(R"({"user":"Ä b@c","ttl_seconds":2592000})"),
                                  R"({"user":")" + longest + R"("})"}) {
    EXPECT_EQ(Call("POST", "/api/v1/sessions", body).status, 201) << body;
  }
  struct Case {
    std::string body;
    const char* pointer;
  };
  const Case cases[] = {
      {"{}", "/user"},
      {R"({"user":""})", "/user"},
      {R"({"user":5})", "/user"},
      {R"({"user":")" + longest + R"(u"})", "/user"},
      {R"({"user":"a\n"})", "/user"},
      {R"({"user":"a","ttl_seconds":0})", "/ttl_seconds"},
      {R"({"user":"a","ttl_seconds":2592001})", "/ttl_seconds"},
      {R"({"user":"a","ttl_seconds":"60"})", "/ttl_seconds"},
      {R"({"user":"a","attributes":[]})", "/attributes"},
      {R"({"user":"a","attributes":{"x":")" + std::string(16400, 'x') + R"("}})", "/attributes"},
      {R"({"user":"a","ttl":5})", "/ttl"},
  };
  for (const Case& c : cases) {
    const Reply refused = Call("POST", "/api/v1/sessions", c.body);
    EXPECT_EQ(refused.kind, ErrorKind::kValidationFailed) << c.body;
    ASSERT_EQ(refused.violations.size(), 1U) << c.body;
    EXPECT_EQ(refused.violations[0].pointer, c.pointer);
  }
}

TEST_F(CallerApi, AnApiKeyIsShownOnceAndRevoked) {
  const Reply made = Call("POST", "/api/v1/api-keys", R"({"name":"export","resources":["a","a"],
                          "expires_at":"2026-01-02T00:00:00+01:00"})");
  ASSERT_EQ(made.status, 201) << made.message;
  const std::string token = made.body["key"];
  EXPECT_EQ(token.substr(0, 4), "spk_");
  const std::string id = made.body["api_key"]["id"];
  EXPECT_EQ(made.body["api_key"], (Json{{"id", id},
                                        {"name", "export"},
                                        {"role", "runner"},
                                        {"resources", Json::array({"a"})},
                                        {"act_as_users", false},
                                        {"created_at", "2026-01-01T00:00:00.000Z"},
                                        {"expires_at", "2026-01-01T23:00:00.000Z"}}));
  const auto digest = crypto::Sha256(token);
  EXPECT_TRUE(store_->snapshot()->api_keys.Find(std::string(digest.begin(), digest.end())));
  const Reply list = Call("GET", "/api/v1/api-keys?q=EXP");
  ASSERT_EQ(list.body["items"].size(), 1U);
  EXPECT_EQ(list.text.find(token), std::string::npos);
  EXPECT_EQ(Call("DELETE", "/api/v1/api-keys/" + id).status, 204);
  EXPECT_EQ(Call("DELETE", "/api/v1/api-keys/" + id).kind, ErrorKind::kNotFound);
  EXPECT_EQ(Call("DELETE", "/api/v1/api-keys/bootstrap").kind, ErrorKind::kConflict);
  EXPECT_EQ(Call("GET", "/api/v1/audit").text.find(token), std::string::npos);
}

TEST_F(CallerApi, KeysAreRunnersOfAllResourcesUnlessTheySayOtherwise) {
  const auto make = [&](const char* body) {
    return Call("POST", "/api/v1/api-keys", body).body["api_key"];
  };
  EXPECT_EQ(make(R"({"name":"a"})")["role"], "runner");
  EXPECT_EQ(make(R"({"name":"a"})")["act_as_users"], false);
  EXPECT_EQ(make(R"({"name":"a"})")["resources"], Json::array({"*"}));
  EXPECT_EQ(make(R"({"name":"a","resources":[]})")["resources"], Json::array());
  EXPECT_EQ(make(R"({"name":"a","resources":["*"]})")["resources"], Json::array({"*"}));
  EXPECT_EQ(make(R"({"name":"a","role":"admin"})")["resources"], Json::array({"*"}));
  EXPECT_EQ(make(R"({"name":"a","role":"admin"})")["act_as_users"], true);
  EXPECT_EQ(make(R"({"name":"a","act_as_users":true})")["act_as_users"], true);
  for (const char* body :
       {"{}", R"({"name":""})", R"({"name":"a","role":"root"})",
        R"({"name":"a","resources":["A!"]})", R"({"name":"a","resources":"*"})",
        R"({"name":"a","role":"admin","resources":["x"]})", R"({"name":"a","expires_at":"soon"})",
        R"({"name":"a","expires_at":"2026-01-01T00:00:00Z"})",
        R"({"name":"a","act_as_user":true})"}) {
    EXPECT_EQ(Call("POST", "/api/v1/api-keys", body).kind, ErrorKind::kValidationFailed) << body;
  }
  EXPECT_EQ(
      Call("POST", "/api/v1/api-keys", R"({"name":"a","expires_at":"2026-01-01T00:00:00.001Z"})")
          .status,
      201);
}

TEST_F(CallerApi, WhoAmIKnowsKeysToo) {
  store::Caller acting = Admin();
  acting.user = "bob";
  EXPECT_EQ(Send(Request("GET", "/api/v1/session"), acting).body,
            Json::parse(R"({"kind":"api_key","id":"bootstrap","role":"admin","user":"bob",
                            "expires_at":null})"));
}

TEST_F(CallerApi, TheStatusNamesWhatCannotWork) {
  MakeGithub();
  EXPECT_EQ(Call("GET", "/api/v1/status").body["status"], "ok");
  EXPECT_EQ(Call("GET", "/api/v1/status").body["items"], Json::array());

  auto broken = std::make_unique<test::FakeRepository>(clock);
  ASSERT_TRUE(broken->CreateResource("jira", {}, {}));
  ASSERT_TRUE(broken->CreateResource("github", {}, {}));
  ASSERT_TRUE(broken->CreateQuery("github", "users", {}, {}));
  broken->Break("jira");
  broken->BreakQuery("github", "users");
  const auto prepare = [](const auto&) { return std::make_shared<const store::Prepared>(); };
  store::Store second(std::move(broken), prepare, prepare, clock);
  const Api other(second, clock, Options());
  const auto handled = test::RunTask(
      context_, const_cast<Api&>(other).Handle(Request("GET", "/api/v1/status"), Admin()));
  ASSERT_TRUE(handled);
  const Json status = Json::parse(handled->body);
  EXPECT_EQ(status["status"], "degraded");
  ASSERT_EQ(status["items"].size(), 2U);
  EXPECT_EQ(status["items"][0]["resource"], "github");
  EXPECT_EQ(status["items"][0]["query"], "users");
  EXPECT_EQ(status["items"][1]["resource"], "jira");
  EXPECT_TRUE(status["items"][1]["query"].is_null());
  for (const Json& item : status["items"]) EXPECT_EQ(item["code"], "secret_unreadable");
}

TEST_F(CallerApi, TheStatusTellsAtOnceThatNothingCanBeStored) {
  EXPECT_EQ(Call("GET", "/api/v1/status").body["status"], "ok");
  repository->disk_full = true;
  ASSERT_EQ(Call("POST", "/api/v1/sessions", R"({"user":"a"})").kind, ErrorKind::kStoreUnavailable);
  const Json status = Call("GET", "/api/v1/status").body;
  EXPECT_EQ(status["status"], "degraded");
  ASSERT_EQ(status["items"].size(), 1U);
  EXPECT_EQ(status["items"][0]["code"], "store_unavailable");
  EXPECT_TRUE(status["items"][0]["resource"].is_null());
  EXPECT_NE(status["items"][0]["message"].get<std::string>().find("the disk is full"),
            std::string::npos);
  repository->disk_full = false;
  clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Call("GET", "/api/v1/status").body["status"], "ok") << "it recovers by itself";
}

TEST_F(CallerApi, SessionsThatRanOutAreNotListed) {
  for (const char* body :
       {R"({"user":"a","ttl_seconds":30})", R"({"user":"b","ttl_seconds":31})"}) {
    ASSERT_EQ(Call("POST", "/api/v1/sessions", body).status, 201);
  }
  clock.Advance(std::chrono::seconds(30));
  const Json items = Call("GET", "/api/v1/sessions").body["items"];
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["user"], "b");
}

TEST_F(CallerApi, AnAnswerNobodyWantsIsNotMade) {
  http::ApiRequest request = Request("GET", "/api/v1/session");
  request.accept = "text/html";
  EXPECT_EQ(Send(std::move(request), Admin()).kind, ErrorKind::kNotAcceptable);
}

}  // namespace
}  // namespace sallyport::admin
