// Sign-ins at providers that answer badly: a page with a plain reason, and nothing is stored.
#include <gtest/gtest.h>

#include "support/bad_answers.h"
#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

class OAuthBadSignIn : public OAuthFixture {
 protected:
  void SetUp() override { StartOAuthGateway("timeouts: {token: 500}\n"); }

  /// A page with a reason and 400, nothing stored.
  void ExpectFailure(const HttpResponse& page, const HeaderList& caller, const std::string& says,
                     const std::string& what) {
    EXPECT_EQ(page.status, 400) << what;
    EXPECT_EQ(page.Header("Content-Type").value_or(""), "text/html; charset=utf-8") << what;
    EXPECT_NE(page.body.find(says), std::string::npos) << what << "\n" << page.body;
    EXPECT_FALSE(Connection(caller, "idp").value("connected", true)) << what;
  }
};

TEST_F(OAuthBadSignIn, EndsInAPageWithTheReason) {
  CreateOAuthResource("idp");
  const HeaderList alice = For("alice");
  std::size_t asked = 0;
  for (const BadAnswer& bad : BadAnswers()) {
    const DepartedBrowser browser = Depart(alice, "idp");
    provider_->AnswerTokenOnce(bad.answer);
    ExpectFailure(ReturnWithCode(browser, "alice"), alice, bad.says, bad.what);
    EXPECT_EQ(provider_->token_requests().size(), ++asked) << bad.what;
    // A failed exchange uses the sign-in up.
    ExpectFailure(ReturnWithCode(browser, "alice"), alice, "not known here", bad.what);
    EXPECT_EQ(provider_->token_requests().size(), asked) << bad.what;
  }
  EXPECT_TRUE(provider_->requests("/elsewhere").empty());
  SignIn(alice, "idp", "alice");
  EXPECT_TRUE(Connection(alice, "idp")["connected"]);
}

TEST_F(OAuthBadSignIn, AtAProviderThatIsNotThere) {
  std::string gone;
  { gone = ScriptedProvider().url(); }
  const struct {
    std::string token_url;
    std::string says;
  } rows[] = {{gone + "/token", "connect"},
              {"http://10.1.2.3/token", "The identity provider&#39;s token URL is at an address"},
              {"http://10.1.2.3/token", "an administrator can allow it (egress.allow)"},
              {"http://169.254.169.254/token", "not allowed"},
              {"http://idp.invalid/token", "idp.invalid"}};
  const HeaderList alice = For("alice");
  for (const auto& row : rows) {
    CreateOAuthResource("idp", {{"token_url", row.token_url}});
    const DepartedBrowser browser = Depart(alice, "idp");
    ExpectFailure(ReturnWithCode(browser, "alice"), alice, row.says, row.token_url);
    EXPECT_EQ(Api("DELETE", "/api/v1/resources/idp").status, 204);
  }
}

TEST_F(OAuthBadSignIn, WithAnAnswerThatNoProviderOfOursGave) {
  CreateOAuthResource("idp", {{"issuer", provider_->url()}});
  const HeaderList alice = For("alice");
  const std::string code = "code=x";
  const struct {
    std::string query;
    std::string says;
    bool used_up;
  } rows[] = {{code + "&iss=https%3A%2F%2Fevil.example", "another issuer", true},
              {code + "&iss=", "another issuer", true},
              {"error=access_denied&error_description=The+user+said+no%3Cb%3E",
               "access_denied: The user said no&lt;b&gt;", true},
              {"error=access_denied&iss=https%3A%2F%2Fevil.example", "another issuer", true},
              {"session_state=1", "neither a code nor an error", true},
              {code + "&code=y", "twice", false}};
  for (const auto& row : rows) {
    const DepartedBrowser browser = Depart(alice, "idp");
    ExpectFailure(Return(browser, row.query), alice, row.says, row.query);
    const HttpResponse again = ReturnWithCode(browser, "alice");
    EXPECT_EQ(again.status, row.used_up ? 400 : 200) << row.query;
    EXPECT_EQ(CallAs(alice, "DELETE", "/api/v1/resources/idp/connection").status, 204);
  }
  EXPECT_EQ(provider_->token_requests().size(), 1U);  // of the one that was not used up
}

