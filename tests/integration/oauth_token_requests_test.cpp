// What the provider is asked, and what of its answers is understood: odd ones are tokens, too.
#include <gtest/gtest.h>

#include <ctime>
#include <optional>

#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

/// Seconds from now to "2026-01-01T00:00:00Z" (or with a fraction); nullopt for null.
std::optional<double> SecondsUntil(const TestJson& time) {
  if (!time.is_string()) return std::nullopt;
  std::tm parts{};
  if (strptime(time.get<std::string>().c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) {
    ADD_FAILURE() << time;
    return std::nullopt;
  }
  return std::difftime(timegm(&parts), std::time(nullptr));
}

class OAuthTokenRequests : public OAuthFixture {
 protected:
  void SetUp() override { StartOAuthGateway(); }

  /// The provider takes every token that it did not issue itself.
  void TakeEveryToken() {
    provider_->On("/api/x",
                  [](const SeenRequest& /*request*/) { return ScriptedAnswer::Json(200, "{}"); });
  }
  std::string LastTokenAtTarget() {
    const std::vector<SeenRequest> calls = provider_->requests("/api/x");
    return calls.empty() ? "none" : calls.back().Field("Authorization");
  }
};

TEST_F(OAuthTokenRequests, UnderstandTokensInOddAnswers) {
  const auto json = ScriptedAnswer::Json;
  const auto typed = [&](const std::string& type, const std::string& body) {
    ScriptedAnswer answer = json(200, body);
    answer.type = type;
    return answer;
  };
  const auto expires = [&](const std::string& value) {
    return json(200, R"({"access_token":"t","expires_in":)" + value + "}");
  };
  const TestJson none = TestJson::object();
  const TestJson lifetime = {{"access_token_lifetime_seconds", 1800}};
  const TestJson paths = {{"token_paths",
                           {{"access_token", "/data/tokens/0/accessToken"},
                            {"expires_in", "/data/ttl"},
                            {"refresh_token", "/r~1t"}}}};
  const struct {
    std::string what;
    ScriptedAnswer answer;
    TestJson auth;
    std::optional<double> lives;
  } rows[] = {
      {"a number", expires("3600"), none, 3600},
      {"a text", expires("\"3600\""), none, 3600},
      {"a float", expires("3600.0"), none, 3600},
      {"a float as text", expires("\"3600.5\""), none, 3600},
      {"a text with blanks", expires("\" 3600 \""), none, 3600},
      {"missing", json(200, R"({"access_token":"t"})"), none, std::nullopt},
      {"missing, with a lifetime", json(200, R"({"access_token":"t"})"), lifetime, 1800},
      {"given beside a lifetime", expires("600"), lifetime, 600},
      {"null", expires("null"), none, std::nullopt},
      {"null, with a lifetime", expires("null"), lifetime, 1800},
      {"words", expires("\"soon\""), none, std::nullopt},
      {"a unit", expires("\"3600s\""), none, std::nullopt},
      {"zero", expires("0"), none, std::nullopt},
      {"negative", expires("-1"), none, std::nullopt},
      {"huge", expires("1e99"), none, std::nullopt},
      {"huge, with a lifetime", expires("99999999999999999999"), lifetime, 1800},
      {"a list", expires("[3600]"), none, std::nullopt},
      {"a form", typed("application/x-www-form-urlencoded", "access_token=t&expires_in=3600"), none,
       3600},
      {"a form as text", typed("text/plain", "expires_in=3600&access_token=t&scope="), none, 3600},
      {"a form as HTML", typed("text/html", "access_token=t&expires_in=60\n"), none, 60},
      {"JSON as text", typed("text/plain", R"( {"access_token":"t","expires_in":60} )"), none, 60},
      {"JSON as HTML", typed("text/html", R"({"access_token":"t","expires_in":60})"), none, 60},
      {"JSON without a type", typed("", R"({"access_token":"t","expires_in":60})"), none, 60},
      {"JSON with a mark", json(200, "\xEF\xBB\xBF{\"access_token\":\"t\"}"), none, std::nullopt},
      {"created", json(201, R"({"access_token":"t"})"), none, std::nullopt},
      {"an error that is null", json(200, R"({"access_token":"t","error":null})"), none,
       std::nullopt},
      {"elsewhere", json(200, R"({"data":{"tokens":[{"accessToken":"t"}],"ttl":60},"r/t":"r"})"),
       paths, 60},
  };
  TakeEveryToken();
  const HeaderList alice = For("alice");
  for (const auto& row : rows) {
    CreateOAuthResource("idp", row.auth);
    provider_->AnswerTokenOnce(row.answer);
    const HttpResponse page = ReturnWithCode(Depart(alice, "idp"), "alice");
    ASSERT_EQ(page.status, 200) << row.what << "\n" << page.body;
    const TestJson connection = Connection(alice, "idp");
    EXPECT_EQ(connection["connected"], true) << row.what;
    const std::optional<double> lives = SecondsUntil(connection["expires_at"]);
    EXPECT_EQ(lives.has_value(), row.lives.has_value()) << row.what << " " << connection;
    EXPECT_NEAR(lives.value_or(0), row.lives.value_or(0), 10) << row.what;
    EXPECT_EQ(CallAs(alice, "GET", "/proxy/idp/x").status, 200) << row.what;
    EXPECT_EQ(LastTokenAtTarget(), "Bearer t") << row.what;
    EXPECT_EQ(Api("DELETE", "/api/v1/resources/idp").status, 204);
  }
}

/// Providers bind tokens to what was asked for, so every request asks for the same.
TEST_F(OAuthTokenRequests, CarryTheSameExtrasEveryTime) {
  const TestJson extras = {{"audience", "https://api.example/"},
                           {"resource", "urn:x?a=b&c"},
                           {"token_params",
                            {{{"name", "tenant"}, {"value", "t 1+2"}},
                             {{"name", "pin"}, {"value", "hidden"}, {"secret", true}},
                             {{"name", "off"}, {"value", "x"}, {"enabled", false}}}},
                           {"token_headers", {{{"name", "X-Tenant"}, {"value", "t1"}}}},
                           {"refresh_before_seconds", 0}};
  for (const char* format : {"form", "json"}) {
    TestJson auth = extras;
    auth["token_request"] = format;
    CreateOAuthResource("idp", auth);
    const HeaderList alice = For("alice");
    SignIn(alice, "idp", "alice");
    provider_->issuer().ExpireAccessTokens();
    EXPECT_EQ(OwnerIn(CallAs(alice, "GET", "/proxy/idp/x")), "alice");
    auth["grant"] = "client_credentials";
    auth["authorization_url"] = nullptr;
    CreateOAuthResource("machine", auth);
    EXPECT_EQ(OwnerIn(CallAs(alice, "GET", "/proxy/machine/x")), "client");
    EXPECT_EQ(Api("DELETE", "/api/v1/resources/idp").status, 204);
    EXPECT_EQ(Api("DELETE", "/api/v1/resources/machine").status, 204);
  }
  const std::vector<SeenRequest> asked = provider_->token_requests();
  ASSERT_EQ(asked.size(), 6U);
  const char* grants[] = {"authorization_code", "refresh_token", "client_credentials"};
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const SeenRequest& request = asked[i];
    EXPECT_EQ(request.Param("grant_type"), grants[i % 3]);
    EXPECT_EQ(request.Field("Content-Type"),
              i < 3 ? "application/x-www-form-urlencoded" : "application/json");
    EXPECT_EQ(request.Param("audience"), "https://api.example/") << request.body;
    EXPECT_EQ(request.Param("resource"), "urn:x?a=b&c") << request.body;
    EXPECT_EQ(request.Param("tenant"), "t 1+2") << request.body;
    EXPECT_EQ(request.Param("pin"), "hidden") << request.body;
    EXPECT_EQ(request.Param("off"), "") << request.body;
    EXPECT_EQ(request.Field("X-Tenant"), "t1");
  }
}

