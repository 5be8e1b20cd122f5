#include "sallyport/request/oauth_settings.h"

#include <set>

#include <gtest/gtest.h>

#include "sallyport/request/credential.h"
#include "support/reveal.h"

namespace sallyport::request {
namespace {

Json FullAuth() {
  return Json::parse(R"({"type":"oauth2","grant":"client_credentials",
      "authorization_url":"https://idp.example/authorize","token_url":"https://idp.example/token",
      "revocation_url":"https://idp.example/revoke","issuer":"https://idp.example",
      "client_id":"id","client_secret":"********","client_auth":"post","scopes":["a","b"],
      "scope_separator":",","pkce":false,"audience":"aud","resource":"urn:r",
      "authorize_params":[{"name":"prompt","value":"consent","enabled":true,"secret":false},
                          {"name":"off","value":"x","enabled":false,"secret":false}],
      "token_params":[{"name":"off","value":"x","enabled":false,"secret":false},
                      {"name":"api_key","value":"********","enabled":true,"secret":true}],
      "token_headers":[{"name":"X-A","value":"1","enabled":true,"secret":false}],
      "token_request":"json","token_paths":{"access_token":"/accessToken",
      "refresh_token":"/r","expires_in":"/e","id_token":"/i"},
      "access_token_lifetime_seconds":3600,"refresh_before_seconds":30,
      "unauthorized_statuses":[401,403],"credentials":"shared","attach":"placeholder"})");
}

TEST(OAuthSettings, ReadEveryMember) {
  const auto settings = ReadOAuthSettings(
      FullAuth(),
      {{"/auth/client_secret", Secret("shh")}, {"/auth/token_params/1/value", Secret("k3y")}});
  EXPECT_EQ(settings->grant, Grant::kClientCredentials);
  EXPECT_EQ(settings->authorization_url, "https://idp.example/authorize");
  EXPECT_EQ(settings->token_url, "https://idp.example/token");
  EXPECT_EQ(settings->revocation_url, "https://idp.example/revoke");
  EXPECT_EQ(settings->issuer, "https://idp.example");
  EXPECT_EQ(settings->client_id, "id");
  EXPECT_EQ(sallyport::test::Reveal(settings->client_secret), "shh");
  EXPECT_EQ(settings->client_auth, ClientAuth::kPost);
  EXPECT_EQ(settings->Scope(), "a,b");
  EXPECT_FALSE(settings->pkce);
  EXPECT_EQ(settings->audience + settings->resource, "audurn:r");
  ASSERT_EQ(settings->authorize_params.size(), 1U);
  EXPECT_EQ(settings->authorize_params[0].value, "consent");
  ASSERT_EQ(settings->token_params.size(), 1U);
  EXPECT_EQ(settings->token_params[0].value, "k3y");
  EXPECT_TRUE(settings->token_params[0].secret);
  ASSERT_EQ(settings->token_headers.size(), 1U);
  EXPECT_TRUE(settings->json_token_request);
  EXPECT_EQ(settings->token_paths.access_token, "/accessToken");
  EXPECT_EQ(settings->token_paths.refresh_token + settings->token_paths.expires_in +
                settings->token_paths.id_token,
            "/r/e/i");
  EXPECT_EQ(settings->lifetime_seconds, 3600);
  EXPECT_EQ(settings->refresh_before_seconds, 30);
  EXPECT_TRUE(settings->IsUnauthorized(403));
  EXPECT_FALSE(settings->IsUnauthorized(400));
  EXPECT_EQ(settings->owner, TokenOwner::kShared);
  EXPECT_EQ(settings->attach, Attach::kPlaceholder);
}

TEST(OAuthSettings, MissingMembersReadAsTheirDefaults) {
  const auto settings = ReadOAuthSettings(Json::parse(R"({"type":"oauth2","issuer":null})"), {});
  EXPECT_EQ(settings->grant, Grant::kAuthorizationCode);
  EXPECT_EQ(settings->client_auth, ClientAuth::kBasic);
  EXPECT_EQ(settings->Scope(), "");
  EXPECT_EQ(settings->scope_separator, " ");
  EXPECT_TRUE(settings->pkce);
  EXPECT_EQ(settings->token_paths.access_token, "/access_token");
  EXPECT_FALSE(settings->lifetime_seconds);
  EXPECT_EQ(settings->refresh_before_seconds, 60);
  EXPECT_EQ(settings->owner, TokenOwner::kPerSession);
  EXPECT_EQ(settings->attach, Attach::kAuto);
  EXPECT_TRUE(settings->client_secret.empty());
}

TEST(OAuthSettings, AMaskIsNeverAValue) {
  const auto settings = ReadOAuthSettings(FullAuth(), {});
  EXPECT_TRUE(settings->client_secret.empty());
  EXPECT_EQ(settings->token_params.at(0).value, "");
}

TEST(OAuthSettings, FingerprintFollowsWhatTokensAreIssuedUnder) {
  const auto fingerprint = [](std::string_view patch, std::string secret = "shh") {
    Json auth = FullAuth();
    auth.merge_patch(Json::parse(patch));
    return ReadOAuthSettings(auth, {{"/auth/client_secret", Secret(std::move(secret))}})
        ->fingerprint;
  };
  const std::string before = fingerprint("{}");
  std::set<std::string> seen{before};
  for (const std::string_view change :
       {R"({"client_id":"other"})", R"({"token_url":"https://idp.example/t"})",
        R"({"authorization_url":"https://idp.example/a"})", R"({"issuer":"https://b.example"})",
        R"({"scopes":["a"]})", R"({"scopes":["ab"]})", R"({"scopes":["b","a"]})"}) {
    EXPECT_TRUE(seen.insert(fingerprint(change)).second) << change;
  }
  EXPECT_EQ(fingerprint("{}", "new"), before) << "it is stored, so it holds nothing of a secret";
  for (const std::string_view same :
       {R"({"attach":"header"})", R"({"refresh_before_seconds":1})", R"({"token_params":[]})",
        R"({"revocation_url":null})", R"({"client_auth":"basic"})"}) {
    EXPECT_EQ(fingerprint(same), before) << same;
  }
  EXPECT_EQ(before.size(), 64U);
}

TEST(AttachToken, FollowsTheSettingAndThePlaceholders) {
  class Sink final : public CredentialSink {
   public:
    void SetHeader(std::string name, std::string value) override { text = name + ": " + value; }
    void SetParam(std::string /*name*/, std::string /*value*/) override { text = "param"; }
    void SetCookie(std::string /*name*/, std::string /*value*/) override { text = "cookie"; }
    std::string text;
  };
  struct Case {
    Attach attach;
    bool has_placeholders;
    bool header;
  };
  for (const Case& c :
       {Case{Attach::kAuto, false, true}, Case{Attach::kAuto, true, false},
        Case{Attach::kHeader, false, true}, Case{Attach::kHeader, true, true},
        Case{Attach::kPlaceholder, false, false}, Case{Attach::kPlaceholder, true, false}}) {
    Sink sink;
    AttachToken(c.attach, c.has_placeholders, Secret("t0ken"), sink);
    EXPECT_EQ(sink.text, c.header ? "Authorization: Bearer t0ken" : "");
    EXPECT_EQ(SendsTokenHeader(c.attach, c.has_placeholders), c.header);
  }
}

}  // namespace
}  // namespace sallyport::request
