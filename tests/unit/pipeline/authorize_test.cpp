#include <gtest/gtest.h>

#include "unit/pipeline/run_bench.h"

namespace sallyport::pipeline::test {
namespace {

constexpr std::string_view kRefused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n";

/// The bench with a resource "r" that uses OAuth; `members` replace those of its auth.
class OAuthBench : public Bench {
 public:
  explicit OAuthBench(std::string_view auth_members = "{}", std::string_view members = "{}") {
    Json auth = Json::parse(R"({"type":"oauth2","grant":"authorization_code",
      "authorization_url":"https://id.example/a","token_url":"https://id.example/t",
      "client_id":"c","client_auth":"none","credentials":"per_session","attach":"auto",
      "unauthorized_statuses":[401]})");
    auth.update(Json::parse(auth_members));
    Json resource = Json::object();
    resource["auth"] = auth;
    resource["proxy"] = Json::parse(R"({"enabled":true,"methods":["GET","POST"],"paths":["/"]})");
    resource.update(Json::parse(members));
    AddResource("r", resource.dump());
    entry_ = *snapshot.resources.Find("r");
  }

  /// Tokens of a version whose access token is "access<version>".
  [[nodiscard]] oauth::TokenSetPointer Tokens(std::int64_t version) const {
    auto set = std::make_shared<store::TokenSet>();
    set->resource_id = entry_.id;
    set->owner = {store::OwnerKind::kSession, "id-sps_alice"};
    set->version = version;
    set->fingerprint = Compiled().oauth->fingerprint;
    set->tokens.access_token = Secret("access" + std::to_string(version));
    set->expires_at = clock.Now() + std::chrono::hours(1);
    return set;
  }
  void SignIn(std::int64_t version) {
    const oauth::TokenSetPointer set = Tokens(version);
    snapshot.tokens.Put(store::TokenKey(entry_.id, set->owner), set);
  }

 private:
  [[nodiscard]] const request::CompiledResource& Compiled() const {
    return dynamic_cast<const request::CompiledResource&>(*entry_.prepared);
  }
  store::ResourceEntry entry_;
};

FakeExchange Get(std::string_view lines = kSession) {
  return FakeExchange("GET", "/proxy/r/x", lines);
}

bool Sent(const SeenRequest& request, std::string_view line) {
  return request.head.find(std::string("\r\n") + std::string(line) + "\r\n") != std::string::npos;
}

TEST(Authorize, TokensAtHandAreSentWithoutAskingTheService) {
  OAuthBench bench;
  bench.SignIn(1);
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_TRUE(Sent(bench.target.seen.at(0), "Authorization: Bearer access1"));
  EXPECT_TRUE(bench.tokens.needs.empty());
}

TEST(Authorize, WithoutTokensNothingIsSentAndTheCallerLearnsWhereToSignIn) {
  OAuthBench bench;
  FakeExchange exchange = Get(std::string(kSession) + "Origin: https://admin.example\r\n");
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 424);
  EXPECT_EQ(exchange.Code(), "login_required");
  EXPECT_EQ(bench.target.calls, 0);
  const Json problem = Json::parse(exchange.sent);
  EXPECT_EQ(problem["resource"], "r");
  EXPECT_EQ(problem["login_url"], "http://gateway.example/connect/ticket1");
  const oauth::LoginRequest& login = bench.tokens.tickets.at(0);
  EXPECT_EQ(login.user, "alice");
  EXPECT_EQ(login.message_origin, "https://admin.example");
  EXPECT_EQ(login.owner, (store::TokenOwnerId{store::OwnerKind::kSession, "id-sps_alice"}));
  EXPECT_EQ(login.audit.action, "connection.create");
  EXPECT_EQ(login.audit.actor_kind, "session");
}

TEST(Authorize, SharedTokensOfferALoginToAdminsOnly) {
  for (const bool admin : {true, false}) {
    OAuthBench bench(R"({"credentials":"shared"})");
    FakeExchange exchange = Get(admin ? std::string_view(kAdmin) : kSession);
    bench.Run(exchange);
    EXPECT_EQ(exchange.Code(), "login_required");
    const Json problem = Json::parse(exchange.sent);
    EXPECT_EQ(problem["resource"], "r");
    EXPECT_EQ(problem.contains("login_url"), admin);
  }
}

