// Token requests, byte for byte; the examples are those of RFC 6749 and RFC 7009.
#include <gtest/gtest.h>

#include "oauth/form.h"
#include "sallyport/base/version.h"
#include "sallyport/oauth/token_exchange.h"
#include "support/reveal.h"

namespace sallyport::oauth {
namespace {

using request::ClientAuth;
using request::OAuthSettings;

http::Url Url(std::string_view text) { return *http::ParseUrl(text); }

OAuthSettings RfcClient() {
  OAuthSettings settings;
  settings.client_id = "s6BhdRkqt3";
  settings.client_secret = Secret("gX1fBat3bV");
  return settings;
}

const http::Url kTokenUrl = Url("https://server.example.com/token");
const CodeGrant kCode{"SplxlOBeZQQYbYS6WxSbIA", "https://client.example.com/cb", ""};

/// The value of a field, "(none)" without it.
std::string Field(const Result<ProviderRequest>& request, const std::string& name) {
  const std::string head = test::Reveal(request->head);
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "(none)";
  const std::size_t value = at + name.size() + 4;
  return head.substr(value, head.find("\r\n", value) - value);
}

std::string Body(const Result<ProviderRequest>& request) { return test::Reveal(request->body); }

bool IsNoted(const Result<ProviderRequest>& request, std::string_view secret) {
  for (const Secret& noted : request->secrets) {
    if (test::Reveal(noted) == secret) return true;
  }
  return false;
}

TEST(FormEncode, IsThatOfRfc6749AppendixB) {
  EXPECT_EQ(FormEncode(" %&+\u00a3\u20ac"), "+%25%26%2B%C2%A3%E2%82%AC");
  EXPECT_EQ(FormEncode("aZ09*-._"), "aZ09*-._");
  EXPECT_EQ(FormEncode("~:/="), "%7E%3A%2F%3D");
}

TEST(TokenRequest, IsACompletePost) {
  const auto request = WriteCodeRequest(RfcClient(), kTokenUrl, kCode);
  ASSERT_TRUE(request);
  const std::string body =
      "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA"
      "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb";
  EXPECT_EQ(Body(request), body);
  EXPECT_EQ(test::Reveal(request->head),
            "POST /token HTTP/1.1\r\nHost: server.example.com\r\n"
            "Accept: application/json\r\nUser-Agent: sallyport/" +
                std::string(Version()) +
                "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW\r\n"
                "Content-Length: " +
                std::to_string(body.size()) + "\r\n\r\n");
  EXPECT_EQ(request->url.ToString(), "https://server.example.com/token");
}

TEST(TokenRequest, KeepsPortAndQueryOfTheUrl) {
  const auto request =
      WriteClientRequest(RfcClient(), Url("http://127.0.0.1:9000/t%20x?tenant=a%2Fb"));
  const std::string head = test::Reveal(request->head);
  EXPECT_TRUE(head.starts_with("POST /t%20x?tenant=a%2Fb HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n"));
}

TEST(TokenRequest, BasicEncodesIdAndSecretFirst) {
  struct Case {
    std::string id, secret, expected;
  };
  for (const Case& c :
       {Case{"a:b c", " %&+\u00a3\u20ac", "YSUzQWIrYzorJTI1JTI2JTJCJUMyJUEzJUUyJTgyJUFD"},
        Case{"id", "", "aWQ6"}}) {
    OAuthSettings settings;
    settings.client_id = c.id;
    settings.client_secret = Secret(c.secret);
    const auto request = WriteClientRequest(settings, kTokenUrl);
    EXPECT_EQ(Field(request, "Authorization"), "Basic " + c.expected);
    EXPECT_EQ(Body(request), "grant_type=client_credentials");  // nothing of the client in it
  }
}

TEST(TokenRequest, PostAndNonePutTheClientIntoTheBody) {
  OAuthSettings settings = RfcClient();
  settings.client_secret = Secret("a&b=c d");
  settings.client_auth = ClientAuth::kPost;
  auto request = WriteRefreshRequest(settings, kTokenUrl, Secret("tGzv3JOkF0XG5Qx2TlKWIA"));
  EXPECT_EQ(Body(request),
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
            "&client_id=s6BhdRkqt3&client_secret=a%26b%3Dc+d");
  EXPECT_EQ(Field(request, "Authorization"), "(none)");

  settings.client_auth = ClientAuth::kNone;
  request = WriteRefreshRequest(settings, kTokenUrl, Secret("r"));
  EXPECT_EQ(Body(request), "grant_type=refresh_token&refresh_token=r&client_id=s6BhdRkqt3");
  EXPECT_EQ(Field(request, "Authorization"), "(none)");
}

TEST(TokenRequest, TheCodeGoesWithItsVerifier) {
  CodeGrant grant = kCode;
  grant.code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const auto request = WriteCodeRequest(RfcClient(), kTokenUrl, grant);
  EXPECT_TRUE(
      Body(request).ends_with("&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
}

TEST(TokenRequest, AudienceResourceAndExtrasGoWithEveryTokenRequest) {
  OAuthSettings settings = RfcClient();
  settings.audience = "https://api";
  settings.resource = "urn:r";
  settings.scopes = {"a", "b"};
  settings.token_params = {{"tenant", "\u00fc 1", false}, {"tenant", "2", false}};
  const std::string extras =
      "&audience=https%3A%2F%2Fapi&resource=urn%3Ar&tenant=%C3%BC+1&tenant=2";
  EXPECT_TRUE(Body(WriteCodeRequest(settings, kTokenUrl, kCode)).ends_with("cb" + extras));
  EXPECT_EQ(Body(WriteRefreshRequest(settings, kTokenUrl, Secret("r"))),
            "grant_type=refresh_token&refresh_token=r" + extras);
  EXPECT_EQ(Body(WriteClientRequest(settings, kTokenUrl)),
            "grant_type=client_credentials&scope=a+b" + extras);
  EXPECT_EQ(Body(WriteRevocationRequest(settings, kTokenUrl, Secret("t"), "access_token")),
            "token=t&token_type_hint=access_token");
}

TEST(TokenRequest, JsonHasTheSameMembers) {
  OAuthSettings settings = RfcClient();
  settings.json_token_request = true;
  settings.client_auth = ClientAuth::kPost;
  settings.token_params = {{"x", "1\"", false}, {"x", "2", false}, {"x", "3", false}};
  const auto request = WriteCodeRequest(settings, kTokenUrl, kCode);
  EXPECT_EQ(Field(request, "Content-Type"), "application/json");
  EXPECT_EQ(Body(request),
            R"({"grant_type":"authorization_code","code":"SplxlOBeZQQYbYS6WxSbIA",)"
            R"("redirect_uri":"https://client.example.com/cb","client_id":"s6BhdRkqt3",)"
            R"("client_secret":"gX1fBat3bV","x":["1\"","2","3"]})");
  EXPECT_EQ(Field(request, "Content-Length"), std::to_string(request->body.size()));
}

TEST(TokenRequest, HeadersAreAddedAndReplaceTheDefaults) {
  OAuthSettings settings = RfcClient();
  settings.token_headers = {
      {"accept", "*/*", false}, {"User-agent", "me", false}, {"X-A", "1", true}};
  const auto request = WriteClientRequest(settings, kTokenUrl);
  const std::string head = test::Reveal(request->head);
  EXPECT_EQ(head.find("Accept:"), std::string::npos);
  EXPECT_EQ(head.find("sallyport"), std::string::npos);
  EXPECT_EQ(Field(request, "accept"), "*/*");
  EXPECT_EQ(Field(request, "X-A"), "1");
}

TEST(TokenRequest, AFieldThatCannotBeWrittenIsUnsafe) {
  OAuthSettings settings = RfcClient();
  settings.token_headers = {{"X-A", "s3cret\r\nX-B: 1", true}};
  const auto request = WriteClientRequest(settings, kTokenUrl);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind(), ErrorKind::kUnsafeValue);
  EXPECT_EQ(request.error().message().find("s3cret"), std::string::npos);
}

TEST(TokenRequest, NotesItsSecrets) {
  OAuthSettings settings = RfcClient();
  settings.token_params = {{"api_key", "k3y", true}, {"plain", "p", false}};
  settings.token_headers = {{"X-Token", "h3ader", true}};
  CodeGrant grant = kCode;
  grant.code_verifier = "v3rifier";
  const auto code = WriteCodeRequest(settings, kTokenUrl, grant);
  for (const std::string_view secret : {"SplxlOBeZQQYbYS6WxSbIA", "v3rifier", "gX1fBat3bV",
                                        "czZCaGRSa3F0MzpnWDFmQmF0M2JW", "k3y", "h3ader"}) {
    EXPECT_TRUE(IsNoted(code, secret)) << secret;
  }
  EXPECT_FALSE(IsNoted(code, "p"));
  EXPECT_TRUE(IsNoted(WriteRefreshRequest(settings, kTokenUrl, Secret("r3fresh")), "r3fresh"));
  settings.client_auth = ClientAuth::kPost;
  EXPECT_TRUE(IsNoted(WriteClientRequest(settings, kTokenUrl), "gX1fBat3bV"));
}

TEST(RevocationRequest, IsThatOfRfc7009) {
  const auto request = WriteRevocationRequest(RfcClient(), Url("https://server.example.com/revoke"),
                                              Secret("45ghiukldjahdnhzdauz"), "refresh_token");
  EXPECT_TRUE(test::Reveal(request->head).starts_with("POST /revoke HTTP/1.1\r\n"));
  EXPECT_EQ(Field(request, "Authorization"), "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
  EXPECT_EQ(Body(request), "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token");
}

}  // namespace
}  // namespace sallyport::oauth
