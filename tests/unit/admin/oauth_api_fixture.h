// The JSON API with sign-ins: the real token service over a scripted provider.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sallyport/admin/api.h"
#include "unit/oauth/service_fixture.h"

namespace sallyport::admin {

inline constexpr const char* kLogin = "/api/v1/resources/idp/login";
inline constexpr const char* kConnection = "/api/v1/resources/idp/connection";

/// What came of a call.
struct OAuthReply {
  int status = 0;
  ErrorKind kind = ErrorKind::kInternal;  ///< when status is 0
  Json body;
  std::string text;
  std::vector<std::pair<std::string, std::string>> fields;

  [[nodiscard]] std::vector<std::string> All(const std::string& name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : fields) {
      if (field == name) values.push_back(value);
    }
    return values;
  }
  [[nodiscard]] std::string Field(const std::string& name) const {
    const std::vector<std::string> values = All(name);
    return values.empty() ? "" : values.front();
  }
};

class OAuthApi : public oauth::ServiceTest {
 protected:
  OAuthApi() {
    options_.public_url = "https://gw.example";
    options_.cors_origins = {"https://admin.example"};
    api_ = std::make_unique<Api>(*store_, clock, options_, service_.get());
  }
  void SetUp() override { MakeResource(); }

  static store::Caller User(const std::string& user = "alice") {
    store::Caller caller;
    caller.id = "key-7";
    caller.resources = {"*"};
    caller.user = user;
    return caller;
  }
  static store::Caller Admin() {
    store::Caller caller = User("root");
    caller.role = store::Role::kAdmin;
    return caller;
  }

  http::ApiRequest Request(const std::string& method, const std::string& target) {
    http::ApiRequest request;
    request.method = method;
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    return request;
  }
  OAuthReply Send(http::ApiRequest request, store::Caller as) {
    Result<http::ApiResponse> result = Run(api_->Handle(std::move(request), std::move(as)));
    OAuthReply reply;
    if (!result) {
      reply.kind = result.error().kind();
      reply.text = result.error().message();
      return reply;
    }
    reply.status = result->status;
    reply.text = result->body;
    reply.body = Json::parse(result->body, nullptr, false);
    reply.fields = result->fields;
    return reply;
  }
  OAuthReply Call(const std::string& method, const std::string& target, const std::string& body,
                  store::Caller as) {
    http::ApiRequest request = Request(method, target);
    request.body = body;
    if (!body.empty()) request.content_type = "application/json";
    return Send(std::move(request), std::move(as));
  }
  /// The path of a fresh login_url.
  std::string Link(const std::string& body = "{}") {
    const OAuthReply reply = Call("POST", kLogin, body, User());
    EXPECT_EQ(reply.status, 200) << reply.text;
    const std::string url = reply.body["login_url"];
    EXPECT_TRUE(url.starts_with("https://gw.example/connect/"));
    return url.substr(std::string("https://gw.example").size());
  }
  /// What a browser sends: no caller, cookies.
  OAuthReply Browse(const std::string& method, const std::string& target,
                    std::vector<std::string> cookies = {}, std::optional<std::string> site = {},
                    std::optional<std::string> origin = {}) {
    http::ApiRequest request = Request(method, target);
    request.proxy_user = proxy_user;
    request.cookies = std::move(cookies);
    request.fetch_site = std::move(site);
    request.origin = std::move(origin);
    return Send(std::move(request), store::Caller());
  }
  std::string SessionOf(const std::string& user) {
    store::Session session =
        test::SampleSession("s-" + user, user, clock.Now() + std::chrono::hours(1));
    EXPECT_TRUE(Run(store_->CreateSession(session, test::Audit("session.create"))));
    return "__Host-sallyport_session=token of session s-" + user;
  }
  static std::string CookieOf(const OAuthReply& reply) {
    const std::string set = reply.Field("Set-Cookie");
    return set.substr(0, set.find(';'));
  }
  static std::string StateOf(const OAuthReply& reply) {
    const std::string url = reply.Field("Location");
    const std::size_t at = url.find("state=");
    return url.substr(at + 6, url.find('&', at) - at - 6);
  }
  void Remake(const std::function<void(Json& auth)>& change) {
    Json auth = oauth::ProviderAuth();
    change(auth);
    ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
    MakeResource(auth);
  }
  /// The same with a login_test_url.
  void MakeTestable(const std::string& url, const Json& timeouts = nullptr) {
    ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
    store::Document document;
    document.body = Json{{"slug", "idp"},
                         {"name", "The IdP"},
                         {"base_url", "https://api.example"},
                         {"login_test_url", url}};
    if (!timeouts.is_null()) document.body["timeouts"] = timeouts;
    document.body["auth"] = oauth::ProviderAuth();
    const auto made = Run(store_->CreateResource("idp", document, test::Audit("resource.create")));
    ASSERT_TRUE(made);
    resource_id = made->id;
  }

  std::optional<std::string> proxy_user;  ///< whom a proxy names with every page from now on
  Options options_;
  std::unique_ptr<Api> api_;
};

}  // namespace sallyport::admin
