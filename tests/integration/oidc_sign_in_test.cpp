// Sign-ins of users at a real OpenID provider, from the link to the page that ends them.
#include <gmock/gmock.h>

#include "support/oidc_fixture.h"

namespace sallyport::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class OidcSignIn : public OidcFixture {
 protected:
  void SetUp() override { StartGateway("cors: {origins: [\"https://admin.example\"]}\n"); }
};

TEST_F(OidcSignIn, LeadsFromTheLinkToThePageThatSaysSo) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  EXPECT_EQ(Connection(alice, "api")["connected"], false);
  Browser browser;

  const std::string link = LoginUrl(alice, "api");
  EXPECT_THAT(link, StartsWith(gateway_->base_url() + "/connect/"));
  const Page asked = browser.Open(link);
  EXPECT_EQ(asked.status(), 200);
  EXPECT_TRUE(asked.Shows("alice")) << asked.response.body;
  EXPECT_TRUE(asked.Shows(provider_.url())) << asked.response.body;
  EXPECT_THAT(provider_.Events("authorization"), IsEmpty());

  Page page = browser.Submit(asked, {});
  ASSERT_TRUE(page.Asks("login")) << page.url << page.response.body;
  page = browser.Submit(page, {{"login", "alice@provider"}, {"password", "any"}});
  page = browser.Submit(page, {});
  EXPECT_EQ(page.status(), 200);
  EXPECT_THAT(page.url, StartsWith(gateway_->base_url() + "/oauth/callback?"));
  EXPECT_TRUE(page.Shows("<strong>api</strong> is connected for <strong>alice</strong>"))
      << page.response.body;
  EXPECT_TRUE(page.Shows(
      R"({"type":"sallyport:login","resource":"api","ok":true},"https://admin.example")"))
      << page.response.body;

  const TestJson connection = Connection(alice, "api");
  EXPECT_EQ(connection["connected"], true);
  EXPECT_EQ(connection["credentials"], "per_session");
  EXPECT_EQ(connection["scopes"], TestJson({"openid", "offline_access", "api:read"}));
  EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_EQ(LastSubject(), "alice@provider");
}

TEST_F(OidcSignIn, AsksTheProviderWithStatePkceAndAllThatIsConfigured) {
  CreateApi("api", ExplicitAuth({{"authorization_url", provider_.url() + "/auth?tenant=a%20b"},
                                 {"audience", "the audience"},
                                 {"resource", "urn:api"},
                                 {"token_params", {{{"name", "extra"}, {"value", "1 & 2"}}}}}));
  Connect(SessionOf("alice"), "api", "alice");

  const TestJson asked = provider_.Events("authorization").at(0)["params"];
  EXPECT_EQ(asked["tenant"], "a b");
  EXPECT_EQ(asked["response_type"], "code");
  EXPECT_EQ(asked["client_id"], "basic");
  EXPECT_EQ(asked["redirect_uri"], gateway_->base_url() + "/oauth/callback");
  EXPECT_EQ(asked["scope"], "openid offline_access api:read");
  EXPECT_EQ(asked["code_challenge_method"], "S256");
  EXPECT_EQ(asked["code_challenge"].get<std::string>().size(), 43U);
  EXPECT_EQ(asked["state"].get<std::string>().size(), 43U);
  EXPECT_EQ(asked["prompt"], "consent");
  EXPECT_EQ(asked["audience"], "the audience");
  EXPECT_EQ(asked["resource"], "urn:api");

  const TestJson token = provider_.Events("token").at(0);
  EXPECT_EQ(token["verifier"], true);
  EXPECT_EQ(token["client_auth"], "basic");
  EXPECT_EQ(token["params"], TestJson({{"grant_type", "authorization_code"},
                                       {"redirect_uri", gateway_->base_url() + "/oauth/callback"},
                                       {"audience", "the audience"},
                                       {"resource", "urn:api"},
                                       {"extra", "1 & 2"}}));
  EXPECT_THAT(provider_.Events("discovery"), IsEmpty());
}

TEST_F(OidcSignIn, AsksForTheDiscoveryDocumentOnce) {
  CreateApi("api", CodeAuth());
  Connect(SessionOf("alice"), "api", "alice");
  Connect(SessionOf("bob"), "api", "bob");
  EXPECT_EQ(provider_.Events("discovery").size(), 1U);
}

struct ClientCase {
  const char* id;
  std::string_view secret;
  const char* auth;
};

TEST_F(OidcSignIn, ProvesTheClientAsConfigured) {
  for (const ClientCase& client :
       {ClientCase{"basic", kOddClientSecret, "basic"},
        ClientCase{"unicode", kUnicodeClientSecret, "basic"},
        ClientCase{"post", kOddClientSecret, "post"}, ClientCase{"public", "", "none"}}) {
    SCOPED_TRACE(client.id);
    provider_.ForgetEvents();
    TestJson auth = CodeAuth({{"client_id", client.id}, {"client_auth", client.auth}});
    if (client.secret.empty()) {
      auth.erase("client_secret");
    } else {
      auth["client_secret"] = client.secret;
    }
    CreateApi(client.id, auth);
    const Caller alice = SessionOf("alice");
    Connect(alice, client.id, "alice");
    EXPECT_EQ(LoginState(alice, client.id), "signed_in");
    const TestJson tokens = provider_.Events("token");
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0]["client_auth"], client.auth);
    EXPECT_EQ(tokens[0]["params"].contains("client_id"), std::string(client.auth) != "basic");
  }
}