TEST(Authorize, AKeyThatActsForNobodyIsToldToNameTheUser) {
  OAuthBench bench;
  FakeExchange exchange = Get(kAdmin);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 422);
  EXPECT_TRUE(Json::parse(exchange.sent)["errors"].contains("Sallyport-User"));
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(Authorize, AFailedRefreshIsToldWithItsReason) {
  OAuthBench bench;
  bench.tokens.Refuse(ErrorKind::kTokenRefreshFailed, "the provider is down");
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 424);
  EXPECT_EQ(exchange.Code(), "token_refresh_failed");
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(Authorize, ARefusedTokenIsRenewedAndTheCallSentOnceMore) {
  OAuthBench bench;
  bench.SignIn(1);
  bench.tokens.Give(bench.Tokens(2), true);
  bench.target.plan.emplace_back(Script(std::string(kRefused), {"no"}));
  FakeExchange exchange("POST", "/proxy/r/x", std::string(kSession) + "Content-Length: 4\r\n",
                        "body");
  exchange.body_arrives_with_head = false;
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(exchange.sent, "ok");
  ASSERT_EQ(bench.target.seen.size(), 2U);
  EXPECT_TRUE(Sent(bench.target.seen[0], "Authorization: Bearer access1"));
  EXPECT_TRUE(Sent(bench.target.seen[1], "Authorization: Bearer access2"));
  EXPECT_EQ(bench.target.seen[0].body, "body");
  EXPECT_EQ(bench.target.seen[1].body, "body");
  ASSERT_EQ(bench.tokens.needs.size(), 1U);
  EXPECT_EQ(bench.tokens.needs[0].refused_version, 1);
}

TEST(Authorize, ATargetThatRefusesEveryTokenIsAskedTwice) {
  OAuthBench bench;
  bench.SignIn(1);
  bench.tokens.Give(bench.Tokens(2), true);
  bench.target.script = Script(std::string(kRefused), {"no"});
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 401);
  EXPECT_EQ(exchange.sent, "no");
  EXPECT_EQ(bench.target.calls, 2);
  EXPECT_EQ(bench.tokens.needs.size(), 1U);
}

TEST(Authorize, ARefusalWhoseRefreshFailsIsTheAnswer) {
  OAuthBench bench;
  bench.SignIn(1);
  bench.tokens.Refuse(ErrorKind::kTokenRefreshFailed, "the provider is down");
  bench.target.script = Script(std::string(kRefused), {"no"});
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 401);
  EXPECT_EQ(exchange.sent, "no");
  EXPECT_EQ(exchange.Field("Sallyport-Source"), "upstream");
}

TEST(Authorize, ARefusalWhoseGrantIsDeadAsksForALogin) {
  OAuthBench bench;
  bench.SignIn(1);
  bench.tokens.Refuse(ErrorKind::kLoginRequired, "the sign-in is no longer valid");
  bench.target.script = Script(std::string(kRefused), {"no"});
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 424);
  EXPECT_TRUE(Json::parse(exchange.sent).contains("login_url"));
}

TEST(Authorize, AStreamedBodyIsNotSentTwiceButTheTokensAreRenewed) {
  OAuthBench bench;
  bench.SignIn(1);
  bench.tokens.Give(bench.Tokens(2), true);
  bench.target.script = Script(std::string(kRefused), {"no"});
  FakeExchange exchange("POST", "/proxy/r/x", std::string(kSession) + "Content-Length: 65537\r\n",
                        std::string(65537, 'x'));
  exchange.body_arrives_with_head = false;
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 401);
  EXPECT_EQ(bench.target.calls, 1);
  EXPECT_EQ(bench.tokens.needs.size(), 1U);
}

TEST(Authorize, OnlyTheStatusesOfTheResourceMeanARefusal) {
  OAuthBench bench(R"({"unauthorized_statuses":[403]})");
  bench.SignIn(1);
  bench.target.script = Script(std::string(kRefused), {"no"});
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 401);
  EXPECT_TRUE(bench.tokens.needs.empty());
}

TEST(Authorize, ARequestThatIsRefusedAnywayCostsNoTokensAndNoLogin) {
  for (const std::string_view target : {"/proxy/r/a/../../x", "/proxy/r/%2e%2e/x"}) {
    OAuthBench bench;
    FakeExchange exchange("GET", target, kSession);
    bench.Run(exchange);
    EXPECT_EQ(exchange.Code(), "outside_base_url") << target;
    EXPECT_TRUE(bench.tokens.needs.empty()) << target;
    EXPECT_TRUE(bench.tokens.tickets.empty()) << target;
  }
}