/// A provider that says it names itself in every answer does (RFC 9207 §2.4).
TEST_F(OAuthBadSignIn, WithoutTheIssuerThatWasPromised) {
  const TestJson document = {{"issuer", provider_->url()},
                             {"authorization_endpoint", provider_->url() + "/authorize"},
                             {"token_endpoint", provider_->url() + "/token"},
                             {"authorization_response_iss_parameter_supported", true}};
  provider_->On("/.well-known/openid-configuration", [&](const SeenRequest& /*request*/) {
    return ScriptedAnswer::Json(200, document.dump());
  });
  CreateOAuthResource(
      "idp",
      {{"issuer", provider_->url()}, {"authorization_url", nullptr}, {"token_url", nullptr}});
  const HeaderList alice = For("alice");
  ExpectFailure(ReturnWithCode(Depart(alice, "idp"), "alice"), alice, "does not name its issuer",
                "no iss");
  EXPECT_TRUE(provider_->token_requests().empty());
  const std::string code = provider_->issuer().MakeCode("alice");
  const HttpResponse good =
      Return(Depart(alice, "idp"), "code=" + code + "&iss=" + provider_->url());
  EXPECT_EQ(good.status, 200) << good.body;
  EXPECT_EQ(provider_->requests("/.well-known/openid-configuration").size(), 1U);  // kept
}

TEST_F(OAuthBadSignIn, WhereDiscoveryFails) {
  const std::string open_id = "/.well-known/openid-configuration";
  const std::string own = provider_->url();
  const auto document = [](const std::string& issuer, const std::string& token_endpoint) {
    return TestJson{{"issuer", issuer},
                    {"authorization_endpoint", issuer + "/authorize"},
                    {"token_endpoint", token_endpoint}}
        .dump();
  };
  ScriptedAnswer moved = ScriptedAnswer::Json(302, "");
  moved.headers = {{"Location", "/moved"}};
  const struct {
    std::string what;
    ScriptedAnswer answer;
    std::string says;
  } rows[] = {
      {"not there", ScriptedAnswer::Json(404, ""), "answers 404"},
      {"moved", moved, "answers 302"},
      {"a page", ScriptedAnswer::Json(200, "<html></html>"), "is no JSON object"},
      {"another issuer", ScriptedAnswer::Json(200, document("https://evil.example", own)),
       "names another issuer"},
      {"a slash too much", ScriptedAnswer::Json(200, document(own + "/", own + "/token")),
       "names another issuer"},
      {"no URL", ScriptedAnswer::Json(200, document(own, "javascript:alert(1)")), "token_endpoint"},
      {"too large", ScriptedAnswer::Json(200, std::string(1024 * 1024 + 1, ' ')), "larger than"},
      {"hangs", ScriptedAnswer::Raw("HTTP/1.1 200 OK\r\n", ScriptedAnswer::Then::kDrip),
       "timeouts.token"}};
  CreateOAuthResource("idp",
                      {{"issuer", own}, {"authorization_url", nullptr}, {"token_url", nullptr}});
  const HeaderList alice = For("alice");
  const HttpResponse login = CallAs(alice, "POST", "/api/v1/resources/idp/login", "{}");
  const std::string link = TestJson::parse(login.body)["login_url"];
  const std::string url = gateway_->base_url() + link.substr(link.find("/connect/"));
  for (const auto& row : rows) {
    provider_->On(open_id, [&](const SeenRequest& /*request*/) { return row.answer; });
    const HttpResponse page = HttpGet(url);
    EXPECT_EQ(page.status, 400) << row.what;
    EXPECT_NE(page.body.find(row.says), std::string::npos) << row.what << "\n" << page.body;
  }
  EXPECT_TRUE(provider_->requests("/moved").empty());
  // The link was not used up: it works once the issuer does. RFC 8414's place counts, too.
  provider_->On(open_id, nullptr);
  provider_->On("/.well-known/oauth-authorization-server", [&](const SeenRequest& /*request*/) {
    return ScriptedAnswer::Json(200, document(own, own + "/token"));
  });
  EXPECT_EQ(HttpGet(url).status, 302);
  EXPECT_EQ(HttpGet(url).status, 400);
}

}  // namespace
}  // namespace sallyport::test