TEST_F(OidcSignIn, SaysWhyAWrongClientSecretDoesNotWork) {
  CreateApi("api", CodeAuth({{"client_secret", "wrong-secret"}}));
  const Caller alice = SessionOf("alice");
  Browser browser;
  const Page page = SignIn(browser, LoginUrl(alice, "api"), "alice");
  EXPECT_EQ(page.status(), 400);
  EXPECT_TRUE(
      page.Shows("The identity provider answered: invalid_client: client authentication failed"))
      << page.response.body;
  EXPECT_TRUE(page.Shows(R"({"type":"sallyport:login","resource":"api","ok":false})"));
  EXPECT_EQ(Connection(alice, "api")["connected"], false);
  EXPECT_THAT(gateway_->stderr_text(), Not(HasSubstr("wrong-secret")));
}

TEST_F(OidcSignIn, GoesBackToWhereTheFrontendAskedFor) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  Browser browser;
  const Page away =
      SignIn(browser, LoginUrl(alice, "api", {{"return_to", "https://admin.example/x?a=b#done"}}),
             "alice");
  EXPECT_EQ(away.status(), 302);
  EXPECT_EQ(away.next, "https://admin.example/x?a=b#done");
  EXPECT_EQ(away.response.Header("Referrer-Policy"), "no-referrer");

  const Page own = SignIn(browser, LoginUrl(alice, "api", {{"return_to", "/healthz"}}), "alice");
  EXPECT_EQ(own.url, gateway_->base_url() + "/healthz");
  EXPECT_EQ(own.status(), 200);
}

TEST_F(OidcSignIn, LeavesNoCookieOfItsOwnInTheBrowser) {
  CreateApi("api", CodeAuth());
  Browser browser;
  (void)SignIn(browser, LoginUrl(SessionOf("alice"), "api"), "alice");
  for (const std::string& name : browser.CookieNames()) {
    EXPECT_THAT(name, Not(HasSubstr("sallyport"))) << name;
  }
}

TEST_F(OidcSignIn, TwoAtOnceInOneBrowserBothWork) {
  CreateApi("first", CodeAuth());
  CreateApi("second", CodeAuth({{"client_id", "post"}, {"client_auth", "post"}}));
  const Caller alice = SessionOf("alice");
  Browser browser;
  const Page first = SignInUpToCallback(browser, LoginUrl(alice, "first"), "alice");
  const Page second = SignInUpToCallback(browser, LoginUrl(alice, "second"), "alice");
  EXPECT_EQ(browser.Open(first.next).status(), 200);
  EXPECT_EQ(browser.Open(second.next).status(), 200);
  EXPECT_EQ(Connection(alice, "first")["connected"], true);
  EXPECT_EQ(Connection(alice, "second")["connected"], true);
}

