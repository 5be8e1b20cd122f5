// Sign-ins and connections through the JSON API and its pages.
#include "unit/admin/oauth_api_fixture.h"

namespace sallyport::admin {
namespace {

using store::CallerKind;
using Reply = OAuthReply;

TEST_F(OAuthApi, JudgesWhoMaySignInWhere) {
  store::Caller stranger = User();
  stranger.resources = {"other"};
  store::Caller nobody = User();
  nobody.user.reset();
  EXPECT_EQ(Call("POST", kLogin, "{}", stranger).kind, ErrorKind::kNotFound);
  EXPECT_EQ(Call("POST", "/api/v1/resources/none/login", "{}", User()).kind, ErrorKind::kNotFound);
  EXPECT_EQ(Call("POST", kLogin, "{}", nobody).kind, ErrorKind::kValidationFailed);
  EXPECT_EQ(Call("POST", kLogin, "", User()).status, 200) << "a body may be left out";

  Remake([](Json& auth) { auth["credentials"] = "shared"; });
  EXPECT_EQ(Call("POST", kLogin, "{}", User()).kind, ErrorKind::kForbidden);
  EXPECT_EQ(Call("DELETE", kConnection, "", User()).kind, ErrorKind::kForbidden);
  EXPECT_EQ(Call("GET", kConnection, "", User()).status, 200);
  EXPECT_EQ(Call("POST", kLogin, "{}", Admin()).status, 200);

  Remake([](Json& auth) { auth["grant"] = "client_credentials"; });
  EXPECT_EQ(Call("POST", kLogin, "{}", Admin()).kind, ErrorKind::kConflict);

  Remake([](Json& auth) { auth = Json{{"type", "none"}}; });
  for (const char* path : {kLogin, kConnection}) {
    EXPECT_EQ(Call("GET", path, "", User()).kind, ErrorKind::kConflict) << path;
  }
}

TEST_F(OAuthApi, TakesReturnToOnlyToKnownOrigins) {
  for (const char* good : {R"({"return_to":"https://admin.example/x"})", R"({"return_to":"/done"})",
                           R"({"origin":"https://admin.example"})", R"({"return_to":null})"}) {
    EXPECT_EQ(Call("POST", kLogin, good, User()).status, 200) << good;
  }
  for (const char* bad :
       {R"({"return_to":"https://evil.example/x"})", R"({"return_to":"//evil.example"})",
        R"({"origin":"https://evil.example"})", R"({"return_to":5})", R"({"other":"x"})"}) {
    EXPECT_EQ(Call("POST", kLogin, bad, User()).kind, ErrorKind::kValidationFailed) << bad;
  }
}

TEST_F(OAuthApi, ABrowserWithoutSessionIsAskedFirst) {
  const std::string link = Link();
  const Reply page = Browse("GET", link);
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.text.find("alice"), std::string::npos);
  EXPECT_NE(page.text.find("The IdP"), std::string::npos);
  EXPECT_NE(page.Field("Content-Security-Policy"), "");
  EXPECT_EQ(page.All("Cache-Control").size(), 0U) << "every answer of the gateway gets one";

  EXPECT_EQ(Browse("POST", link, {}, "cross-site").status, 400);
  EXPECT_EQ(Browse("POST", link, {}, {}, "https://evil.example").status, 400);
  EXPECT_EQ(Browse("POST", link, {}, {}, "null").status, 400) << "without the page's cookie";
  const Reply gone = Browse("POST", link, {CookieOf(page)}, {}, "null");
  EXPECT_EQ(gone.status, 302);
  EXPECT_TRUE(gone.Field("Location").starts_with("https://idp.example/authorize?"));
  EXPECT_EQ(Browse("POST", link, {}, "same-origin").status, 400) << "it works once";
}

TEST_F(OAuthApi, ASessionDecidesWithoutAQuestion) {
  const std::string link = Link();
  EXPECT_EQ(Browse("GET", link, {SessionOf("mallory")}).status, 400);
  EXPECT_EQ(
      Browse("POST", link, {"__Host-sallyport_session=token of session s-mallory"}, "same-origin")
          .status,
      400);
  const Reply gone = Browse("GET", link, {SessionOf("alice")});
  EXPECT_EQ(gone.status, 302) << "a refused browser does not use the ticket up";
  EXPECT_EQ(gone.Field("Referrer-Policy"), "no-referrer");
}

TEST_F(OAuthApi, AHeadOrAPrefetchUsesNoTicketUp) {
  options_.confirm_login = false;
  api_->SetOptions(options_);
  const std::string link = Link();
  http::ApiRequest head = Request("GET", link);
  head.head_only = true;
  EXPECT_EQ(Send(head, store::Caller()).status, 200);
  http::ApiRequest prefetch = Request("GET", link);
  prefetch.prefetch = true;
  EXPECT_EQ(Send(prefetch, store::Caller()).status, 200);
  EXPECT_EQ(Browse("GET", link).status, 302);
  EXPECT_EQ(Browse("GET", link).status, 400);
}

TEST_F(OAuthApi, TwoSignInsAtOnceInOneBrowserBothWork) {
  const std::string session = SessionOf("alice");
  const Reply first = Browse("GET", Link(R"({"return_to":"/done"})"), {session});
  const Reply second = Browse("GET", Link(), {session});
  const std::string cookies = CookieOf(first) + "; " + CookieOf(second);
  script.Answer(200, R"({"access_token":"a","expires_in":3600})");
  const Reply page = Browse("GET", "/oauth/callback?code=c&state=" + StateOf(second), {cookies});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.text.find("sallyport:login"), std::string::npos);
  const Reply done = Browse("GET", "/oauth/callback?code=c&state=" + StateOf(first), {cookies});
  EXPECT_EQ(done.status, 302);
  EXPECT_EQ(done.Field("Location"), "https://gw.example/done");
  EXPECT_NE(done.Field("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(script.count(), 2U);
}

TEST_F(OAuthApi, ACallbackThatIsNotRightAnswersAPage) {
  const Reply gone = Browse("GET", Link(), {SessionOf("alice")});
  const std::string state = StateOf(gone);
  const std::vector<std::string> queries = {
      "code=c", "code=c&state=x", "state=" + state + "&code=c&code=d", "code=c&state=" + state};
  for (const std::string& query : queries) {
    const Reply page = Browse("GET", "/oauth/callback?" + query);
    EXPECT_EQ(page.status, 400) << query;
    EXPECT_NE(page.text.find("<html"), std::string::npos);
  }
  const Reply denied = Browse(
      "GET", "/oauth/callback?error=access_denied&error_description=no%3Cb%3E&state=" + state,
      {CookieOf(gone)});
  EXPECT_EQ(denied.status, 400);
  EXPECT_NE(denied.text.find("no&lt;b&gt;"), std::string::npos) << denied.text;
  EXPECT_EQ(script.count(), 0U);
  EXPECT_EQ(Stored(), nullptr);
}

TEST_F(OAuthApi, TheLoginTestAsksTheTargetNow) {
  struct Case {
    int answer;
    const char* state;
  };
  MakeTestable("https://api.example/me/{{ user.id }}");
  EXPECT_EQ(Call("GET", kLogin, "", User()).body["state"], "signed_out");
  EXPECT_EQ(script.count(), 0U) << "without a token there is no call";
  SignIn();
  for (const Case& c : {Case{200, "signed_in"}, Case{209, "signed_in"}, Case{210, "signed_out"},
                        Case{302, "signed_out"}, Case{403, "signed_out"}}) {
    script.Forget();
    script.Answer(c.answer, "");
    const Reply reply = Call("GET", kLogin, "", User());
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body["state"], c.state) << c.answer;
    EXPECT_EQ(reply.body["upstream_status"], c.answer);
    EXPECT_TRUE(reply.body["reason"].is_null());
    EXPECT_TRUE(reply.body["login_url"].is_string());
    ASSERT_EQ(script.count(), 1U);
    EXPECT_EQ(script.seen()[0].url, "https://api.example/me/alice");
    EXPECT_NE(script.seen()[0].head.find("Authorization: Bearer access-1\r\n"), std::string::npos);
    EXPECT_NE(script.seen()[0].head.find("Accept: */*\r\n"), std::string::npos);
  }
  script.Forget();
  script.Fail({ErrorKind::kConnectFailed, ErrorSource::kTarget, "refused"});
  const Reply silent = Call("GET", kLogin, "", User());
  EXPECT_EQ(silent.body["state"], "unknown");
  EXPECT_TRUE(silent.body["upstream_status"].is_null());
  EXPECT_EQ(silent.body["reason"], "refused");
}

TEST_F(OAuthApi, TheLoginTestRenewsARefusedTokenFirst) {
  MakeTestable("https://api.example/me");
  SignIn();
  script.Answer(401, "");
  script.Answer(200, R"({"access_token":"access-2","expires_in":3600})");
  script.Answer(204, "");
  const Reply renewed = Call("GET", kLogin, "", User());
  EXPECT_EQ(renewed.body["state"], "signed_in");
  EXPECT_EQ(renewed.body["upstream_status"], 204);
  ASSERT_EQ(script.count(), 3U);
  EXPECT_EQ(script.seen()[1].url, "https://idp.example/token");
  EXPECT_NE(script.seen()[2].head.find("Authorization: Bearer access-2\r\n"), std::string::npos);

  script.Forget();
  script.Answer(401, "");
  script.Answer(200, R"({"access_token":"access-3","expires_in":3600})");
  script.Answer(401, "");
  const Reply refused = Call("GET", kLogin, "", User());
  EXPECT_EQ(refused.body["state"], "signed_out");
  EXPECT_EQ(refused.body["upstream_status"], 401);
  EXPECT_EQ(script.count(), 3U) << "once, and no loop";

  script.Forget();
  script.Answer(401, "");
  script.Answer(503, "");
  const Reply not_renewed = Call("GET", kLogin, "", User());
  EXPECT_EQ(not_renewed.body["state"], "signed_out");
  EXPECT_EQ(not_renewed.body["upstream_status"], 401);
  EXPECT_EQ(script.count(), 2U);
}

TEST_F(OAuthApi, TheLoginTestSendsNoTokenElsewhere) {
  MakeTestable("https://elsewhere.example/me");
  SignIn();
  const Reply reply = Call("GET", kLogin, "", User());
  EXPECT_EQ(reply.body["state"], "unknown");
  EXPECT_EQ(reply.body["reason"],
            "login_test_url is at https://elsewhere.example, where tokens do not go: it is neither "
            "base_url's origin nor in extra_origins; add \"https://elsewhere.example\" to "
            "extra_origins");
  EXPECT_EQ(script.count(), 0U);
}

TEST_F(OAuthApi, TheLoginTestSaysWhyNoTokenCouldBeHad) {
  MakeTestable("https://api.example/me");
  SignIn();
  clock.Advance(std::chrono::minutes(61));
  script.Answer(503, "");
  const Reply reply = Call("GET", kLogin, "", User());
  EXPECT_EQ(reply.body["state"], "unknown");
  EXPECT_EQ(reply.body["reason"], "The provider gave no token: the provider answered 503");
}

/// Of calls to a target, which this is: not the provider's.
TEST_F(OAuthApi, TheLoginTestTakesAtMostTheTimeOfTheResource) {
  MakeTestable("https://api.example/me",
               Json{{"connect_ms", 400}, {"first_byte_ms", nullptr}, {"total_ms", 500}});
  SignIn();
  script.Answer(200, "");
  EXPECT_EQ(Call("GET", kLogin, "", User()).body["state"], "signed_in");
  ASSERT_EQ(script.count(), 1U);
  ASSERT_TRUE(script.seen()[0].target_timeouts);
  EXPECT_EQ(script.seen()[0].target_timeouts->connect_ms, 400);
  EXPECT_FALSE(script.seen()[0].target_timeouts->first_byte_ms);
  EXPECT_EQ(script.seen()[0].target_timeouts->total_ms, 500);
}

TEST_F(OAuthApi, WithoutATestUrlNobodyKnows) {
  EXPECT_EQ(Call("GET", kLogin, "", User()).body["state"], "signed_out");
  SignIn();
  const Reply reply = Call("GET", kLogin, "", User());
  EXPECT_EQ(reply.body["state"], "unknown");
  EXPECT_EQ(reply.body["reason"], "the resource has no login_test_url");
}

TEST_F(OAuthApi, AConnectionIsShownWithoutTokensAndForgotten) {
  Remake([](Json& auth) { auth["revocation_url"] = "https://idp.example/revoke"; });
  EXPECT_EQ(Call("GET", kConnection, "", User()).body["connected"], false);
  SignIn();
  const Reply reply = Call("GET", kConnection, "", User());
  EXPECT_EQ(reply.body["connected"], true);
  EXPECT_EQ(reply.body["scopes"], Json::array({"read"}));
  EXPECT_EQ(reply.body["credentials"], "per_user");
  EXPECT_TRUE(reply.body["expires_at"].is_string());
  EXPECT_EQ(reply.text.find("access-1"), std::string::npos);
  EXPECT_EQ(Call("GET", kConnection, "", User("bob")).body["connected"], false);

  EXPECT_EQ(Call("GET", "/api/v1/connections", "", User()).body["items"].size(), 1U);
  EXPECT_EQ(Call("GET", "/api/v1/connections", "", User("bob")).body["items"].size(), 0U);
  const Reply all = Call("GET", "/api/v1/connections", "", Admin());
  ASSERT_EQ(all.body["items"].size(), 1U);
  EXPECT_EQ(all.body["items"][0]["resource"], "idp");
  EXPECT_EQ(all.body["items"][0]["connected"], true);
  EXPECT_EQ(all.text.find("refresh-1"), std::string::npos);

  script.Answer(503, "");
  EXPECT_EQ(Call("DELETE", kConnection, "", User()).status, 204) << "best effort";
  EXPECT_EQ(Stored(), nullptr);
  EXPECT_EQ(script.count(), 2U);
  EXPECT_EQ(Call("DELETE", kConnection, "", User()).status, 204);
  EXPECT_EQ(script.count(), 2U);
}

TEST_F(OAuthApi, AConnectionListsScopesHoweverTheyAreSeparated) {
  struct Case {
    Json asked;
    const char* separator;
    const char* granted;
    Json scopes;
  };
  const std::vector<Case> cases = {{{"read", "write"}, " ", "read write", {"read", "write"}},
                                   {{"read", "write"}, " ", "read,write", {"read", "write"}},
                                   {{"read", "write"}, "|", "read|write", {"read", "write"}},
                                   {{"read", "in:a,b"}, " ", "read in:a,b", {"read", "in:a,b"}},
                                   {{"read", "write"}, " ", "", {"read", "write"}}};
  for (const Case& c : cases) {
    Remake([&](Json& auth) {
      auth["scopes"] = c.asked;
      auth["scope_separator"] = c.separator;
    });
    store::TokenSet set = SignIn();
    set.scope = c.granted;
    const store::Precondition none;
    ASSERT_TRUE(Run(store_->PutTokens(set, none, std::nullopt)));
    EXPECT_EQ(Call("GET", kConnection, "", User()).body["scopes"], c.scopes) << c.granted;
  }
}

TEST_F(OAuthApi, ALogoutRevokesTheTokensOfTheSession) {
  Remake([](Json& auth) {
    auth["credentials"] = "per_session";
    auth["revocation_url"] = "https://idp.example/revoke";
  });
  SessionOf("alice");
  store::TokenSet set;
  set.resource_id = resource_id;
  set.owner = {store::OwnerKind::kSession, "s-alice"};
  set.fingerprint = Compiled()->oauth->fingerprint;
  set.tokens.access_token = Secret("access-1");
  const store::Precondition none;
  ASSERT_TRUE(Run(store_->PutTokens(set, none, std::nullopt)));
  store::Caller session = User();
  session.kind = CallerKind::kSession;
  session.id = "s-alice";
  script.Answer(200, "");
  EXPECT_EQ(Call("DELETE", "/api/v1/session", "", session).status, 204);
  EXPECT_EQ(store_->snapshot()->tokens.size(), 0U);
  EXPECT_TRUE(test::WaitUntil([this] { return script.count() == 1; }, std::chrono::seconds(10)));
}

TEST_F(OAuthApi, StatusNamesResourcesWithDeadSignIns) {
  store::TokenSet set = SignIn();
  set.dead = true;
  const store::Precondition none;
  ASSERT_TRUE(Run(store_->PutTokens(set, none, std::nullopt)));
  const Reply status = Call("GET", "/api/v1/status", "", Admin());
  EXPECT_EQ(status.body["status"], "degraded");
  ASSERT_EQ(status.body["items"].size(), 1U);
  EXPECT_EQ(status.body["items"][0]["code"], "connection_dead");
  EXPECT_EQ(status.body["items"][0]["resource"], "idp");
}

TEST_F(OAuthApi, PagesAreForAnyone) {
  EXPECT_TRUE(api_->Judge("GET", "/oauth/callback").is_public);
  EXPECT_TRUE(api_->Judge("POST", "/connect/x").is_public);
  EXPECT_FALSE(api_->Judge("POST", kLogin).is_public);
}

}  // namespace
}  // namespace sallyport::admin
