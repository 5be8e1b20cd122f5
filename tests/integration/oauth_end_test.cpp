// The end of tokens: whatever ends them here ends them at the provider, too, and nothing brings
// them back.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

class OAuthEnd : public OAuthFixture {
 protected:
  void SetUp() override { StartOAuthGateway("timeouts: {token: 400}\n"); }

  void CreateRevoking(const TestJson& auth = TestJson::object()) {
    TestJson all = {{"revocation_url", provider_->url() + "/revoke"}};
    all.update(auth);
    CreateOAuthResource("idp", all, {{"proxy", {{"enabled", true}, {"methods", {"GET", "POST"}}}}});
  }

  /// Tokens that the provider was told to forget.
  [[nodiscard]] std::multiset<std::string> Revoked() const {
    std::multiset<std::string> tokens;
    for (const SeenRequest& request : provider_->requests("/revoke")) {
      tokens.insert(request.Param("token"));
    }
    return tokens;
  }

  /// All tokens that were issued are revoked in the end, each once.
  void ExpectAllRevoked(const std::string& what) {
    const std::vector<std::string> issued = provider_->issuer().issued();
    const std::multiset<std::string> expected(issued.begin(), issued.end());
    EXPECT_TRUE(WaitUntil([&] { return Revoked() == expected; }, std::chrono::seconds(10)))
        << what << ": " << Revoked().size() << " of " << expected.size();
  }

  std::string NewKey(TestJson key) {
    key.update({{"name", "k"}, {"role", "admin"}, {"resources", {"*"}}});
    const HttpResponse made = Api("POST", "/api/v1/api-keys", key);
    EXPECT_EQ(made.status, 201) << made.body;
    const TestJson body = TestJson::parse(made.body);
    key_id_ = body["api_key"]["id"];
    return body["key"];
  }

  std::string key_id_;  ///< of the last one
};

/// Sign-ins of every kind, and what ends them.
TEST_F(OAuthEnd, IsToldToTheProvider) {
  struct Row {
    std::string what;
    std::string credentials;
    std::function<HeaderList()> caller;
    std::function<HttpResponse(const HeaderList&)> end;
  };
  const auto session = [this] { return SessionOf("alice"); };
  const auto acting = [this] { return For("alice"); };
  const auto edit = [this](const TestJson& auth) {
    return [this, auth](const HeaderList& /*caller*/) {
      return Api("PATCH", "/api/v1/resources/idp", {{"auth", auth}});
    };
  };
  const auto remove = [this](const HeaderList& /*caller*/) {
    return Api("DELETE", "/api/v1/resources/idp");
  };
  const Row rows[] = {
      {"logout", "per_session", session,
       [this](const HeaderList& caller) { return CallAs(caller, "DELETE", "/api/v1/session"); }},
      {"an admin ends the session", "per_session", session,
       [this](const HeaderList& caller) {
         const HttpResponse list = Api("GET", "/api/v1/sessions");
         const TestJson items = TestJson::parse(list.body)["items"];
         EXPECT_EQ(items.size(), 1U) << list.body;
         (void)caller;
         return Api("DELETE", "/api/v1/sessions/" + items[0]["id"].get<std::string>());
       }},
      {"the key that made the session is deleted", "per_session",
       [this] {
         const std::string key = NewKey({});
         const HttpResponse made = HttpJson("POST", gateway_->base_url() + "/api/v1/sessions",
                                            R"({"user":"alice"})", {Bearer(key)});
         EXPECT_EQ(made.status, 201) << made.body;
         return HeaderList{Bearer(TestJson::parse(made.body).value("token", ""))};
       },
       [this](const HeaderList& /*caller*/) {
         return Api("DELETE", "/api/v1/api-keys/" + key_id_);
       }},
      {"the session disconnects", "per_session", session,
       [this](const HeaderList& caller) {
         return CallAs(caller, "DELETE", "/api/v1/resources/idp/connection");
       }},
      {"the user disconnects", "per_user", acting,
       [this](const HeaderList& caller) {
         return CallAs(caller, "DELETE", "/api/v1/resources/idp/connection");
       }},
      {"an admin disconnects all", "shared", acting,
       [this](const HeaderList& /*caller*/) {
         return Api("DELETE", "/api/v1/resources/idp/connection");
       }},
      {"the resource is deleted", "per_user", acting, remove},
      {"the resource of a session is deleted", "per_session", session, remove},
      {"another client", "per_user", acting, edit({{"client_id", "another"}})},
      {"another secret", "per_user", acting, edit({{"client_secret", "another-secret"}})},
      {"other scopes", "per_session", session, edit({{"scopes", {"read", "write"}}})},
      {"another kind", "per_user", acting, [this](const HeaderList& /*caller*/) {
         TestJson document = TestJson::parse(Api("GET", "/api/v1/resources/idp").body);
         document["auth"] = {{"type", "none"}};
         return Api("PUT", "/api/v1/resources/idp", document);
       }}};
  for (const Row& row : rows) {
    CreateRevoking({{"credentials", row.credentials}});
    const HeaderList caller = row.caller();
    SignIn(caller, "idp", "alice");
    ASSERT_EQ(OwnerIn(CallAs(caller, "GET", "/proxy/idp/x")), "alice") << row.what;
    const HttpResponse ended = row.end(caller);
    EXPECT_TRUE(ended.status == 204 || ended.status == 200) << row.what << ended.body;
    ExpectAllRevoked(row.what);
    EXPECT_NE(OwnerIn(CallAs(caller, "GET", "/proxy/idp/x")), "alice") << row.what;
    EXPECT_EQ(TestJson::parse(Api("GET", "/api/v1/connections").body)["items"].size(), 0U)
        << row.what;
    (void)Api("DELETE", "/api/v1/resources/idp");
    const TestJson sessions = TestJson::parse(Api("GET", "/api/v1/sessions").body);
    for (const TestJson& left : sessions["items"]) {
      (void)Api("DELETE", "/api/v1/sessions/" + left["id"].get<std::string>());
    }
  }
}

