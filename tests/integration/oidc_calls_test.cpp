// Calls with tokens of a real OpenID provider: attached, renewed, or asked for.
#include <gmock/gmock.h>

#include "support/oidc_fixture.h"
#include "support/scripted_target.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class OidcCalls : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }
};

TEST_F(OidcCalls, WithoutATokenSayWhereToSignInAndWorkAfterwards) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  for (const HttpResponse& refused :
       {Proxied(alice, "api/me"), RunAs(ActingFor("alice"), "api", Get("/me"))}) {
    EXPECT_EQ(refused.status, 424) << refused.body;
    EXPECT_EQ(refused.Header("Content-Type"), "application/problem+json");
    const TestJson problem = TestJson::parse(refused.body);
    EXPECT_EQ(problem["code"], "login_required");
    EXPECT_EQ(problem["resource"], "api");
    EXPECT_THAT(problem["login_url"].get<std::string>(),
                StartsWith(gateway_->base_url() + "/connect/"));
  }
  EXPECT_THAT(provider_.Events("api"), IsEmpty()) << "no call to the target";

  Browser browser;
  const TestJson problem = TestJson::parse(Proxied(alice, "api/me").body);
  EXPECT_TRUE(SignIn(browser, problem["login_url"], "alice").Shows("is connected"));
  const TestJson seen = SeenByApi(Proxied(alice, "api/me?x=1"));
  EXPECT_EQ(seen["subject"], "alice");
  EXPECT_EQ(seen["url"], "/api/me?x=1");
  EXPECT_EQ(seen["headers"]["authorization"], "Bearer <access token of alice>");
}

TEST_F(OidcCalls, CarryTheTokenOfTheCallerAndOfNobodyElse) {
  CreateApi("session", CodeAuth());
  CreateApi("user", CodeAuth({{"credentials", "per_user"}}));
  const Caller alice = SessionOf("alice");
  const Caller bob = SessionOf("bob");
  for (const char* slug : {"session", "user"}) {
    SCOPED_TRACE(slug);
    const std::string path = std::string(slug) + "/me";
    Connect(alice, slug, "alice");
    EXPECT_EQ(SeenByApi(Proxied(alice, path))["subject"], "alice");
    EXPECT_EQ(Proxied(bob, path).status, 424);
    Connect(bob, slug, "bob");
    EXPECT_EQ(SeenByApi(Proxied(alice, path))["subject"], "alice");
    EXPECT_EQ(SeenByApi(Proxied(bob, path))["subject"], "bob");
    const HttpResponse nobody = Proxied(Admin(), path);
    EXPECT_EQ(nobody.status, 422) << nobody.body;
    EXPECT_THAT(nobody.body, HasSubstr("Sallyport-User"));
  }
}

TEST_F(OidcCalls, WithSharedTokensTellOnlyAdminsWhereToSignIn) {
  CreateApi("api", CodeAuth({{"credentials", "shared"}}));
  const Caller alice = SessionOf("alice");
  const TestJson for_alice = TestJson::parse(Proxied(alice, "api/me").body);
  EXPECT_EQ(for_alice["code"], "login_required");
  EXPECT_EQ(for_alice["resource"], "api");
  EXPECT_FALSE(for_alice.contains("login_url")) << for_alice;
  const TestJson for_admin = TestJson::parse(Proxied(Admin(), "api/me").body);
  Browser browser;
  EXPECT_TRUE(SignIn(browser, for_admin["login_url"], "service").Shows("is connected"));
  EXPECT_EQ(SeenByApi(Proxied(alice, "api/me"))["subject"], "service");
  EXPECT_EQ(SeenByApi(Proxied(Admin(), "api/me"))["subject"], "service");
}

TEST_F(OidcCalls, OfClientCredentialsFetchATokenByThemselves) {
  CreateApi("api", ClientCredentials());
  const Caller alice = SessionOf("alice");
  EXPECT_EQ(SeenByApi(Proxied(alice, "api/me"))["subject"], "client basic");
  const TestJson envelope = EnvelopeOf(RunAs(Admin(), "api", Get("/me")));
  EXPECT_EQ(envelope["token"], "cached");
  EXPECT_EQ(provider_.TokenRequests("client_credentials"), 1U);
  provider_.ExpireAccessTokens();
  EXPECT_EQ(SeenByApi(Proxied(alice, "api/me"))["subject"], "client basic");
  EXPECT_EQ(provider_.TokenRequests("client_credentials"), 2U);
}

TEST_F(OidcCalls, TellInTheEnvelopeWhereTheTokenCameFrom) {
  CreateResource("plain", provider_.url() + "/echo");
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  CreateApi("short", CodeAuth(ShortLived({{"credentials", "per_user"}})));
  const Caller alice = ActingFor("alice");
  EXPECT_EQ(EnvelopeOf(RunAs(alice, "plain", Get("/x")))["token"], "none");
  Connect(alice, "api", "alice");
  EXPECT_EQ(EnvelopeOf(RunAs(alice, "api", Get("/me")))["token"], "cached");
  provider_.ExpireAccessTokens();
  const TestJson replayed = EnvelopeOf(RunAs(alice, "api", Get("/me")));
  EXPECT_EQ(replayed["token"], "refreshed");
  EXPECT_EQ(replayed["status"], 200);
  EXPECT_EQ(EnvelopeOf(RunAs(alice, "api", Get("/me")))["token"], "cached");

  Connect(alice, "short", "alice");
  std::string token;
  EXPECT_TRUE(WaitUntil(
      [&] {
        token = EnvelopeOf(RunAs(alice, "short", Get("/me"))).value("token", "");
        return token != "cached";
      },
      std::chrono::seconds(10)));
  EXPECT_EQ(token, "refreshed");
  ExpectNoTokenRequestFailed();
}