TEST_F(OAuthTokenRequests, ProveTheClientAsTheResourceSays) {
  const std::string id = "app:1 \xC3\xBC";
  const std::string secret = "s+e c/r&e=t%";
  const std::string basic =
      "Basic " + Base64Encode("app%3A1+%C3%BC:s%2Be+c%2Fr%26e%3Dt%25");  // RFC 6749 §2.3.1
  const struct {
    std::string client_auth;
    std::string authorization, client_id, client_secret;
  } rows[] = {{"basic", basic, "", ""}, {"post", "", id, secret}, {"none", "", id, ""}};
  for (const auto& row : rows) {
    TestJson auth = {{"client_id", id}, {"client_auth", row.client_auth}};
    auth["client_secret"] = row.client_auth == "none" ? TestJson() : TestJson(secret);
    CreateOAuthResource("idp", auth);
    SignIn(For("alice"), "idp", "alice");
    const SeenRequest asked = provider_->token_requests().back();
    EXPECT_EQ(asked.Field("Authorization"), row.authorization) << row.client_auth;
    EXPECT_EQ(asked.Param("client_id"), row.client_id) << row.client_auth;
    EXPECT_EQ(asked.Param("client_secret"), row.client_secret) << row.client_auth;
    EXPECT_EQ(Api("DELETE", "/api/v1/resources/idp").status, 204);
  }
}