TEST(Authorize, AWaitForTokensEndsWithTheCallsTime) {
  OAuthBench bench("{}", R"({"timeouts":{"total_ms":20}})");
  bench.tokens.silent = true;
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 504);
  EXPECT_EQ(exchange.Code(), "upstream_timeout");
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(Authorize, ARefusalWhoseRefreshTakesTooLongIsTheAnswer) {
  OAuthBench bench("{}", R"({"timeouts":{"total_ms":20}})");
  bench.SignIn(1);
  bench.tokens.silent = true;
  bench.target.plan.emplace_back(Script(std::string(kRefused), {"no"}));
  FakeExchange exchange = Get();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 401);
  EXPECT_EQ(exchange.sent, "no");
}

TEST(Authorize, MagicStringsOfTheResourceTakeTheTokenAsAttachSays) {
  struct Case {
    std::string_view attach;
    bool has_placeholder, adds_field;
  };
  for (const Case& c :
       {Case{"auto", false, true}, Case{"auto", true, false}, Case{"header", true, true},
        Case{"placeholder", true, false}, Case{"placeholder", false, false}}) {
    OAuthBench bench(R"({"attach":")" + std::string(c.attach) + R"("})",
                     c.has_placeholder
                         ? R"({"headers":[{"name":"X-T","value":"t={-oauth_access_token-}"}]})"
                         : "{}");
    bench.SignIn(1);
    FakeExchange exchange = Get();
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, 200);
    const SeenRequest& seen = bench.target.seen.at(0);
    EXPECT_EQ(Sent(seen, "X-T: t=access1"), c.has_placeholder) << c.attach;
    EXPECT_EQ(Sent(seen, "Authorization: Bearer access1"), c.adds_field) << c.attach;
  }
}

FakeExchange RunOfQ() { return RunOf("q", "{}", kSession); }

TEST(AuthorizeRun, AnEnvelopeSaysWhereTheTokenCameFrom) {
  struct Case {
    std::string_view token;
    bool signed_in;
  };
  for (const Case& c : {Case{"cached", true}, Case{"refreshed", false}}) {
    OAuthBench bench;
    bench.AddQuery("q", R"({"path":"/x"})");
    if (c.signed_in) {
      bench.SignIn(1);
    } else {
      bench.tokens.Give(bench.Tokens(1), true);
    }
    FakeExchange exchange = RunOfQ();
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, 200) << exchange.sent;
    const Json envelope = Json::parse(exchange.sent);
    EXPECT_EQ(envelope["token"], c.token);
    EXPECT_EQ(envelope["attempts"], 1);
    EXPECT_EQ(exchange.sent.find("access1"), std::string::npos);
    EXPECT_TRUE(Sent(bench.target.seen.at(0), "Authorization: Bearer access1"));
  }
}

TEST(AuthorizeRun, ARequestThatIsRefusedAnywayCostsNoTokensAndNoLogin) {
  struct Case {
    std::string_view body;
    std::string_view code;
  };
  for (const Case& c : {Case{"{bad", "malformed_json"}, Case{"{}", "missing_parameter"},
                        Case{R"({"params":{"id":".."}})", "unsafe_value"},
                        Case{R"({"params":{"id":"1","other":2}})", "unknown_parameter"}}) {
    OAuthBench bench;
    bench.AddQuery("q", R"({"path":"/x/{{ id }}","inputs":[{"name":"id"}]})");
    FakeExchange exchange = RunOf("q", std::string(c.body), kSession);
    bench.Run(exchange);
    EXPECT_EQ(exchange.Code(), c.code) << c.body;
    EXPECT_TRUE(bench.tokens.needs.empty()) << c.body;
    EXPECT_TRUE(bench.tokens.tickets.empty()) << c.body;
  }
}

TEST(AuthorizeRun, TheTimeOfARunHoldsForItsTokensToo) {
  OAuthBench bench;
  bench.AddQuery("q", R"({"path":"/x","timeout_ms":20})");
  bench.tokens.silent = true;
  FakeExchange exchange = RunOfQ();
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "upstream_timeout");
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(AuthorizeRun, TokensThatWereRenewedButNotSentAreNotCalledRefreshed) {
  OAuthBench bench;
  bench.AddQuery("q", R"({"method":"POST","path":"/x","inputs":[{"name":"f","type":"file"}],
    "body":{"type":"binary","param":"f"}})");
  bench.SignIn(1);
  bench.tokens.Give(bench.Tokens(2), true);
  bench.target.plan.emplace_back(Script(std::string(kRefused), {"no"}));
  std::string form = Part("f", std::string(200000, 'x'), "f.bin") + FormEnd();
  const std::string lines = std::string(kSession) + "Content-Type: multipart/form-data; boundary=" +
                            std::string(kBoundary) + "\r\n";
  const std::string fields = WithBody(lines, form);
  FakeExchange exchange("POST", "/api/v1/resources/r/queries/q/run", fields, std::move(form));
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  const Json envelope = Json::parse(exchange.sent);
  EXPECT_EQ(envelope["status"], 401);
  EXPECT_EQ(envelope["token"], "cached");
}