TEST_F(OidcSignIn, ANewOneReplacesTheTokensOfTheOldOne) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  Connect(alice, "api", "alice-two");
  EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_EQ(LastSubject(), "alice-two");
  EXPECT_EQ(Read(Admin(), "/api/v1/connections")["items"].size(), 1U);
}

class OidcOwners : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }
};

TEST_F(OidcOwners, PerSessionTokensAreOfTheOneSession) {
  CreateApi("api", CodeAuth());
  const Caller here = SessionOf("alice");
  const Caller there = SessionOf("alice");
  Connect(here, "api", "alice");
  EXPECT_EQ(LoginState(here, "api"), "signed_in");
  EXPECT_EQ(LoginState(there, "api"), "signed_out");
  EXPECT_EQ(LoginState(SessionOf("bob"), "api"), "signed_out");
  // For an API key the session's place is taken by the user.
  EXPECT_EQ(LoginState(ActingFor("alice"), "api"), "signed_out");
  Connect(ActingFor("alice"), "api", "alice-by-key");
  EXPECT_EQ(LoginState(ActingFor("alice"), "api"), "signed_in");
  EXPECT_EQ(LastSubject(), "alice-by-key");
  EXPECT_EQ(LoginState(here, "api"), "signed_in");
  EXPECT_EQ(LastSubject(), "alice");
}

TEST_F(OidcOwners, PerUserTokensAreOfAllSessionsOfTheUserAndOfNobodyElse) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  Connect(SessionOf("alice"), "api", "alice");
  Connect(ActingFor("bob"), "api", "bob");
  for (const Caller& caller : {SessionOf("alice"), ActingFor("alice")}) {
    EXPECT_EQ(LoginState(caller, "api"), "signed_in");
    EXPECT_EQ(LastSubject(), "alice");
  }
  for (const Caller& caller : {SessionOf("bob"), ActingFor("bob")}) {
    EXPECT_EQ(LoginState(caller, "api"), "signed_in");
    EXPECT_EQ(LastSubject(), "bob");
  }
  EXPECT_EQ(LoginState(SessionOf("carol"), "api"), "signed_out");
}

TEST_F(OidcOwners, AUserIsNeededWhereTokensAreOfUsers) {
  for (const char* credentials : {"per_session", "per_user"}) {
    SCOPED_TRACE(credentials);
    CreateApi(credentials, CodeAuth({{"credentials", credentials}}));
    const std::string path = std::string("/api/v1/resources/") + credentials;
    for (const HttpResponse& response :
         {Call(Admin(), "POST", path + "/login"), Call(Admin(), "GET", path + "/login"),
          Call(Admin(), "GET", path + "/connection")}) {
      EXPECT_EQ(response.status, 422) << response.body;
      EXPECT_THAT(response.body, HasSubstr("Sallyport-User"));
    }
  }
}

TEST_F(OidcOwners, SharedTokensAreSetUpByAnAdminAndServeAll) {
  CreateApi("api", CodeAuth({{"credentials", "shared"}}));
  const Caller alice = SessionOf("alice");
  const HttpResponse refused = Call(alice, "POST", "/api/v1/resources/api/login");
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_EQ(Read(alice, "/api/v1/resources/api/login")["login_url"], nullptr);

  Connect(Admin(), "api", "service-account");
  for (const Caller& caller : {alice, SessionOf("bob"), Admin(), ActingFor("carol")}) {
    EXPECT_EQ(LoginState(caller, "api"), "signed_in");
    EXPECT_EQ(LastSubject(), "service-account");
  }
  EXPECT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 403);
  EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_EQ(Call(Admin(), "DELETE", "/api/v1/resources/api/connection").status, 204);
  EXPECT_EQ(LoginState(alice, "api"), "signed_out");
}

}  // namespace
}  // namespace sallyport::test
