#include "sallyport/oauth/discovery.h"

#include <gtest/gtest.h>

namespace sallyport::oauth {
namespace {

TEST(DiscoveryUrls, AreThoseOfOpenIdAndRfc8414) {
  struct Case {
    std::string_view issuer, open_id, rfc_8414;
  };
  // RFC 8414 §3.1 and OpenID Connect Discovery 1.0 §4.1.
  for (const Case& c :
       {Case{"https://example.com", "https://example.com/.well-known/openid-configuration",
             "https://example.com/.well-known/oauth-authorization-server"},
        Case{"https://example.com/issuer1",
             "https://example.com/issuer1/.well-known/openid-configuration",
             "https://example.com/.well-known/oauth-authorization-server/issuer1"},
        Case{"https://example.com/", "https://example.com/.well-known/openid-configuration",
             "https://example.com/.well-known/oauth-authorization-server"},
        Case{"http://127.0.0.1:9000/a/b/",
             "http://127.0.0.1:9000/a/b/.well-known/openid-configuration",
             "http://127.0.0.1:9000/.well-known/oauth-authorization-server/a/b"}}) {
    const auto urls = DiscoveryUrls(c.issuer);
    ASSERT_TRUE(urls) << c.issuer;
    ASSERT_EQ(urls->size(), 2U);
    EXPECT_EQ((*urls)[0].ToString(), c.open_id);
    EXPECT_EQ((*urls)[1].ToString(), c.rfc_8414);
  }
  for (const std::string_view wrong : {"", "example.com", "https://example.com?a=b",
                                       "https://u@example.com", "https://example.com/#x"}) {
    const auto urls = DiscoveryUrls(wrong);
    ASSERT_FALSE(urls) << wrong;
    EXPECT_EQ(urls.error().kind(), ErrorKind::kValidationFailed);
  }
}

constexpr std::string_view kIssuer = "https://server.example.com";

TEST(ReadDiscovery, TakesTheEndpoints) {
  // RFC 8414 §3.2, shortened.
  const auto endpoints = ReadDiscovery(
      R"({"issuer":"https://server.example.com",
          "authorization_endpoint":"https://server.example.com/authorize",
          "token_endpoint":"https://server.example.com/token",
          "revocation_endpoint":"https://other.example.com/revoke?x=1",
          "token_endpoint_auth_methods_supported":["client_secret_basic"],
          "authorization_response_iss_parameter_supported":true})",
      kIssuer);
  ASSERT_TRUE(endpoints);
  EXPECT_EQ(endpoints->authorization_url, "https://server.example.com/authorize");
  EXPECT_EQ(endpoints->token_url, "https://server.example.com/token");
  EXPECT_EQ(endpoints->revocation_url, "https://other.example.com/revoke?x=1");
  EXPECT_TRUE(endpoints->sends_issuer);

  const auto few = ReadDiscovery(
      R"({"issuer":"https://server.example.com","token_endpoint":"https://server.example.com/token",
          "revocation_endpoint":null})",
      kIssuer);
  ASSERT_TRUE(few);
  EXPECT_EQ(few->authorization_url + few->revocation_url, "");
  EXPECT_FALSE(few->sends_issuer);
}

TEST(ReadDiscovery, AnHttpIssuerMayHaveHttpEndpoints) {
  EXPECT_TRUE(ReadDiscovery(
      R"({"issuer":"http://127.0.0.1:1","token_endpoint":"http://127.0.0.1:1/token"})",
      "http://127.0.0.1:1"));
}

TEST(ReadDiscovery, RefusesWhatItCannotTrust) {
  const auto with = [](std::string_view members) {
    return R"({"issuer":"https://server.example.com",)" + std::string(members) + "}";
  };
  const std::vector<std::string> wrong = {
      "",
      "[]",
      "<html></html>",
      "{}",
      R"({"issuer":7})",
      R"({"issuer":"https://server.example.com/"})",
      R"({"issuer":"https://SERVER.example.com"})",
      R"({"issuer":"https://evil.example.com","token_endpoint":"https://evil.example.com/t"})",
      R"({"issuer":"https://server.example.com")",
      with(R"("token_endpoint":5)"),
      with(R"("token_endpoint":"")"),
      with(R"("token_endpoint":"/token")"),
      with(R"("token_endpoint":"ftp://server.example.com/token")"),
      with(R"("token_endpoint":"https://u:p@server.example.com/token")"),
      with(R"("token_endpoint":"http://server.example.com/token")"),
      with(R"("authorization_endpoint":"javascript:alert`1`")"),
      with(R"("revocation_endpoint":"file:///etc/passwd")"),
  };
  for (const std::string& body : wrong) {
    const auto endpoints = ReadDiscovery(body, kIssuer);
    ASSERT_FALSE(endpoints) << body;
    EXPECT_EQ(endpoints.error().kind(), ErrorKind::kTokenRefreshFailed);
    EXPECT_TRUE(endpoints.error().message().starts_with("The issuer's discovery document "));
  }
}

TEST(ReadDiscovery, SaysWhatIsWrongInAWholeSentence) {
  const auto message = [](const std::string& endpoint) {
    return ReadDiscovery(R"({"issuer":"https://server.example.com","authorization_endpoint":)" +
                             endpoint + "}",
                         kIssuer)
        .error()
        .message();
  };
  const std::string front = "The issuer's discovery document is wrong: authorization_endpoint ";
  EXPECT_EQ(message("5"), front + "is no text.");
  EXPECT_EQ(message(R"("/a")"),
            front + "must be an absolute URL that starts with http:// or https://.");
  EXPECT_EQ(message(R"("http://server.example.com/a")"),
            front + "is without https, unlike the issuer.");
}

TEST(ReadDiscovery, IsBounded) {
  std::string body = R"({"issuer":"https://server.example.com"})";
  body.resize(kDiscoveryBytes, ' ');
  EXPECT_TRUE(ReadDiscovery(body, kIssuer));
  body += ' ';
  EXPECT_FALSE(ReadDiscovery(body, kIssuer));
}

}  // namespace
}  // namespace sallyport::oauth