TEST(AuthorizeRun, MagicStringsOfAQueryAreReplacedEverywhereAndMaskedInWhatIsShown) {
  OAuthBench bench;
  bench.AddQuery("q", R"({"method":"POST","path":"/x",
    "params":[{"name":"t","value":"{-oauth_access_token-}"}],
    "headers":[{"name":"X-T","value":"<-oauth_access_token->"}],
    "body":{"type":"json","text":"{\"t\":\"{-oauth_access_token-}\"}"}})");
  bench.SignIn(1);
  FakeExchange exchange = RunOfQ();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  const SeenRequest& seen = bench.target.seen.at(0);
  EXPECT_TRUE(seen.head.starts_with("POST /v1/x?t=access1 HTTP/1.1\r\n")) << seen.head;
  EXPECT_TRUE(Sent(seen, "X-T: access1"));
  EXPECT_FALSE(Sent(seen, "Authorization: Bearer access1"));
  EXPECT_EQ(seen.body, R"({"t":"access1"})");
  EXPECT_EQ(exchange.sent.find("access1"), std::string::npos);
}

TEST(AuthorizeRun, ARefusalBehindARedirectIsReplayedAtItsHopOnly) {
  OAuthBench bench;
  bench.AddQuery("q", R"({"method":"POST","path":"/x"})");
  bench.SignIn(1);
  bench.tokens.Give(bench.Tokens(2), true);
  bench.target.plan.emplace_back(
      Script("HTTP/1.1 303 See Other\r\nLocation: /v1/y\r\nContent-Length: 0\r\n\r\n", {}));
  bench.target.plan.emplace_back(Script(std::string(kRefused), {"no"}));
  FakeExchange exchange = RunOfQ();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  ASSERT_EQ(bench.target.seen.size(), 3U);
  EXPECT_TRUE(bench.target.seen[0].head.starts_with("POST /v1/x "));
  EXPECT_TRUE(bench.target.seen[1].head.starts_with("GET /v1/y "));
  EXPECT_TRUE(bench.target.seen[2].head.starts_with("GET /v1/y "));
  EXPECT_TRUE(Sent(bench.target.seen[2], "Authorization: Bearer access2"));
  const Json envelope = Json::parse(exchange.sent);
  EXPECT_EQ(envelope["status"], 200);
  EXPECT_EQ(envelope["token"], "refreshed");
  EXPECT_EQ(envelope["attempts"], 2);
  EXPECT_EQ(envelope["redirects"].size(), 1U);
}

TEST(AuthorizeRun, AnOriginThatGetsNoTokenCannotRefuseOne) {
  OAuthBench bench("{}", R"({"redirects":{"follow":"any","max":5}})");
  bench.AddQuery("q", R"({"path":"/x"})");
  bench.SignIn(1);
  bench.target.plan.emplace_back(Script(
      "HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\nContent-Length: 0\r\n\r\n", {}));
  bench.target.plan.emplace_back(Script(std::string(kRefused), {"no"}));
  FakeExchange exchange = RunOfQ();
  bench.Run(exchange);
  EXPECT_EQ(Json::parse(exchange.sent)["status"], 401);
  ASSERT_EQ(bench.target.seen.size(), 2U);
  EXPECT_EQ(bench.target.seen[1].head.find("access1"), std::string::npos);
  EXPECT_TRUE(bench.tokens.needs.empty());
}

TEST(AuthorizeRun, APreviewNeedsNoLoginAndShowsTheTokenMasked) {
  OAuthBench bench;
  bench.AddQuery("q", R"({"path":"/x","params":[{"name":"t","value":"{-oauth_access_token-}"}]})");
  FakeExchange exchange = Post("/api/v1/resources/r/queries/q/preview", "{}", kSession);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_EQ(Json::parse(exchange.sent)["request"]["url"],
            "http://target.example/v1/x?t=" + std::string(store::kMask));
  EXPECT_TRUE(bench.tokens.needs.empty());
}

TEST(AuthorizeRun, AnIdTokenThatTheProviderDidNotGiveIsNamed) {
  OAuthBench bench;
  bench.AddQuery("q", R"({"path":"/x","headers":[{"name":"X","value":"{-oauth_id_token-}"}]})");
  bench.SignIn(1);
  FakeExchange exchange = RunOfQ();
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 422);
  EXPECT_EQ(exchange.Code(), "missing_parameter");
  EXPECT_EQ(bench.target.calls, 0);
}

}  // namespace
}  // namespace sallyport::pipeline::test