TEST_F(OAuthTokenRequests, FollowFromTheAuthorizationRequest) {
  CreateOAuthResource("idp",
                      {{"authorization_url", provider_->url() + "/authorize?tenant=a%20b"},
                       {"scopes", {"a:read", "b/write"}},
                       {"scope_separator", ","},
                       {"audience", "aud"},
                       {"resource", "urn:r"},
                       {"authorize_params", {{{"name", "prompt"}, {"value", "consent & more"}}}}});
  const DepartedBrowser browser = Depart(For("alice"), "idp");
  EXPECT_TRUE(browser.location.starts_with(provider_->url() + "/authorize?tenant=a%20b&"))
      << browser.location;
  const std::pair<const char*, std::string> expected[] = {
      {"response_type", "code"},
      {"client_id", "app"},
      {"redirect_uri", "http://127.0.0.1:8080/oauth/callback"},
      {"scope", "a:read,b/write"},
      {"code_challenge_method", "S256"},
      {"audience", "aud"},
      {"resource", "urn:r"},
      {"prompt", "consent & more"}};
  for (const auto& [name, value] : expected) EXPECT_EQ(browser.Param(name), value) << name;
  EXPECT_GE(browser.Param("state").size(), 43U);  // 256 bits

  EXPECT_EQ(ReturnWithCode(browser, "alice").status, 200);
  const SeenRequest asked = provider_->token_requests().back();
  EXPECT_EQ(asked.Param("redirect_uri"), "http://127.0.0.1:8080/oauth/callback");
  const std::string verifier = asked.Param("code_verifier");
  EXPECT_GE(verifier.size(), 43U);
  const auto digest = crypto::Sha256(verifier);
  EXPECT_EQ(browser.Param("code_challenge"),
            Base64UrlEncode({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

/// The address to register depends on public_url, whatever a call says about itself.
TEST_F(OAuthTokenRequests, NameTheOneCallbackUrl) {
  CreateOAuthResource("idp");
  CreateResource("plain", provider_->url());
  const std::string expected = "http://127.0.0.1:8080/oauth/callback";
  const HeaderList lies = {{"Host", "evil.example"},
                           {"X-Forwarded-Host", "evil.example"},
                           {"X-Forwarded-Proto", "https"},
                           {"Forwarded", "host=evil.example;proto=https"},
                           {"Origin", "https://evil.example"}};
  for (const HeaderList& headers : {HeaderList{}, lies}) {
    const auto read = [&](const std::string& path) {
      return TestJson::parse(Api("GET", path, nullptr, headers).body);
    };
    EXPECT_EQ(read("/api/v1/resources/idp").value("callback_url", ""), expected);
    EXPECT_FALSE(read("/api/v1/resources/plain").contains("callback_url"));
    const TestJson list = read("/api/v1/resources");
    for (const TestJson& item : list["items"]) {
      EXPECT_EQ(item.value("callback_url", ""), item["slug"] == "idp" ? expected : "") << item;
    }
    const HttpResponse login = Api("POST", "/api/v1/resources/idp/login", TestJson::object(), [&] {
      HeaderList all = headers;
      all.emplace_back("Sallyport-User", "alice");
      return all;
    }());
    EXPECT_EQ(login.status, 200) << login.body;
    EXPECT_EQ(TestJson::parse(login.body).value("login_url", "").find("http://127.0.0.1:8080/"), 0U)
        << login.body;
  }
  // Read-only: a PUT with another one is taken, and changes nothing.
  TestJson document = TestJson::parse(Api("GET", "/api/v1/resources/idp").body);
  document["callback_url"] = "https://evil.example/oauth/callback";
  const HttpResponse put = Api("PUT", "/api/v1/resources/idp", document);
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(TestJson::parse(put.body).value("callback_url", ""), expected);
}

TEST_F(OAuthTokenRequests, FollowAnotherPublicUrl) {
  ASSERT_EQ(gateway_->Stop(), 0);
  StartGateway(std::string(kLoopbackConfig) +
               "identity: {confirm_login: false}\npublic_url: \"https://gw.example/\"\n");
  CreateOAuthResource("idp");
  const TestJson read = TestJson::parse(Api("GET", "/api/v1/resources/idp").body);
  EXPECT_EQ(read.value("callback_url", ""), "https://gw.example/oauth/callback");
  const DepartedBrowser browser = Depart(For("alice"), "idp");
  EXPECT_EQ(browser.Param("redirect_uri"), "https://gw.example/oauth/callback");
  EXPECT_TRUE(browser.cookie.starts_with("__Host-sallyport_login_")) << browser.cookie;
  EXPECT_EQ(ReturnWithCode(browser, "alice").status, 200);
}

}  // namespace
}  // namespace sallyport::test
