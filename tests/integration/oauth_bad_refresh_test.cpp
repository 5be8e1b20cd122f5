// Refreshes at providers that answer badly: what the gateway holds stays, and calls go on for as
// long as a token is good.
#include <gtest/gtest.h>

#include <thread>

#include "support/bad_answers.h"
#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

using std::chrono::milliseconds;

/// One user per row, so that no row backs off for another.
std::string UserOf(std::size_t row) { return "user-" + std::to_string(row); }

class OAuthBadRefresh : public OAuthFixture {
 protected:
  void SetUp() override {
    StartOAuthGateway("timeouts: {token: 500}\n");
    CreateOAuthResource("idp");
  }

  void SignAllIn(std::size_t count, int lifetime_seconds) {
    TokenPolicy policy;
    policy.lifetime_seconds = lifetime_seconds;
    provider_->issuer().SetPolicy(policy);
    for (std::size_t i = 0; i < count; ++i) SignIn(For(UserOf(i)), "idp", UserOf(i));
    policy.lifetime_seconds = 3600;
    provider_->issuer().SetPolicy(policy);
  }

  HttpResponse CallOf(std::size_t row) { return CallAs(For(UserOf(row)), "GET", "/proxy/idp/x"); }

  /// The reason is shown, and the refresh token is still there unless the grant is over.
  void ExpectNoted(std::size_t row, const BadAnswer& bad) {
    const TestJson connection = Connection(For(UserOf(row)), "idp");
    EXPECT_EQ(connection["connected"], !bad.ends_sign_in) << bad.what;
    EXPECT_TRUE(connection["last_error"].is_string()) << bad.what << " " << connection;
    const std::string error = connection.value("last_error", TestJson("")).dump();
    EXPECT_NE(error.find(bad.says), std::string::npos) << bad.what << " " << error;
    EXPECT_EQ(connection["last_refresh_at"], nullptr) << bad.what;
  }

  static void ExpectLoginRequired(const HttpResponse& response, const std::string& what) {
    EXPECT_EQ(response.status, 424) << what;
    EXPECT_EQ(CodeOf(response), "login_required") << what << response.body;
    const TestJson problem = TestJson::parse(response.body, nullptr, false);
    EXPECT_EQ(problem.value("resource", ""), "idp") << what;
    EXPECT_NE(problem.value("login_url", "").find("/connect/"), std::string::npos) << what;
  }

  /// Everybody whose grant is not over is served again, by the tokens that stayed.
  void ExpectRecovery(const std::vector<BadAnswer>& rows) {
    std::this_thread::sleep_for(milliseconds(1100));  // the first back-off
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].ends_sign_in) continue;
      EXPECT_EQ(OwnerIn(CallOf(i)), UserOf(i)) << rows[i].what;
      const TestJson connection = Connection(For(UserOf(i)), "idp");
      EXPECT_EQ(connection["last_error"], nullptr) << rows[i].what;
      EXPECT_TRUE(connection["last_refresh_at"].is_string()) << rows[i].what;
    }
  }
};

/// The target's 401 is the answer when its refresh fails so, and 424 when the grant is over.
TEST_F(OAuthBadRefresh, AfterA401PassesItOnAndKeepsTheTokens) {
  const std::vector<BadAnswer> rows = BadAnswers();
  SignAllIn(rows.size(), 3600);
  provider_->issuer().ExpireAccessTokens();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t asked = provider_->token_requests().size();
    provider_->AnswerTokenOnce(rows[i].answer);
    const HttpResponse response = CallOf(i);
    if (rows[i].ends_sign_in) {
      ExpectLoginRequired(response, rows[i].what);
      ExpectLoginRequired(CallOf(i), rows[i].what);
    } else {
      EXPECT_EQ(response.status, 401) << rows[i].what << response.body;
      EXPECT_EQ(response.Header("Sallyport-Source"), "upstream") << rows[i].what;
      EXPECT_EQ(response.body, R"({"error":"invalid_token"})") << rows[i].what;
    }
    EXPECT_EQ(provider_->token_requests().size(), asked + 1) << rows[i].what;
    ExpectNoted(i, rows[i]);
  }
  EXPECT_TRUE(provider_->requests("/elsewhere").empty());
  ExpectRecovery(rows);
}

