// The field table of the auth kind oauth2 and the rules between its members.

#include <gtest/gtest.h>

#include "request/auth/kinds.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::request {
namespace {

/// As a resource holds it: one variant of `auth`.
const schema::Object& Table() {
  static const schema::Object table = [] {
    schema::Field auth;
    auth.name = "auth";
    auth.kind = schema::Kind::kOneOf;
    auth.variants = {{"oauth2", auth::OAuth2Kind().members()}};
    return schema::Object{"Resource", "", {auth}};
  }();
  return table;
}

Json CodeAuth() {
  return Json::parse(R"({"type":"oauth2","authorization_url":"https://idp.example/authorize",
      "token_url":"https://idp.example/token","client_id":"id","client_secret":"s3cret"})");
}

Json With(std::string_view patch) {
  Json auth = CodeAuth();
  auth.merge_patch(Json::parse(patch));
  return auth;
}

/// "pointer code" of each problem, by the table and then by the rules between members.
std::vector<std::string> Problems(const Json& auth, Json* normalized = nullptr) {
  Json output;
  std::vector<Violation> violations = schema::Normalize(Table(), Json{{"auth", auth}}, output);
  if (violations.empty()) {
    for (Violation& violation : auth::OAuth2Kind().check(output["auth"])) {
      violation.pointer.insert(0, "/auth");
      violations.push_back(std::move(violation));
    }
  }
  if (normalized != nullptr) *normalized = output["auth"];
  std::vector<std::string> texts;
  for (const Violation& violation : violations) {
    EXPECT_EQ(violation.message.find("s3cret"), std::string::npos);
    texts.push_back(violation.pointer.substr(5) + " " + violation.code);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(OAuth2Members, DefaultsAreThoseOfTheContract) {
  Json auth;
  ASSERT_EQ(Problems(CodeAuth(), &auth), Texts{});
  EXPECT_EQ(auth, Json::parse(R"({"type":"oauth2","grant":"authorization_code",
      "authorization_url":"https://idp.example/authorize","token_url":"https://idp.example/token",
      "revocation_url":null,"issuer":null,"client_id":"id","client_secret":"s3cret",
      "client_auth":"basic","scopes":[],"scope_separator":" ","pkce":true,"audience":null,
      "resource":null,"authorize_params":[],"token_params":[],"token_headers":[],
      "token_request":"form","token_paths":{"access_token":"/access_token",
      "refresh_token":"/refresh_token","expires_in":"/expires_in","id_token":"/id_token"},
      "access_token_lifetime_seconds":null,"refresh_before_seconds":60,
      "unauthorized_statuses":[401],"credentials":"per_session","attach":"auto"})"));
}

TEST(OAuth2Members, JudgesEachMember) {
  struct Case {
    std::string_view patch;
    Texts problems;
  };
  const std::vector<Case> cases = {
      {R"({"grant":"password"})", {"/grant choice"}},
      {R"({"grant":"authorization_code","client_auth":"basic"})", {}},
      {R"({"client_auth":"private_key_jwt"})", {"/client_auth choice"}},
      {R"({"credentials":"per_team"})", {"/credentials choice"}},
      {R"({"attach":"cookie"})", {"/attach choice"}},
      {R"({"token_request":"xml"})", {"/token_request choice"}},
      {R"({"token_url":"ftp://idp.example/token"})", {"/token_url format"}},
      {R"({"token_url":"https://u:p@idp.example/token"})", {"/token_url format"}},
      {R"({"authorization_url":"//idp.example"})", {"/authorization_url format"}},
      {R"({"revocation_url":"nowhere"})", {"/revocation_url format"}},
      {R"({"revocation_url":""})", {}},
      {R"({"issuer":"https://idp.example/realms/a"})", {}},
      {R"({"issuer":"https://idp.example/?a=b"})", {"/issuer format"}},
      {R"({"client_id":null})", {"/client_id required"}},
      {R"({"client_id":""})", {"/client_id range"}},
      {R"({"client_id":"a\nb"})", {"/client_id format"}},
      {R"({"client_secret":"a\u0000b"})", {"/client_secret format"}},
      {R"({"scopes":["a","b c","ü"]})", {}},
      {R"({"scopes":["a",""]})", {"/scopes/1 format"}},
      {R"({"scopes":"a b"})", {"/scopes type"}},
      {R"({"scope_separator":""})", {}},
      {R"({"pkce":"yes"})", {"/pkce type"}},
      {R"({"token_paths":{"access_token":"accessToken"}})", {"/token_paths/access_token format"}},
      {R"({"token_paths":{"access_token":"/"}})", {"/token_paths/access_token format"}},
      {R"({"token_paths":{"access_token":"/a~2b"}})", {"/token_paths/access_token format"}},
      {R"({"token_paths":{"access_token":"/a~"}})", {"/token_paths/access_token format"}},
      {R"({"token_paths":{"access_token":"/data/0/a~1b~0c"}})", {}},
      {R"({"token_paths":{"token":"/x"}})", {"/token_paths/token unknown_member"}},
      {R"({"access_token_lifetime_seconds":0})", {"/access_token_lifetime_seconds range"}},
      {R"({"access_token_lifetime_seconds":1})", {}},
      {R"({"refresh_before_seconds":-1})", {"/refresh_before_seconds range"}},
      {R"({"refresh_before_seconds":0})", {}},
      {R"({"unauthorized_statuses":[400,599]})", {}},
      {R"({"unauthorized_statuses":[]})", {}},
      {R"({"unauthorized_statuses":[399]})", {"/unauthorized_statuses/0 range"}},
      {R"({"unauthorized_statuses":[401,600]})", {"/unauthorized_statuses/1 range"}},
      {R"({"token_headers":{"X-A":"a\nb"}})", {"/token_headers/X-A/value format"}},
      {R"({"scope":"x"})", {"/scope unknown_member"}},
  };
  for (const Case& c : cases) EXPECT_EQ(Problems(With(c.patch)), c.problems) << c.patch;
}

TEST(OAuth2Members, NeedTheUrlsOfTheirGrantOrAnIssuer) {
  struct Case {
    std::string_view patch;
    Texts problems;
  };
  const std::vector<Case> cases = {
      {R"({"authorization_url":null})", {"/authorization_url required"}},
      {R"({"token_url":null})", {"/token_url required"}},
      {R"({"token_url":""})", {"/token_url required"}},
      {R"({"authorization_url":null,"token_url":null})",
       {"/authorization_url required", "/token_url required"}},
      {R"({"authorization_url":null,"token_url":null,"issuer":"https://idp.example"})", {}},
      {R"({"token_url":null,"issuer":"https://idp.example"})", {}},
      {R"({"grant":"client_credentials","authorization_url":null})", {}},
      {R"({"grant":"client_credentials","token_url":null})", {"/token_url required"}},
      {R"({"grant":"client_credentials","authorization_url":null,"token_url":null,
           "issuer":"https://idp.example"})",
       {}},
  };
  for (const Case& c : cases) EXPECT_EQ(Problems(With(c.patch)), c.problems) << c.patch;
}

TEST(OAuth2Members, NeedASecretUnlessTheClientIsPublic) {
  struct Case {
    std::string_view patch;
    Texts problems;
  };
  const std::vector<Case> cases = {
      {R"({"client_secret":null})", {"/client_secret required"}},
      {R"({"client_secret":null,"client_auth":"post"})", {"/client_secret required"}},
      {R"({"client_secret":null,"client_auth":"none"})", {}},
      {R"({"client_secret":"","client_auth":"basic"})", {}},  // said to be empty
      {R"({"client_secret":"","client_auth":"post"})", {"/client_secret required"}},
      {R"({"client_secret":"********","client_auth":"post"})", {}},  // kept
  };
  for (const Case& c : cases) EXPECT_EQ(Problems(With(c.patch)), c.problems) << c.patch;
}

TEST(OAuth2Members, ReserveTheNamesThatTheGatewayWrites) {
  const auto row = [](std::string_view list, std::string_view name) {
    return With(R"({")" + std::string(list) + R"(":[{"name":")" + std::string(name) +
                R"(","value":"x"}]})");
  };
  struct Case {
    std::string_view list;
    std::vector<std::string_view> reserved, free;
  };
  const std::vector<Case> cases = {
      {"authorize_params",
       {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
        "code_challenge_method", "client_secret"},
       {"prompt", "access_type", "audience", "resource", "State"}},
      {"token_params",
       {"grant_type", "code", "redirect_uri", "client_id", "client_secret", "refresh_token",
        "code_verifier"},
       {"audience", "resource", "scope", "tenant"}},
      {"token_headers",
       {"Authorization", "content-type", "Content-Length", "HOST", "Connection", "te",
        "Transfer-Encoding", "Accept-Encoding", "Expect", "X Y", "a:b"},
       {"Accept", "User-Agent", "X-Api-Version", "Cookie"}},
  };
  for (const Case& c : cases) {
    const Texts refused{"/" + std::string(c.list) + "/0/name format"};
    for (const auto name : c.reserved) EXPECT_EQ(Problems(row(c.list, name)), refused) << name;
    for (const auto name : c.free) EXPECT_EQ(Problems(row(c.list, name)), Texts{}) << name;
  }
}

TEST(OAuth2Members, ReserveMembersThatAreSet) {
  EXPECT_EQ(Problems(With(R"({"audience":"api","authorize_params":{"a":"1","audience":"x"},
                              "token_params":{"audience":"x","resource":"r"}})")),
            (Texts{"/authorize_params/1/name reserved", "/token_params/0/name reserved"}));
  EXPECT_EQ(Problems(With(R"({"resource":"urn:a","token_params":{"resource":"r"}})")),
            Texts{"/token_params/0/name reserved"});
  // The grant of a code has its scope from the authorization; a further one is the admin's affair.
  EXPECT_EQ(Problems(With(R"({"scopes":["a"],"token_params":{"scope":"a"}})")), Texts{});
  EXPECT_EQ(Problems(With(R"({"grant":"client_credentials","scopes":["a"],
                              "token_params":{"scope":"a"}})")),
            Texts{"/token_params/0/name reserved"});
}

TEST(OAuth2Members, AuthorizationUrlKeepsAQueryThatSaysNothingTwice) {
  EXPECT_EQ(Problems(With(R"({"authorization_url":"https://idp.example/a?tenant=1&prompt=x"})")),
            Texts{});
  EXPECT_EQ(Problems(With(R"({"authorization_url":"https://idp.example/a?tenant=1&st%61te=x"})")),
            Texts{"/authorization_url reserved"});
}

TEST(OAuth2Members, SecretsAndOriginsAreMarked) {
  Json auth;
  ASSERT_EQ(Problems(With(R"({"token_params":{"api_key":"k","plain":"p"},
                              "token_headers":[{"name":"X","value":"v","secret":true}]})"),
                     &auth),
            Texts{});
  const Json document{{"auth", auth}};
  EXPECT_EQ(
      schema::SecretPointers(Table(), document),
      (Texts{"/auth/client_secret", "/auth/token_params/0/value", "/auth/token_headers/0/value"}));
  Texts guarded;
  for (const schema::Place& place : schema::Places(Table(), document)) {
    if (place.field->origin_guard == schema::OriginGuard::kStrict) guarded.push_back(place.pointer);
  }
  EXPECT_EQ(guarded, (Texts{"/auth/authorization_url", "/auth/token_url", "/auth/revocation_url",
                            "/auth/issuer"}));
}

TEST(OAuth2Members, AreDocumented) {
  Json components = Json::object();
  schema::Describe(*auth::OAuth2Kind().members(), components);
  const Json& properties = components["OAuth2Auth"]["properties"];
  for (const auto& [name, property] : properties.items()) {
    EXPECT_TRUE(property.contains("description") || property.contains("$ref") ||
                property.contains("allOf"))
        << name;
  }
  EXPECT_EQ(properties.size(), 23U);
}

TEST(OAuth2Credential, HasNothingToApplyByItself) {
  class Sink final : public CredentialSink {
   public:
    void SetHeader(std::string /*name*/, std::string /*value*/) override { ++count; }
    void SetParam(std::string /*name*/, std::string /*value*/) override { ++count; }
    void SetCookie(std::string /*name*/, std::string /*value*/) override { ++count; }
    int count = 0;
  } sink;
  auth::OAuth2Kind().make(CodeAuth(), {})->Apply(sink);
  EXPECT_EQ(sink.count, 0);
}

}  // namespace
}  // namespace sallyport::request
