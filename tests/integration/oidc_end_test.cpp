// The end of tokens: here, and at the provider that gave them.
#include <gmock/gmock.h>

#include <fstream>

#include "support/oidc_fixture.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::seconds kSoon(10);

class OidcEnd : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }

  /// What is revoked in the background.
  void ExpectNoTokenWorksSoon() {
    EXPECT_TRUE(WaitUntil([&] { return provider_.LiveTokens().empty(); }, kSoon))
        << provider_.LiveTokens() << gateway_->stderr_text();
  }
  [[nodiscard]] std::vector<std::string> SubjectsAlive() const {
    std::vector<std::string> subjects;
    for (const TestJson& token : provider_.LiveTokens()) subjects.push_back(token["subject"]);
    return subjects;
  }
  void ExpectNoConnectionIsListed() {
    EXPECT_THAT(Read(Admin(), "/api/v1/connections")["items"], IsEmpty());
  }
};

TEST_F(OidcEnd, DisconnectingRevokesAtTheProviderBeforeItIsAnswered) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  const Caller bob = SessionOf("bob");
  Connect(alice, "api", "alice");
  Connect(bob, "api", "bob");
  EXPECT_EQ(provider_.LiveTokens().size(), 4U);

  EXPECT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 204);
  EXPECT_THAT(SubjectsAlive(), testing::ElementsAre("bob", "bob"));
  for (const TestJson& revocation : provider_.Events("revocation")) {
    EXPECT_EQ(revocation["status"], 200);
    EXPECT_EQ(revocation["client_auth"], "basic");
  }
  EXPECT_EQ(Connection(alice, "api")["connected"], false);
  EXPECT_EQ(LoginState(alice, "api"), "signed_out");
  EXPECT_EQ(LoginState(bob, "api"), "signed_in");
  EXPECT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 204)
      << "what should be gone is gone";
}

TEST_F(OidcEnd, EveryKindOfClientMayRevoke) {
  struct Case {
    const char* id;
    std::string_view secret;
    const char* auth;
  };
  for (const Case& client : {Case{"post", kOddClientSecret, "post"}, Case{"public", "", "none"},
                             Case{"unicode", kUnicodeClientSecret, "basic"}}) {
    SCOPED_TRACE(client.id);
    TestJson auth = ExplicitAuth(
        {{"client_id", client.id}, {"client_secret", client.secret}, {"client_auth", client.auth}});
    if (client.secret.empty()) auth.erase("client_secret");
    CreateApi(client.id, auth);
    const Caller alice = SessionOf("alice");
    Connect(alice, client.id, "alice");
    const std::string path = std::string("/api/v1/resources/") + client.id + "/connection";
    EXPECT_EQ(Call(alice, "DELETE", path).status, 204);
    EXPECT_THAT(provider_.LiveTokens(), IsEmpty()) << gateway_->stderr_text();
  }
}

TEST_F(OidcEnd, WithoutARevocationUrlTheTokensAreForgottenHere) {
  CreateApi("api", ExplicitAuth({{"revocation_url", nullptr}}));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  EXPECT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 204);
  EXPECT_EQ(LoginState(alice, "api"), "signed_out");
  EXPECT_EQ(provider_.LiveTokens().size(), 2U);
  EXPECT_THAT(provider_.Events("revocation"), IsEmpty());
}

TEST_F(OidcEnd, ARevocationThatFailsIsLoggedAndTheTokensAreGoneAllTheSame) {
  CreateApi("api", ExplicitAuth({{"revocation_url", provider_.url() + "/nothing-here"}}));
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  EXPECT_EQ(Call(alice, "DELETE", "/api/v1/resources/api/connection").status, 204);
  EXPECT_EQ(LoginState(alice, "api"), "signed_out");
  EXPECT_TRUE(gateway_->WaitForStderr("a token was not revoked at the provider", kSoon));
  EXPECT_THAT(gateway_->stderr_text(), HasSubstr("it answered 404"));
}

TEST_F(OidcEnd, LogoutEndsTheTokensOfTheSessionOnly) {
  CreateApi("session", CodeAuth());
  CreateApi(
      "user",
      CodeAuth({{"client_id", "post"}, {"client_auth", "post"}, {"credentials", "per_user"}}));
  const Caller alice = SessionOf("alice");
  Connect(alice, "session", "alice-in-session");
  Connect(alice, "user", "alice-as-user");
  ASSERT_EQ(Call(alice, "DELETE", "/api/v1/session").status, 204);
  EXPECT_TRUE(WaitUntil([&] { return SubjectsAlive().size() == 2; }, kSoon));
  EXPECT_THAT(SubjectsAlive(), testing::Each("alice-as-user"));
  EXPECT_EQ(LoginState(SessionOf("alice"), "session"), "signed_out");
  EXPECT_EQ(LoginState(SessionOf("alice"), "user"), "signed_in");
}