TEST_F(OAuthBadRefresh, AtTheEndOfATokenIs424AndKeepsTheRefreshToken) {
  const std::vector<BadAnswer> rows = BadAnswers();
  SignAllIn(rows.size(), 1);
  std::this_thread::sleep_for(milliseconds(1100));  // the lifetime is real time
  for (std::size_t i = 0; i < rows.size(); ++i) {
    provider_->AnswerTokenOnce(rows[i].answer);
    const HttpResponse response = CallOf(i);
    if (rows[i].ends_sign_in) {
      ExpectLoginRequired(response, rows[i].what);
    } else {
      EXPECT_EQ(response.status, 424) << rows[i].what;
      EXPECT_EQ(CodeOf(response), "token_refresh_failed") << rows[i].what;
      EXPECT_EQ(response.Header("Retry-After"), "1") << rows[i].what;
      EXPECT_NE(response.body.find(rows[i].says), std::string::npos) << response.body;
    }
    ExpectNoted(i, rows[i]);
  }
  EXPECT_TRUE(provider_->api_requests().empty());  // no call without a token
  const TestJson status = TestJson::parse(Api("GET", "/api/v1/status").body);
  EXPECT_NE(status.dump().find("idp"), std::string::npos) << status;  // the dead ones
  ExpectRecovery(rows);
}

TEST_F(OAuthBadRefresh, NearTheEndLetsCallsGoOnWithTheOldToken) {
  std::vector<BadAnswer> rows = BadAnswers();
  SignAllIn(rows.size(), 12);
  std::this_thread::sleep_for(milliseconds(6100));  // half the lifetime is left: refresh is due
  const std::size_t asked = provider_->token_requests().size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    provider_->AnswerTokenOnce(rows[i].answer);
    const HttpResponse response = CallOf(i);
    if (rows[i].ends_sign_in) {
      ExpectLoginRequired(response, rows[i].what);
    } else {
      EXPECT_EQ(OwnerIn(response), UserOf(i)) << rows[i].what << response.body;
      EXPECT_EQ(OwnerIn(CallOf(i)), UserOf(i)) << rows[i].what;  // without asking at once again
    }
    EXPECT_EQ(provider_->token_requests().size(), asked + i + 1) << rows[i].what;
    ExpectNoted(i, rows[i]);
  }
  ExpectRecovery(rows);
}

/// 1 s, 2 s, ...; told by Retry-After; forgotten at a login.
TEST_F(OAuthBadRefresh, BacksOffUntilALogin) {
  SignAllIn(1, 1);
  std::this_thread::sleep_for(milliseconds(1100));
  provider_->On("/token",
                [](const SeenRequest& /*request*/) { return ScriptedAnswer::Json(503, "down"); });
  const auto asked = [&] { return provider_->token_requests().size() - 1; };
  const auto ask_until = [&](std::size_t count) {
    return WaitUntil(
        [&] {
          const HttpResponse response = CallOf(0);
          EXPECT_EQ(CodeOf(response), "token_refresh_failed") << response.body;
          EXPECT_NE(response.body.find("answered 503"), std::string::npos) << response.body;
          const int wait = std::stoi(response.Header("Retry-After").value_or("0"));
          EXPECT_GE(wait, 1);
          EXPECT_LE(wait, 4);
          return asked() >= count;
        },
        std::chrono::seconds(15));
  };
  ASSERT_TRUE(ask_until(1));
  ASSERT_TRUE(ask_until(2));
  ASSERT_TRUE(ask_until(3));
  const std::vector<SeenRequest> seen = provider_->token_requests();
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_GE(seen[2].at - seen[1].at, milliseconds(990));
  EXPECT_GE(seen[3].at - seen[2].at, milliseconds(1990));
  EXPECT_LT(seen[3].at - seen[1].at, std::chrono::seconds(10));

  // A login: its tokens end at once, and their refresh is tried at once.
  provider_->On("/token", nullptr);
  SignAllIn(1, 1);
  std::this_thread::sleep_for(milliseconds(1100));
  EXPECT_EQ(OwnerIn(CallOf(0)), UserOf(0));
}

