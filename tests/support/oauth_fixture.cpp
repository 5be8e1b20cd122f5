#include "support/oauth_fixture.h"

#include <utility>

#include "support/form_text.h"

namespace sallyport::test {

std::string DepartedBrowser::Param(const std::string& name) const {
  const std::size_t question = location.find('?');
  if (question == std::string::npos) return "";
  return FormMember(std::string_view(location).substr(question + 1), name);
}

OAuthFixture::OAuthFixture() : provider_(std::make_unique<ScriptedProvider>()) {}

void OAuthFixture::StartOAuthGateway(const std::string& more) {
  StartGateway(std::string(kLoopbackConfig) + "identity: {confirm_login: false}\n" + more);
}

TestJson OAuthFixture::Auth(const TestJson& more) const {
  TestJson auth = {{"type", "oauth2"},
                   {"grant", "authorization_code"},
                   {"authorization_url", provider_->url() + "/authorize"},
                   {"token_url", provider_->url() + "/token"},
                   {"client_id", "app"},
                   {"client_secret", "the-client-secret"},
                   {"scopes", {"read"}},
                   {"credentials", "per_user"}};
  auth.update(more);
  return auth;
}

void OAuthFixture::CreateOAuthResource(const std::string& slug, const TestJson& auth_more,
                                       const TestJson& more) {
  TestJson extra = {{"auth", Auth(auth_more)}};
  extra.update(more);
  CreateResource(slug, provider_->url() + "/api", extra);
}

HeaderList OAuthFixture::For(const std::string& user) const {
  return {Bearer(gateway_->admin_key()), {"Sallyport-User", user}};
}

HeaderList OAuthFixture::SessionOf(const std::string& user) {
  const HttpResponse made = Api("POST", "/api/v1/sessions", {{"user", user}});
  EXPECT_EQ(made.status, 201) << made.body;
  return {Bearer(TestJson::parse(made.body).value("token", ""))};
}

HttpResponse OAuthFixture::CallAs(const HeaderList& caller, const std::string& method,
                                  const std::string& path, const std::string& body) {
  HttpRequest request;
  request.method = method;
  request.url = gateway_->base_url() + path;
  request.headers = caller;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = body;
  request.timeout = std::chrono::seconds(60);
  return HttpSend(request);
}

DepartedBrowser OAuthFixture::Depart(const HeaderList& caller, const std::string& slug) {
  const HttpResponse login = CallAs(caller, "POST", "/api/v1/resources/" + slug + "/login", "{}");
  EXPECT_EQ(login.status, 200) << login.body;
  const std::string link = TestJson::parse(login.body).value("login_url", "");
  const std::size_t path = link.find("/connect/");
  EXPECT_NE(path, std::string::npos) << login.body;
  if (path == std::string::npos) return {};
  const HttpResponse leaving = HttpGet(gateway_->base_url() + link.substr(path));
  EXPECT_EQ(leaving.status, 302) << leaving.body;
  DepartedBrowser browser;
  browser.location = leaving.Header("Location").value_or("");
  browser.cookie = leaving.Header("Set-Cookie").value_or("");
  browser.cookie = browser.cookie.substr(0, browser.cookie.find(';'));
  return browser;
}

HttpResponse OAuthFixture::Return(const DepartedBrowser& browser, const std::string& query) {
  return HttpGet(
      gateway_->base_url() + "/oauth/callback?" + query + "&state=" + browser.Param("state"),
      {{"Cookie", browser.cookie}});
}

HttpResponse OAuthFixture::ReturnWithCode(const DepartedBrowser& browser,
                                          const std::string& owner) {
  return Return(browser, "code=" + provider_->issuer().MakeCode(owner));
}

void OAuthFixture::SignIn(const HeaderList& caller, const std::string& slug,
                          const std::string& owner) {
  const DepartedBrowser browser = Depart(caller, slug);
  const HttpResponse page = ReturnWithCode(browser, owner);
  ASSERT_EQ(page.status, 200) << page.body;
}

TestJson OAuthFixture::Connection(const HeaderList& caller, const std::string& slug) {
  const HttpResponse read = CallAs(caller, "GET", "/api/v1/resources/" + slug + "/connection");
  EXPECT_EQ(read.status, 200) << read.body;
  return TestJson::parse(read.body, nullptr, false);
}

std::string OAuthFixture::OwnerIn(const HttpResponse& response) {
  const TestJson body = TestJson::parse(response.body, nullptr, false);
  if (response.status == 200 && body.is_object() && body.contains("owner")) return body["owner"];
  const std::string code = CodeOf(response);
  return code.empty() ? std::to_string(response.status) + " " + response.error : code;
}

}  // namespace sallyport::test
