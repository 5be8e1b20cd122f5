// Tokens that are renewed at a provider that gives each refresh token once and ends the grant of
// one that comes twice.
#include <gmock/gmock.h>

#include <future>

#include "support/oidc_fixture.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class OidcRefresh : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// Calls until the provider has seen so many refreshes since its events were forgotten.
  void CallUntilRefreshed(const Caller& caller, const std::string& slug, std::size_t times) {
    const bool refreshed = WaitUntil(
        [&] {
          EXPECT_EQ(LoginState(caller, slug), "signed_in");
          return HasFailure() || provider_.TokenRequests("refresh_token") >= times;
        },
        std::chrono::seconds(20));
    EXPECT_TRUE(refreshed);
  }
};

TEST_F(OidcRefresh, ComesBeforeTheEndAndUsesTheRotatedTokenNext) {
  CreateApi("api", CodeAuth(ShortLived()));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  EXPECT_EQ(Connection(alice, "api")["last_refresh_at"], nullptr);
  CallUntilRefreshed(alice, "api", 4);
  ExpectNoTokenRequestFailed();
  EXPECT_NE(Connection(alice, "api")["last_refresh_at"], nullptr);
  EXPECT_EQ(Connection(alice, "api")["last_error"], nullptr);

  RestartGateway();
  EXPECT_EQ(Connection(alice, "api")["connected"], true);
  CallUntilRefreshed(alice, "api", 7);
  ExpectNoTokenRequestFailed();
  EXPECT_EQ(LastSubject(), "alice");
  EXPECT_EQ(provider_.TokenRequests("authorization_code"), 1U);
}

TEST_F(OidcRefresh, SurvivesAKilledGateway) {
  CreateApi("api", CodeAuth(ShortLived()));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  for (std::size_t round = 1; round <= 3; ++round) {
    CallUntilRefreshed(alice, "api", round);
    gateway_->Kill();
    ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
  }
  CallUntilRefreshed(alice, "api", 4);
  ExpectNoTokenRequestFailed();
}

TEST_F(OidcRefresh, FollowsTheLifetimeThatTheProviderTells) {
  provider_.Set({{"access_token_ttl", 4}});
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  EXPECT_NE(Connection(alice, "api")["expires_at"], nullptr);
  EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_EQ(provider_.TokenRequests("refresh_token"), 0U);
  CallUntilRefreshed(alice, "api", 1);
  ExpectNoTokenRequestFailed();
}

TEST_F(OidcRefresh, HappensOnceForAllThatWait) {
  CreateApi("api", CodeAuth(ShortLived()));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  provider_.Set({{"token_delay_ms", 300}});
  for (std::size_t round = 1; round <= 3; ++round) {
    std::vector<std::future<std::string>> calls;
    for (int i = 0; i < 12; ++i) {
      calls.push_back(std::async(std::launch::async, [&] { return LoginState(alice, "api"); }));
    }
    for (std::future<std::string>& call : calls) EXPECT_EQ(call.get(), "signed_in");
    CallUntilRefreshed(alice, "api", round);
  }
  ExpectNoTokenRequestFailed();
}

TEST_F(OidcRefresh, ProvesTheClientAsTheExchangeDidAndSendsTheSameExtras) {
  struct Case {
    const char* id;
    std::string_view secret;
    const char* auth;
  };
  for (const Case& client : {Case{"basic", kOddClientSecret, "basic"},
                             Case{"post", kOddClientSecret, "post"}, Case{"public", "", "none"}}) {
    SCOPED_TRACE(client.id);
    provider_.ForgetEvents();
    TestJson auth =
        CodeAuth(ShortLived({{"client_id", client.id},
                             {"client_secret", client.secret},
                             {"client_auth", client.auth},
                             {"audience", "everybody"},
                             {"resource", "urn:api"},
                             {"token_params", {{{"name", "extra"}, {"value", "1"}}}},
                             {"token_headers", {{{"name", "X-Tenant"}, {"value", "t"}}}}}));
    if (client.secret.empty()) auth.erase("client_secret");
    CreateApi(client.id, auth);
    const Caller alice = SessionOf("alice");
    Connect(alice, client.id, "alice");
    CallUntilRefreshed(alice, client.id, 2);
    ExpectNoTokenRequestFailed();
    for (const TestJson& request : provider_.Events("token")) {
      EXPECT_EQ(request["client_auth"], client.auth);
      EXPECT_EQ(request["params"]["audience"], "everybody");
      EXPECT_EQ(request["params"]["resource"], "urn:api");
      EXPECT_EQ(request["params"]["extra"], "1");
      EXPECT_EQ(request["headers"]["x-tenant"], "t");
    }
  }
}

TEST_F(OidcRefresh, AGrantThatEndedAtTheProviderAsksForANewSignIn) {
  CreateApi("api", CodeAuth(ShortLived()));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  provider_.RevokeGrants();
  // First the API refuses the token, then the provider refuses to renew it.
  EXPECT_TRUE(WaitUntil(
      [&] {
        EXPECT_EQ(LoginState(alice, "api"), "signed_out");
        return Connection(alice, "api")["connected"] == false;
      },
      std::chrono::seconds(10)));
  const TestJson connection = Connection(alice, "api");
  EXPECT_THAT(connection["last_error"].dump(), HasSubstr("invalid_grant"));
  EXPECT_THAT(Call(Admin(), "GET", "/api/v1/status").body, HasSubstr("\"api\""));
  // Dead is dead: it is not tried again.
  const std::size_t tries = provider_.TokenRequests("refresh_token");
  EXPECT_EQ(LoginState(alice, "api"), "signed_out");
  EXPECT_EQ(provider_.TokenRequests("refresh_token"), tries);

  Connect(alice, "api", "alice");
  EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_EQ(Connection(alice, "api")["last_error"], nullptr);
}

TEST_F(OidcRefresh, WithoutARefreshTokenAnExpiredTokenAsksForANewSignIn) {
  provider_.Set({{"refresh_tokens", false}});
  CreateApi("api", CodeAuth(ShortLived()));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  EXPECT_TRUE(WaitUntil([&] { return LoginState(alice, "api") == "signed_out"; },
                        std::chrono::seconds(10)));
  EXPECT_EQ(Connection(alice, "api")["connected"], false);
  EXPECT_EQ(provider_.TokenRequests("refresh_token"), 0U);
}

TEST_F(OidcRefresh, NoTokenOrSecretIsInTheLog) {
  CreateApi("api", CodeAuth(ShortLived()));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  CallUntilRefreshed(alice, "api", 1);
  provider_.RevokeGrants();
  EXPECT_TRUE(WaitUntil([&] { return LoginState(alice, "api") == "signed_out"; },
                        std::chrono::seconds(10)));
  const std::string log = gateway_->stderr_text();
  EXPECT_THAT(log, HasSubstr("token refresh"));
  EXPECT_THAT(log, Not(HasSubstr(std::string(kOddClientSecret).substr(0, 8))));
  for (const std::string& token : provider_.AllTokens()) EXPECT_THAT(log, Not(HasSubstr(token)));
}

}  // namespace
}  // namespace sallyport::test
