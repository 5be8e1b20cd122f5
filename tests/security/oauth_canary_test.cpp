// Distinctive tokens, codes, verifiers, states, tickets and secrets of clients, through everything
// that a sign-in and its tokens go through; then everything the gateway writes or answers is
// searched.
#include <gtest/gtest.h>

#include "support/oauth_fixture.h"
#include "support/secret_search.h"

namespace sallyport::test {
namespace {

class OAuthCanary : public OAuthFixture, protected SecretSearch {
 protected:
  void SetUp() override {
    StartGateway(
        "egress: {allow: [\"127.0.0.0/8\"]}\nlog: {level: trace, access: true}\n"
        "identity: {confirm_login: false}\n");
  }

  /// Also those that the provider did not issue itself.
  void TakeEveryToken() {
    for (const char* path : {"/api/x", "/api/test"}) {
      provider_->On(path,
                    [](const SeenRequest& /*request*/) { return ScriptedAnswer::Json(200, "{}"); });
    }
  }

  /// Tokens wherever a resource can have them, and every secret that its auth can hold.
  void CreateFull(const std::string& slug, const TestJson& auth_more) {
    TestJson auth = {
        {"client_secret", Secret(slug + "-client")},
        {"issuer", provider_->url()},
        {"revocation_url", provider_->url() + "/revoke"},
        {"token_params",
         {{{"name", "pin"}, {"value", Secret(slug + "-token-param")}, {"secret", true}}}},
        {"token_headers", {{{"name", "X-Token"}, {"value", PlainSecret(slug + "-token-header")}}}},
        {"attach", "header"}};
    auth.update(auth_more);
    const TestJson rows = {
        {"headers", {{{"name", "X-Access"}, {"value", "a {-oauth_access_token-}"}}}},
        {"params",
         {{{"name", "access"}, {"value", "<-oauth_access_token->"}},
          {{"name", "id"}, {"value", "{-oauth_id_token-}"}}}},
        {"cookies", {{{"name", "access"}, {"value", "{-oauth_access_token-}"}}}},
        {"proxy", {{"enabled", true}, {"methods", {"GET", "POST"}}}},
        {"login_test_url", provider_->url() + "/api/test?t={-oauth_access_token-}"},
        {"redirects", {{"follow", "same_origin"}, {"max", 5}}}};
    CreateOAuthResource(slug, auth, rows);
    SaveQuery(slug, "send",
              {{"method", "POST"},
               {"path", "/x"},
               {"body", {{"type", "json"}, {"text", R"({"t":"{-oauth_access_token-}"})"}}}});
    SaveQuery(slug, "moved", {{"method", "GET"}, {"path", "/moved"}});
    SearchAnswer("read", Api("GET", "/api/v1/resources/" + slug));
  }

  /// The next token request is answered with three fresh secrets.
  void GrantOnce(const std::string& where) {
    const TestJson answer = {{"access_token", PlainSecret(where + "-access")},
                             {"refresh_token", PlainSecret(where + "-refresh")},
                             {"id_token", PlainSecret(where + "-id")},
                             {"expires_in", 3600}};
    access_token_ = answer["access_token"];
    provider_->AnswerTokenOnce(ScriptedAnswer::Json(200, answer.dump()));
  }

  /// The next one gets an error that says back all that the provider was told.
  void BlurtOnce(int status, const std::string& error) {
    std::string all;
    for (const std::string& secret : secrets_) all += " '" + secret + "'";
    const TestJson answer = {{"error", error}, {"error_description", "you sent" + all}};
    provider_->AnswerTokenOnce(ScriptedAnswer::Json(status, answer.dump()));
  }

  /// A link is for its caller only: from here on it is a secret.
  void WatchTicket(const HttpResponse& response) {
    const std::string link = TestJson::parse(response.body).value("login_url", "");
    ASSERT_NE(link.find("/connect/"), std::string::npos) << response.body;
    Watch(link.substr(link.find("/connect/") + 9));
  }

