#include "support/oidc_fixture.h"

namespace sallyport::test {

void OidcFixture::StartGateway(const std::string& config) {
  GatewayOptions options;
  options.config = std::string(kLoopbackConfig) + config;
  // For development the gateway takes the address that it listens on for its public one.
  options.arguments = {"--dev"};
  gateway_ = std::make_unique<GatewayProcess>(std::move(options));
  const bool started = gateway_->Start();
  ASSERT_TRUE(started) << gateway_->stderr_text();
}

void OidcFixture::RestartGateway() {
  ASSERT_EQ(gateway_->Stop(), 0);
  const bool started = gateway_->Start();
  ASSERT_TRUE(started) << gateway_->stderr_text();
}

TestJson OidcFixture::CodeAuth(const TestJson& changes) const {
  TestJson auth = {{"type", "oauth2"},
                   {"grant", "authorization_code"},
                   {"issuer", provider_.url()},
                   {"client_id", "basic"},
                   {"client_secret", kOddClientSecret},
                   {"client_auth", "basic"},
                   {"scopes", {"openid", "offline_access", "api:read"}},
                   // What OpenID wants for a refresh token.
                   {"authorize_params", {{{"name", "prompt"}, {"value", "consent"}}}},
                   {"credentials", "per_session"}};
  auth.update(changes);
  return auth;
}

TestJson OidcFixture::ExplicitAuth(const TestJson& changes) const {
  TestJson auth = CodeAuth({{"issuer", nullptr},
                            {"authorization_url", provider_.url() + "/auth"},
                            {"token_url", provider_.url() + "/token"},
                            {"revocation_url", provider_.url() + "/token/revocation"}});
  auth.update(changes);
  return auth;
}

TestJson OidcFixture::ClientCredentials(const TestJson& changes) const {
  TestJson auth = ExplicitAuth({{"grant", "client_credentials"},
                                {"authorization_url", nullptr},
                                {"scopes", {"api:read"}},
                                {"authorize_params", TestJson::array()}});
  auth.update(changes);
  return auth;
}

TestJson OidcFixture::ShortLived(const TestJson& changes) {
  TestJson members = {{"token_paths", {{"expires_in", "/not_there"}}},
                      {"access_token_lifetime_seconds", 1}};
  members.update(changes);
  return members;
}

void OidcFixture::CreateApi(const std::string& slug, const TestJson& auth, const TestJson& extra) {
  TestJson resource = {{"auth", auth},
                       {"login_test_url", provider_.api() + "/me"},
                       {"proxy", {{"enabled", true}, {"methods", {"GET", "POST"}}}}};
  resource.update(extra);
  CreateResource(slug, provider_.api(), resource);
}

Caller OidcFixture::Admin() const { return {Bearer(gateway_->admin_key())}; }

Caller OidcFixture::ActingFor(const std::string& user) const {
  return {Bearer(gateway_->admin_key()), {"Sallyport-User", user}};
}

Caller OidcFixture::SessionOf(const std::string& user) {
  const HttpResponse response = Call(Admin(), "POST", "/api/v1/sessions", {{"user", user}});
  EXPECT_EQ(response.status, 201) << response.body;
  return {Bearer(TestJson::parse(response.body).value("token", ""))};
}

HttpResponse OidcFixture::Call(const Caller& caller, const std::string& method,
                               const std::string& path, const TestJson& body) {
  HttpRequest request;
  request.method = method;
  request.url = gateway_->base_url() + path;
  request.headers = caller;
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body.dump();
  }
  return HttpSend(request);
}

TestJson OidcFixture::Read(const Caller& caller, const std::string& path) {
  const HttpResponse response = Call(caller, "GET", path);
  EXPECT_EQ(response.status, 200) << path << ": " << response.body;
  return TestJson::parse(response.body, nullptr, false);
}

std::string OidcFixture::LoginUrl(const Caller& caller, const std::string& slug,
                                  const TestJson& body) {
  const HttpResponse response = Call(caller, "POST", "/api/v1/resources/" + slug + "/login", body);
  EXPECT_EQ(response.status, 200) << response.body;
  return TestJson::parse(response.body).value("login_url", "");
}

Page OidcFixture::SignIn(Browser& browser, const std::string& login_url,
                         const std::string& account) {
  Page page = browser.Open(login_url);
  if (page.status() == 200 && page.Shows("action=\"/connect/")) page = browser.Submit(page, {});
  if (page.Asks("login")) page = browser.Submit(page, {{"login", account}, {"password", "any"}});
  if (page.Asks("prompt")) page = browser.Submit(page, {});
  return page;
}

Page OidcFixture::SignInUpToCallback(Browser& browser, const std::string& login_url,
                                     const std::string& account) {
  browser.StopBefore("/oauth/callback?");
  Page page = SignIn(browser, login_url, account);
  browser.StopBefore("");
  EXPECT_NE(page.next.find("/oauth/callback?"), std::string::npos)
      << page.url << " " << page.status() << "\n"
      << page.response.body;
  return page;
}

void OidcFixture::Connect(const Caller& caller, const std::string& slug,
                          const std::string& account) {
  Browser browser;
  const Page page = SignIn(browser, LoginUrl(caller, slug), account);
  EXPECT_EQ(page.status(), 200) << page.url << "\n" << page.response.body;
  EXPECT_TRUE(page.Shows("is connected")) << page.response.body;
}

HttpResponse OidcFixture::Proxied(const Caller& caller, const std::string& path) {
  return Call(caller, "GET", "/proxy/" + path);
}

HttpResponse OidcFixture::RunAs(const Caller& caller, const std::string& slug,
                                const TestJson& query) {
  return Call(caller, "POST", "/api/v1/resources/" + slug + "/request", {{"query", query}});
}

TestJson OidcFixture::Get(const std::string& path) { return {{"method", "GET"}, {"path", path}}; }

TestJson OidcFixture::SeenByApi(const HttpResponse& response) {
  EXPECT_EQ(response.status, 200) << response.body;
  return TestJson::parse(response.body, nullptr, false);
}

TestJson OidcFixture::Connection(const Caller& caller, const std::string& slug) {
  return Read(caller, "/api/v1/resources/" + slug + "/connection");
}

std::string OidcFixture::LoginState(const Caller& caller, const std::string& slug) {
  return Read(caller, "/api/v1/resources/" + slug + "/login").value("state", "");
}

TestJson OidcFixture::LastSubject() const {
  const TestJson calls = provider_.Events("api");
  return calls.empty() ? TestJson("no call") : calls.back()["subject"];
}

void OidcFixture::ExpectNoTokenRequestFailed() const {
  for (const TestJson& request : provider_.Events("token")) {
    EXPECT_EQ(request["ok"], true) << request.dump();
  }
  EXPECT_TRUE(provider_.Events("grant_revoked").empty());
}

}  // namespace sallyport::test