/// Tokens that another caller's end does not concern.
TEST_F(OAuthEnd, IsNobodyElses) {
  CreateRevoking({{"credentials", "per_session"}});
  const HeaderList first = SessionOf("alice");
  const HeaderList second = SessionOf("alice");
  const HeaderList key = For("alice");
  for (const HeaderList& caller : {first, second, key}) SignIn(caller, "idp", "alice");
  EXPECT_EQ(CallAs(first, "DELETE", "/api/v1/session").status, 204);
  EXPECT_TRUE(WaitUntil([&] { return Revoked().size() == 2; }, std::chrono::seconds(10)));
  EXPECT_EQ(OwnerIn(CallAs(second, "GET", "/proxy/idp/x")), "alice");
  EXPECT_EQ(OwnerIn(CallAs(key, "GET", "/proxy/idp/x")), "alice");
  EXPECT_EQ(CallAs(second, "DELETE", "/api/v1/resources/idp/connection").status, 204);
  EXPECT_EQ(OwnerIn(CallAs(second, "GET", "/proxy/idp/x")), "login_required");
  EXPECT_EQ(OwnerIn(CallAs(key, "GET", "/proxy/idp/x")), "alice");
  EXPECT_EQ(Revoked().size(), 4U);
}

/// Edits that change nothing of what tokens were issued under keep them.
TEST_F(OAuthEnd, IsNotNearForOtherEdits) {
  CreateRevoking();
  SignIn(For("alice"), "idp", "alice");
  const TestJson edits[] = {{{"name", "Another name"}},
                            {{"auth", {{"refresh_before_seconds", 10}}}},
                            {{"auth", {{"client_secret", "********"}}}},
                            {{"auth", {{"client_secret", "the-client-secret"}}}},
                            {{"auth", {{"audience", "x"}}}},
                            {{"headers", {{{"name", "X-A"}, {"value", "1"}}}}}};
  for (const TestJson& edit : edits) {
    EXPECT_EQ(Api("PATCH", "/api/v1/resources/idp", edit).status, 200) << edit;
    EXPECT_EQ(OwnerIn(CallAs(For("alice"), "GET", "/proxy/idp/x")), "alice") << edit;
  }
  EXPECT_TRUE(Revoked().empty());
}

TEST_F(OAuthEnd, ComesWhateverTheProviderSays) {
  const ScriptedAnswer answers[] = {
      ScriptedAnswer::Json(500, "{}"), ScriptedAnswer::Json(400, R"({"error":"unsupported"})"),
      ScriptedAnswer::Raw("", ScriptedAnswer::Then::kReset),
      ScriptedAnswer::Raw("HTTP/1.1 200 OK\r\n", ScriptedAnswer::Then::kDrip)};
  CreateRevoking();
  int failures = 0;
  for (const ScriptedAnswer& answer : answers) {
    provider_->On("/revoke", [&](const SeenRequest& /*request*/) { return answer; });
    SignIn(For("alice"), "idp", "alice");
    EXPECT_EQ(CallAs(For("alice"), "DELETE", "/api/v1/resources/idp/connection").status, 204);
    EXPECT_EQ(OwnerIn(CallAs(For("alice"), "GET", "/proxy/idp/x")), "login_required");
    failures += 2;  // of both tokens
    EXPECT_TRUE(gateway_->WaitForStderr("a token was not revoked at the provider",
                                        std::chrono::seconds(10), failures));
  }
}

/// What a refresh brings after the end of its sign-in has no place: it is revoked, too.
TEST_F(OAuthEnd, OutrunsARefreshUnderWay) {
  CreateRevoking();
  SignIn(For("alice"), "idp", "alice");
  provider_->issuer().ExpireAccessTokens();
  provider_->On("/token", [&](const SeenRequest& request) {
    ScriptedAnswer answer = provider_->Issue(request);
    EXPECT_EQ(CallAs(For("alice"), "DELETE", "/api/v1/resources/idp/connection").status, 204);
    return answer;
  });
  const HttpResponse response = CallAs(For("alice"), "GET", "/proxy/idp/x");
  EXPECT_EQ(OwnerIn(response), "login_required") << response.body;
  ExpectAllRevoked("refresh");
  EXPECT_EQ(Connection(For("alice"), "idp")["connected"], false);
}

/// The same for the exchange of a code.
TEST_F(OAuthEnd, OutrunsASignInUnderWay) {
  CreateRevoking({{"credentials", "per_session"}});
  const HeaderList alice = SessionOf("alice");
  const DepartedBrowser browser = Depart(alice, "idp");
  provider_->On("/token", [&](const SeenRequest& request) {
    ScriptedAnswer answer = provider_->Issue(request);
    EXPECT_EQ(CallAs(alice, "DELETE", "/api/v1/session").status, 204);
    return answer;
  });
  const HttpResponse page = ReturnWithCode(browser, "alice");
  EXPECT_EQ(page.status, 400);
  EXPECT_NE(page.body.find("session"), std::string::npos) << page.body;
  ExpectAllRevoked("sign-in");
}

}  // namespace
}  // namespace sallyport::test