TEST_F(OAuthBadRefresh, WithoutARefreshTokenNothingIsTried) {
  TokenPolicy policy;
  policy.refreshes = false;
  policy.lifetime_seconds = 1;
  provider_->issuer().SetPolicy(policy);
  SignIn(For("short"), "idp", "short");
  policy.lifetime_seconds = 0;
  provider_->issuer().SetPolicy(policy);
  SignIn(For("long"), "idp", "long");
  EXPECT_EQ(OwnerIn(CallAs(For("long"), "GET", "/proxy/idp/x")), "long");
  std::this_thread::sleep_for(milliseconds(1100));
  ExpectLoginRequired(CallAs(For("short"), "GET", "/proxy/idp/x"), "expired");
  EXPECT_EQ(OwnerIn(CallAs(For("long"), "GET", "/proxy/idp/x")), "long");  // no end is known
  provider_->issuer().ExpireAccessTokens();
  const HttpResponse refused = CallAs(For("long"), "GET", "/proxy/idp/x");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.Header("Sallyport-Source"), "upstream");
  EXPECT_EQ(provider_->token_requests().size(), 2U);
}

/// A reply without a refresh token keeps the old one.
TEST_F(OAuthBadRefresh, KeepsTheRefreshTokenThatAReplyLeavesOut) {
  TokenPolicy policy;
  policy.rotates = false;
  provider_->issuer().SetPolicy(policy);
  SignIn(For("alice"), "idp", "alice");
  for (int i = 0; i < 3; ++i) {
    provider_->issuer().ExpireAccessTokens();
    EXPECT_EQ(OwnerIn(CallAs(For("alice"), "GET", "/proxy/idp/x")), "alice");
  }
  const std::vector<SeenRequest> asked = provider_->token_requests();
  ASSERT_EQ(asked.size(), 4U);
  for (std::size_t i = 1; i < asked.size(); ++i) {
    EXPECT_EQ(asked[i].Param("refresh_token"), asked[1].Param("refresh_token"));
  }
}

/// Told as what it is, before and during the back-off: the provider was not asked.
TEST_F(OAuthBadRefresh, ThatEgressDeniesIsA502) {
  const struct {
    std::string slug;
    TestJson auth;
  } rows[] = {{"token", {{"token_url", "http://10.1.2.3/token"}}},
              {"discovery", {{"token_url", nullptr}, {"issuer", "http://10.1.2.3"}}}};
  for (const auto& row : rows) {
    TestJson auth = {{"grant", "client_credentials"}, {"authorization_url", nullptr}};
    auth.update(row.auth);
    CreateOAuthResource(row.slug, auth, {{"login_test_url", provider_->url() + "/api/me"}});
    for (int i = 0; i < 2; ++i) {
      const HttpResponse response = Api("GET", "/proxy/" + row.slug + "/x");
      EXPECT_EQ(response.status, 502) << row.slug;
      EXPECT_EQ(CodeOf(response), "egress_denied") << response.body;
      EXPECT_EQ(response.Header("Sallyport-Source"), "gateway") << row.slug;
    }
    const HttpResponse test = Api("GET", "/api/v1/resources/" + row.slug + "/login");
    EXPECT_EQ(test.status, 200) << test.body;
    EXPECT_EQ(TestJson::parse(test.body).value("state", ""), "unknown") << row.slug;
  }
  EXPECT_TRUE(provider_->api_requests().empty());
}

TEST_F(OAuthBadRefresh, AtAProviderThatIsGoneIsNoEndOfTheSignIn) {
  SignAllIn(1, 1);
  std::this_thread::sleep_for(milliseconds(1100));
  provider_.reset();  // with the API
  for (int i = 0; i < 3; ++i) {
    const HttpResponse response = CallOf(0);
    EXPECT_EQ(CodeOf(response), "token_refresh_failed") << response.body;
    EXPECT_TRUE(response.Header("Retry-After").has_value());
  }
  EXPECT_EQ(Connection(For(UserOf(0)), "idp")["connected"], true);
}

}  // namespace
}  // namespace sallyport::test