TEST_F(OidcEnd, AnAdminWhoEndsASessionEndsItsTokens) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  const std::string id = Read(Admin(), "/api/v1/sessions")["items"][0]["id"];
  ASSERT_EQ(Call(Admin(), "DELETE", "/api/v1/sessions/" + id).status, 204);
  ExpectNoTokenWorksSoon();
  ExpectNoConnectionIsListed();
}

TEST_F(OidcEnd, DeletingTheResourceEndsTheTokensOfAll) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  Connect(SessionOf("alice"), "api", "alice");
  Connect(SessionOf("bob"), "api", "bob");
  ASSERT_EQ(Call(Admin(), "DELETE", "/api/v1/resources/api").status, 204);
  ExpectNoTokenWorksSoon();
  ExpectNoConnectionIsListed();
  // Another resource of that name is another one.
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  EXPECT_EQ(LoginState(SessionOf("alice"), "api"), "signed_out");
}

TEST_F(OidcEnd, EditsOfWhatTokensWereIssuedUnderDropAndRevokeThem) {
  const std::string url = provider_.url();
  const std::pair<const char*, TestJson> edits[] = {
      {"client_id", {{"client_id", "post"}}},
      {"client_secret", {{"client_secret", "another"}}},
      {"token_url", {{"token_url", url + "/token?other"}}},
      {"authorization_url", {{"authorization_url", url + "/auth?other"}}},
      {"scopes", {{"scopes", {"openid", "offline_access"}}}},
      {"type", {{"type", "none"}}}};
  for (const auto& [what, change] : edits) {
    SCOPED_TRACE(what);
    const std::string slug = std::string("edit-") + what;
    CreateApi(slug, ExplicitAuth());
    const Caller alice = SessionOf("alice");
    Connect(alice, slug, "alice");
    ASSERT_EQ(provider_.LiveTokens().size(), 2U);
    const HttpResponse edited =
        Call(Admin(), "PATCH", "/api/v1/resources/" + slug, {{"auth", change}});
    ASSERT_EQ(edited.status, 200) << edited.body;
    if (std::string(what) != "type") {
      EXPECT_EQ(Connection(alice, slug)["connected"], false);
      EXPECT_EQ(LoginState(alice, slug), "signed_out");
    }
    ExpectNoTokenWorksSoon();
    ExpectNoConnectionIsListed();
  }
}

TEST_F(OidcEnd, OtherEditsKeepThem) {
  CreateApi("api", ExplicitAuth());
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  const TestJson edits[] = {{{"name", "Another name"}},
                            {{"auth", {{"refresh_before_seconds", 5}}}},
                            {{"auth", {{"client_secret", kOddClientSecret}}}},
                            {{"auth", {{"client_secret", "********"}, {"attach", "header"}}}},
                            {{"params", {{{"name", "a"}, {"value", "b"}}}}}};
  for (const TestJson& edit : edits) {
    SCOPED_TRACE(edit.dump());
    const HttpResponse edited = Call(Admin(), "PATCH", "/api/v1/resources/api", edit);
    ASSERT_EQ(edited.status, 200) << edited.body;
    EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  }
  // And reading it and writing it back.
  const TestJson read = Read(Admin(), "/api/v1/resources/api");
  ASSERT_EQ(Call(Admin(), "PUT", "/api/v1/resources/api", read).status, 200);
  EXPECT_EQ(LoginState(alice, "api"), "signed_in");
  EXPECT_THAT(provider_.Events("revocation"), IsEmpty());
}

TEST_F(OidcEnd, NoTokenStandsInTheDatabaseInClear) {
  CreateApi("api", CodeAuth());
  const Caller alice = SessionOf("alice");
  Connect(alice, "api", "alice");
  for (const std::string& token : provider_.AllTokens()) {
    for (const char* name : {"/sallyport.db", "/sallyport.db-wal"}) {
      std::ifstream file(gateway_->data_dir() + name);
      const std::string bytes((std::istreambuf_iterator<char>(file)),
                              std::istreambuf_iterator<char>());
      EXPECT_EQ(bytes.find(token), std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace sallyport::test