  DepartedBrowser DepartWatched(const HeaderList& caller, const std::string& slug) {
    const HttpResponse login = CallAs(caller, "POST", "/api/v1/resources/" + slug + "/login", "{}");
    SearchAnswer("login", login);
    WatchTicket(login);
    const std::string ticket = secrets_.back();
    const HttpResponse leaving = HttpGet(gateway_->base_url() + "/connect/" + ticket);
    EXPECT_EQ(leaving.status, 302) << leaving.body;
    SearchAnswer("connect", leaving);
    DepartedBrowser browser;
    browser.location = leaving.Header("Location").value_or("");
    browser.cookie = leaving.Header("Set-Cookie").value_or("");
    browser.cookie = browser.cookie.substr(0, browser.cookie.find(';'));
    Watch(browser.Param("state"));
    Watch(browser.cookie.substr(browser.cookie.find('=') + 1));
    SearchAnswer("used link", HttpGet(gateway_->base_url() + "/connect/" + ticket));
    return browser;
  }

  void ReturnWatched(const DepartedBrowser& browser, int status, const std::string& where) {
    const std::string code = PlainSecret(where + "-code");
    DepartedBrowser other = browser;
    other.cookie = "sallyport_login_0123456789abcdef=" + PlainSecret(where + "-other-browser");
    SearchAnswer("other browser", Return(other, "code=" + code));
    const HttpResponse page = Return(browser, "code=" + code);
    EXPECT_EQ(page.status, status) << page.body;
    SearchAnswer("callback", page);
    SearchAnswer("again", Return(browser, "code=" + code));
    const std::vector<SeenRequest> asked = provider_->token_requests();
    ASSERT_FALSE(asked.empty());
    ASSERT_EQ(asked.back().Param("code"), code) << "the code was not even used";
    Watch(asked.back().Param("code_verifier"));
  }

  /// Everything that sends a token, and everything that tells of one.
  void UseTokens(const HeaderList& caller, const std::string& slug) {
    const std::string resource = "/api/v1/resources/" + slug;
    SearchAnswer("proxy", CallAs(caller, "GET", "/proxy/" + slug + "/x?y=1"));
    SearchAnswer("proxied redirect", CallAs(caller, "GET", "/proxy/" + slug + "/moved"));
    SearchAnswer("upload", CallAs(caller, "POST", "/proxy/" + slug + "/x", "{}"));
    for (const char* query : {"send", "moved"}) {
      const std::string path = resource + "/queries/" + query;
      SearchAnswer("run", CallAs(caller, "POST", path + "/run", "{}"));
      SearchAnswer("raw run", CallAs(caller, "POST", path + "/run?raw=1", "{}"));
      SearchAnswer("preview", CallAs(caller, "POST", path + "/preview", "{}"));
    }
    SearchAnswer("connection", CallAs(caller, "GET", resource + "/connection"));
    SearchAnswer("connections", CallAs(caller, "GET", "/api/v1/connections"));
    const HttpResponse test = CallAs(caller, "GET", resource + "/login");
    SearchAnswer("login test", test);
    WatchTicket(test);
  }

  void SearchOverviews() {
    for (const char* path : {"/api/v1/connections", "/api/v1/audit?limit=200", "/api/v1/status",
                             "/api/v1/sessions", "/api/v1/resources", "/metrics", "/readyz"}) {
      const HttpResponse response = Api("GET", path);
      EXPECT_EQ(response.status, 200) << path;
      SearchAnswer(path, response);
    }
  }

