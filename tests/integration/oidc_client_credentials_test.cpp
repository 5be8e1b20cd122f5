// Tokens that the gateway fetches for itself (RFC 6749 §4.4) from a real provider.
#include <gmock/gmock.h>

#include "support/oidc_fixture.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class OidcClientCredentials : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }
};

struct ClientCase {
  const char* id;
  std::string_view secret;
  const char* auth;
};

TEST_F(OidcClientCredentials, AreFetchedOnceForAllCallersHoweverTheClientProvesItself) {
  for (const ClientCase& client : {ClientCase{"basic", kOddClientSecret, "basic"},
                                   ClientCase{"unicode", kUnicodeClientSecret, "basic"},
                                   ClientCase{"post", kOddClientSecret, "post"}}) {
    SCOPED_TRACE(client.id);
    provider_.ForgetEvents();
    CreateApi(client.id, ClientCredentials({{"client_id", client.id},
                                            {"client_secret", client.secret},
                                            {"client_auth", client.auth}}));
    for (const Caller& caller : {SessionOf("alice"), SessionOf("bob"), Admin()}) {
      EXPECT_EQ(LoginState(caller, client.id), "signed_in");
      EXPECT_EQ(LastSubject(), std::string("client ") + client.id);
    }
    const TestJson tokens = provider_.Events("token");
    ASSERT_EQ(tokens.size(), 1U);
    EXPECT_EQ(tokens[0]["client_auth"], client.auth);
    EXPECT_EQ(tokens[0]["params"]["grant_type"], "client_credentials");
    EXPECT_EQ(tokens[0]["params"]["scope"], "api:read");
  }
}

TEST_F(OidcClientCredentials, FindTheirEndpointByDiscovery) {
  CreateApi("api", ClientCredentials({{"issuer", provider_.url()}, {"token_url", nullptr}}));
  EXPECT_EQ(LoginState(Admin(), "api"), "signed_in");
  EXPECT_EQ(provider_.Events("discovery").size(), 1U);
}

TEST_F(OidcClientCredentials, HaveNoSignIn) {
  CreateApi("api", ClientCredentials());
  const HttpResponse refused = Call(Admin(), "POST", "/api/v1/resources/api/login");
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("client credentials"));
  EXPECT_EQ(Read(Admin(), "/api/v1/resources/api/login")["login_url"], nullptr);
}

TEST_F(OidcClientCredentials, AreFetchedAgainBeforeTheyEnd) {
  CreateApi("api", ClientCredentials(ShortLived()));
  EXPECT_TRUE(WaitUntil(
      [&] {
        EXPECT_EQ(LoginState(Admin(), "api"), "signed_in");
        return provider_.TokenRequests("client_credentials") >= 3;
      },
      std::chrono::seconds(10)));
  EXPECT_EQ(Read(Admin(), "/api/v1/connections")["items"].size(), 1U);
}

TEST_F(OidcClientCredentials, AWrongSecretIsToldAndNotTriedOnEveryCall) {
  CreateApi("api", ClientCredentials({{"client_secret", "wrong-secret"}}));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(LoginState(Admin(), "api"), "unknown");
  EXPECT_LE(provider_.TokenRequests("client_credentials"), 2U);
  EXPECT_EQ(Connection(Admin(), "api")["connected"], false);
  EXPECT_TRUE(gateway_->WaitForStderr("invalid_client", std::chrono::seconds(5)));
  EXPECT_THAT(gateway_->stderr_text(), Not(HasSubstr("wrong-secret")));

  const HttpResponse fixed = Call(Admin(), "PATCH", "/api/v1/resources/api",
                                  {{"auth", {{"client_secret", kOddClientSecret}}}});
  ASSERT_EQ(fixed.status, 200) << fixed.body;
  EXPECT_EQ(LoginState(Admin(), "api"), "signed_in") << "a repaired secret waits for nothing";
}

TEST_F(OidcClientCredentials, AreForgottenAndRevokedByAnAdmin) {
  CreateApi("api", ClientCredentials());
  const Caller alice = SessionOf("alice");
  ASSERT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 403);
  EXPECT_EQ(Call(Admin(), "DELETE", "/api/v1/resources/api/connection").status, 204);
  EXPECT_THAT(provider_.LiveTokens(), IsEmpty());
  EXPECT_EQ(LoginState(alice, "api"), "signed_in") << "the next call fetches another one";
}

}  // namespace
}  // namespace sallyport::test
