// What callers are told of their tokens: states, connections, lists.
#include <gmock/gmock.h>

#include "support/oidc_fixture.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class OidcConnections : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// "resource owner user" of each item.
  std::vector<std::string> Listed(const Caller& caller, const std::string& query = "") {
    std::vector<std::string> found;
    const TestJson list = Read(caller, "/api/v1/connections" + query);
    for (const TestJson& item : list["items"]) {
      found.push_back(item["resource"].get<std::string>() + " " + item["owner"].get<std::string>() +
                      " " + item["user"].dump());
    }
    return found;
  }
};

TEST_F(OidcConnections, UsersSeeTheirOwnAndAdminsAll) {
  CreateApi("session", CodeAuth());
  CreateApi("user", CodeAuth({{"credentials", "per_user"}}));
  CreateApi("shared", CodeAuth({{"credentials", "shared"}}));
  CreateApi("client", ClientCredentials());
  const Caller alice = SessionOf("alice");
  const Caller bob = SessionOf("bob");
  EXPECT_THAT(Listed(alice), IsEmpty());
  Connect(alice, "session", "alice");
  Connect(alice, "user", "alice");
  Connect(bob, "user", "bob");
  Connect(Admin(), "shared", "service");
  ASSERT_EQ(LoginState(alice, "client"), "signed_in");

  EXPECT_THAT(Listed(alice),
              UnorderedElementsAre("session session \"alice\"", "user user \"alice\""));
  EXPECT_THAT(Listed(bob), UnorderedElementsAre("user user \"bob\""));
  EXPECT_THAT(Listed(SessionOf("carol")), IsEmpty());
  EXPECT_THAT(Listed(Admin()), UnorderedElementsAre("session session \"alice\"",
                                                    "user user \"alice\"", "user user \"bob\"",
                                                    "shared shared null", "client client null"));
  EXPECT_EQ(Read(Admin(), "/api/v1/connections?limit=2")["items"].size(), 2U);
  EXPECT_NE(Read(Admin(), "/api/v1/connections?limit=2")["next_cursor"], nullptr);
}

TEST_F(OidcConnections, NeverShowAToken) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  const std::string all = Call(Admin(), "GET", "/api/v1/connections").body +
                          Call(alice, "GET", "/api/v1/connections").body +
                          Call(alice, "GET", "/api/v1/resources/api/connection").body +
                          Call(alice, "GET", "/api/v1/resources/api/login").body +
                          Call(Admin(), "GET", "/api/v1/resources/api").body +
                          Call(Admin(), "GET", "/api/v1/audit").body +
                          Call(Admin(), "GET", "/api/v1/status").body +
                          Call(Admin(), "GET", "/metrics").body;
  const std::vector<std::string> tokens = provider_.AllTokens();
  ASSERT_EQ(tokens.size(), 2U);
  for (const std::string& token : tokens) EXPECT_THAT(all, Not(HasSubstr(token)));
  EXPECT_THAT(all, HasSubstr("connection.create"));
}

TEST_F(OidcConnections, ShowWhatWasGrantedAndUntilWhen) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  const TestJson before = Connection(alice, "api");
  EXPECT_EQ(before, TestJson({{"connected", false},
                              {"scopes", TestJson::array()},
                              {"expires_at", nullptr},
                              {"last_refresh_at", nullptr},
                              {"last_error", nullptr},
                              {"credentials", "per_session"}}));
  Connect(alice, "api", "alice");
  const TestJson after = Connection(alice, "api");
  EXPECT_EQ(after["connected"], true);
  EXPECT_EQ(after["scopes"], TestJson({"openid", "offline_access", "api:read"}));
  EXPECT_THAT(after["expires_at"].get<std::string>(), testing::EndsWith("Z"));
}