TEST_F(OidcCalls, ARefusedTokenIsRenewedAndTheCallSentOnceMore) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  for (int round = 1; round <= 10; ++round) {
    provider_.ExpireAccessTokens();
    provider_.ForgetEvents();
    const TestJson seen =
        SeenByApi(Call(alice, "POST", "/proxy/api/items", {{"text", "g\u00fcnther"}}));
    EXPECT_EQ(seen["subject"], "alice");
    EXPECT_EQ(seen["body"], "{\"text\":\"g\u00fcnther\"}");
    EXPECT_EQ(provider_.Events("api").size(), 2U);
    EXPECT_EQ(provider_.TokenRequests("refresh_token"), 1U);
    ExpectNoTokenRequestFailed();
    if (round == 5) RestartGateway();
  }
}

TEST_F(OidcCalls, ATargetThatRefusesEveryTokenGetsTwoCallsAndItsAnswerIsPassedOn) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}, {"unauthorized_statuses", {401, 403}}}));
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  for (const auto& [path, status] : {std::pair<const char*, int>{"/refused", 401},
                                     std::pair<const char*, int>{"/forbidden", 403}}) {
    SCOPED_TRACE(path);
    provider_.ForgetEvents();
    const HttpResponse proxied = Proxied(alice, std::string("api") + path);
    EXPECT_EQ(proxied.status, status) << proxied.body;
    EXPECT_EQ(proxied.Header("Sallyport-Source"), "upstream");
    EXPECT_EQ(provider_.Events("api").size(), 2U);
    EXPECT_EQ(provider_.TokenRequests("refresh_token"), 1U);
    const TestJson envelope = EnvelopeOf(RunAs(alice, "api", Get(path)));
    EXPECT_EQ(envelope["status"], status);
    EXPECT_EQ(provider_.Events("api").size(), 4U);
  }
  ExpectNoTokenRequestFailed();
}

TEST_F(OidcCalls, WithoutARefreshTokenARefusalIsPassedOn) {
  provider_.Set({{"refresh_tokens", false}});
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  provider_.ExpireAccessTokens();
  EXPECT_EQ(Proxied(alice, "api/me").status, 401);
  EXPECT_EQ(EnvelopeOf(RunAs(alice, "api", Get("/me")))["status"], 401);
  EXPECT_EQ(provider_.Events("api").size(), 2U);
}

TEST_F(OidcCalls, AGrantThatEndedAtTheProviderLeadsToANewSignIn) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  provider_.RevokeGrants();
  const HttpResponse refused = Proxied(alice, "api/me");
  EXPECT_EQ(refused.status, 424) << refused.body;
  const TestJson problem = TestJson::parse(refused.body);
  EXPECT_EQ(problem["code"], "login_required");
  EXPECT_THAT(problem["message"].get<std::string>(), HasSubstr("invalid_grant"));
  EXPECT_EQ(Proxied(alice, "api/me").status, 424);
  EXPECT_EQ(provider_.TokenRequests("refresh_token"), 1U);
  EXPECT_EQ(provider_.Events("api").size(), 1U);

  Browser browser;
  EXPECT_TRUE(SignIn(browser, problem["login_url"], "alice").Shows("is connected"));
  EXPECT_EQ(SeenByApi(Proxied(alice, "api/me"))["subject"], "alice");
}

TEST_F(OidcCalls, TokensDoNotFollowARedirectToAnotherOrigin) {
  ScriptedTarget elsewhere(
      ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}),
            {{"redirects", {{"follow", "any"}, {"max", 5}}}});
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  const TestJson envelope =
      EnvelopeOf(RunAs(alice, "api", Get("/me?redirect_to=" + elsewhere.url() + "/x")));
  EXPECT_EQ(envelope["status"], 200);
  EXPECT_EQ(envelope["redirects"].size(), 1U);
  EXPECT_THAT(elsewhere.received(), HasSubstr("GET /x "));
  EXPECT_THAT(elsewhere.received(), Not(HasSubstr("Bearer")));
  for (const std::string& token : provider_.AllTokens()) {
    EXPECT_THAT(elsewhere.received(), Not(HasSubstr(token)));
  }
}

TEST_F(OidcCalls, ADisconnectedUserIsAskedAgainAndOthersAreNot) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  const Caller bob = SessionOf("bob");
  Connect(alice, "api", "alice");
  Connect(bob, "api", "bob");
  ASSERT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 204);
  EXPECT_EQ(Proxied(alice, "api/me").status, 424);
  EXPECT_EQ(SeenByApi(Proxied(bob, "api/me"))["subject"], "bob");
}

}  // namespace
}  // namespace sallyport::test