  std::string access_token_;  ///< the last one that was granted
};

TEST_F(OAuthCanary, IsFoundNowhereInClear) {
  TakeEveryToken();
  // A target that repeats what it was asked in a Location, as frameworks do.
  provider_->On("/api/moved", [&](const SeenRequest& request) {
    ScriptedAnswer moved = ScriptedAnswer::Json(302, "");
    moved.headers = {{"Location", provider_->url() + "/api/x?" + request.query}};
    return moved;
  });
  const TestJson kinds[] = {{{"client_auth", "basic"}},
                            {{"client_auth", "post"}, {"token_request", "json"}},
                            {{"client_auth", "post"}, {"credentials", "per_session"}}};
  int count = 0;
  for (const TestJson& kind : kinds) {
    const std::string slug = "c" + std::to_string(++count);
    CreateFull(slug, kind);
    const HeaderList caller = count == 3 ? SessionOf("carol") : For("alice");
    if (count == 3) Watch(caller[0].second.substr(7));
    const HttpResponse none =
        CallAs(caller, "POST", "/api/v1/resources/" + slug + "/queries/send/run", "{}");
    EXPECT_EQ(none.status, 424) << none.body;
    SearchAnswer("no token yet", none);
    WatchTicket(none);

    const DepartedBrowser refused = DepartWatched(caller, slug);
    BlurtOnce(400, "invalid_request");
    ReturnWatched(refused, 400, slug + "-refused");
    const DepartedBrowser browser = DepartWatched(caller, slug);
    GrantOnce(slug);
    ReturnWatched(browser, 200, slug);
    UseTokens(caller, slug);

    // A 401, and a refresh that fails, that works, and that ends the sign-in.
    for (const char* path : {"/api/x", "/api/test"}) provider_->On(path, nullptr);
    BlurtOnce(500, "server_error");
    SearchAnswer("refused", CallAs(caller, "GET", "/proxy/" + slug + "/x"));
    UseTokens(caller, slug);
    GrantOnce(slug + "-again");
    const DepartedBrowser again = DepartWatched(caller, slug);
    ReturnWatched(again, 200, slug + "-again");  // forgets the back-off
    GrantOnce(slug + "-refreshed");
    const std::size_t asked = provider_->token_requests().size();
    SearchAnswer("refreshed", CallAs(caller, "GET", "/proxy/" + slug + "/x"));
    EXPECT_EQ(provider_->token_requests().size(), asked + 1);
    EXPECT_EQ(provider_->api_requests().back().Field("Authorization"), "Bearer " + access_token_);
    BlurtOnce(400, "invalid_grant");
    SearchAnswer("over",
                 CallAs(caller, "POST", "/api/v1/resources/" + slug + "/queries/send/run", "{}"));
    SearchOverviews();

    // The end, at a provider that cannot revoke and says back what it was sent.
    provider_->On("/revoke", [&](const SeenRequest& request) {
      return ScriptedAnswer::Json(500, request.body);
    });
    SearchAnswer("disconnect",
                 CallAs(caller, "DELETE", "/api/v1/resources/" + slug + "/connection"));
    GrantOnce(slug + "-left");
    ReturnWatched(DepartWatched(caller, slug), 200, slug + "-left");
    TakeEveryToken();
  }
  const std::vector<SeenRequest> calls = provider_->requests("/api/x");
  ASSERT_FALSE(calls.empty());
  EXPECT_NE(calls[0].query.find("access=canary-c1-access"), std::string::npos) << calls[0].query;
  EXPECT_NE(calls[0].query.find("id=canary-c1-id"), std::string::npos) << calls[0].query;
  EXPECT_NE(calls[0].Field("Cookie").find("canary-c1-access"), std::string::npos);

  SearchOverviews();
  SearchDirectory("running:", gateway_->data_dir());
  gateway_->Kill();
  SearchDirectory("killed:", gateway_->data_dir());
  const std::string log = gateway_->stderr_text();
  Search("log", log);
  ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
  ASSERT_EQ(gateway_->Stop(), 0);
  SearchDirectory("stopped:", gateway_->data_dir());
  Search("second log", gateway_->stderr_text());
  Search("stdout", gateway_->stdout_text());
  EXPECT_NE(log.find("\"debug\""), std::string::npos) << "the log was not at its most talkative";
  EXPECT_GT(searched_, 150);
  EXPECT_GT(secrets_.size(), 60U);
}

}  // namespace
}  // namespace sallyport::test