TEST_F(OidcConnections, TheLoginTestHasThreeStates) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  const TestJson out = Read(alice, "/api/v1/resources/api/login");
  EXPECT_EQ(out["state"], "signed_out");
  EXPECT_EQ(out["upstream_status"], nullptr);
  EXPECT_THAT(provider_.Events("api"), IsEmpty()) << "without a token there is no call";

  // The link that comes with it is a link like any other.
  Browser browser;
  EXPECT_TRUE(SignIn(browser, out["login_url"], "alice").Shows("is connected"));
  const TestJson in = Read(alice, "/api/v1/resources/api/login");
  EXPECT_EQ(in["state"], "signed_in");
  EXPECT_EQ(in["upstream_status"], 200);

  provider_.ExpireAccessTokens();
  EXPECT_EQ(LoginState(alice, "api"), "signed_in") << "a refused token is renewed first";

  provider_.RevokeGrants();
  const TestJson refused = Read(alice, "/api/v1/resources/api/login");
  EXPECT_EQ(refused["state"], "signed_out");
  EXPECT_EQ(refused["upstream_status"], 401);
  EXPECT_TRUE(SignIn(browser, LoginUrl(alice, "api"), "alice").Shows("is connected"));

  const auto set_test = [&](const TestJson& url) {
    const HttpResponse edited =
        Call(Admin(), "PATCH", "/api/v1/resources/api", {{"login_test_url", url}});
    EXPECT_EQ(edited.status, 200) << edited.body;
  };
  set_test(nullptr);
  EXPECT_EQ(LoginState(alice, "api"), "unknown");
  const std::uint16_t nobody = ListeningSocket().port();
  EXPECT_EQ(Call(Admin(), "PATCH", "/api/v1/resources/api",
                 {{"extra_origins", {"http://127.0.0.1:" + std::to_string(nobody)}},
                  {"auth", {{"client_secret", kOddClientSecret}}}})
                .status,
            200);
  const HttpResponse edited =
      Call(Admin(), "PATCH", "/api/v1/resources/api",
           {{"login_test_url", "http://127.0.0.1:" + std::to_string(nobody) + "/me"},
            {"auth", {{"client_secret", kOddClientSecret}}}});
  ASSERT_EQ(edited.status, 200) << edited.body;
  const TestJson unanswered = Read(alice, "/api/v1/resources/api/login");
  EXPECT_EQ(unanswered["state"], "unknown");
  EXPECT_EQ(unanswered["upstream_status"], nullptr);
  EXPECT_THAT(unanswered["reason"].get<std::string>(), HasSubstr("connection refused"));
}

TEST_F(OidcConnections, ASessionSeesNoneOfAnotherSessionOfItsUser) {
  CreateApi("api", CodeAuth());
  const Caller here = SessionOf("alice");
  const Caller there = SessionOf("alice");
  Connect(here, "api", "alice");
  EXPECT_THAT(Listed(here), UnorderedElementsAre("api session \"alice\""));
  EXPECT_THAT(Listed(there), IsEmpty());
  const TestJson all = Read(Admin(), "/api/v1/connections");
  ASSERT_EQ(all["items"].size(), 1U);
  EXPECT_EQ(all["items"][0]["session_id"], Read(here, "/api/v1/session")["id"]);
}

TEST_F(OidcConnections, AResourceThatARunnerMayNotUseIsNotThere) {
  CreateApi("api", CodeAuth());
  const HttpResponse made =
      Call(Admin(), "POST", "/api/v1/api-keys",
           {{"name", "k"}, {"role", "runner"}, {"resources", {"other"}}, {"act_as_users", true}});
  ASSERT_EQ(made.status, 201) << made.body;
  const Caller other = {Bearer(TestJson::parse(made.body)["key"]), {"Sallyport-User", "alice"}};
  for (const char* path : {"/login", "/connection"}) {
    EXPECT_EQ(Call(other, "GET", std::string("/api/v1/resources/api") + path).status, 404);
  }
  EXPECT_EQ(Call(other, "POST", "/api/v1/resources/api/login").status, 404);
  EXPECT_EQ(Call(other, "DELETE", "/api/v1/resources/api/connection").status, 404);
}

TEST_F(OidcConnections, AResourceWithoutOAuthHasNone) {
  CreateResource("plain", provider_.api());
  for (const char* path : {"/login", "/connection"}) {
    const HttpResponse refused =
        Call(ActingFor("alice"), "GET", std::string("/api/v1/resources/plain") + path);
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("does not use OAuth 2.0"));
  }
}

TEST_F(OidcConnections, ReadsOfTheResourceShowTheCallbackUrl) {
  CreateApi("api", CodeAuth());
  EXPECT_EQ(Read(Admin(), "/api/v1/resources/api")["callback_url"],
            gateway_->base_url() + "/oauth/callback");
}

}  // namespace
}  // namespace sallyport::test
