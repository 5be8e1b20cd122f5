// The token service over the real store thread, a repository in memory and a provider that is
// scripted.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/oauth/service.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/oauth_settings.h"
#include "support/fake_clock.h"
#include "support/fake_repository.h"
#include "support/null_descriptor.h"
#include "support/run_task.h"
#include "support/store_samples.h"
#include "support/wait_until.h"

namespace sallyport::oauth {

/// What the provider was asked, and what it says. Thread-safe.
class Script {
 public:
  struct Seen {
    std::string method, url, head, body;
    std::optional<request::TargetTimeouts> target_timeouts;
  };

  /// Answers to come, in order; the last one is repeated.
  void Answer(int status, std::string body) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(ProviderReply{status, std::move(body)});
  }
  void Fail(Error error) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(std::move(error));
  }
  void Forget() {
    const std::lock_guard lock(mutex_);
    answers_.clear();
    seen_.clear();
  }
  /// No answer comes before Release.
  void Hold() { held_ = true; }
  void Release() { held_ = false; }

  [[nodiscard]] std::vector<Seen> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  [[nodiscard]] std::size_t count() const { return seen().size(); }

  void Note(const ProviderCall& call) {
    Seen seen{call.method, call.request.url.ToString(), test::Reveal(call.request.head),
              test::Reveal(call.request.body), call.target_timeouts};
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::move(seen));
  }
  [[nodiscard]] bool held() const { return held_; }
  Result<ProviderReply> Next() {
    const std::lock_guard lock(mutex_);
    if (answers_.empty()) return ProviderReply{500, "nothing is scripted"};
    Result<ProviderReply> next = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return next;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Result<ProviderReply>> answers_;
  std::vector<Seen> seen_;
  std::atomic<bool> held_{false};
};

class ScriptedClient final : public ProviderClient {
 public:
  explicit ScriptedClient(Script& script) : script_(script) {}

  Task<Result<ProviderReply>> Send(ProviderCall call) override {
    script_.Note(call);
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer pause(executor);
    while (script_.held()) {
      pause.expires_after(std::chrono::milliseconds(1));
      co_await pause.async_wait(boost::asio::use_awaitable);
    }
    co_return script_.Next();
  }

 private:
  Script& script_;
};

/// Compiles the oauth2 section whatever the registry of kinds knows.
inline std::shared_ptr<const store::Prepared> CompileOAuth(const store::Resource& resource) {
  store::Resource plain = resource;
  plain.document.body["auth"] = Json{{"type", "none"}};
  const auto prepared = request::CompileResource(plain);
  auto compiled = std::make_shared<request::CompiledResource>(
      dynamic_cast<const request::CompiledResource&>(*prepared));
  if (resource.document.body["auth"]["type"] == "oauth2") {
    compiled->uses_oauth = true;
    compiled->oauth =
        request::ReadOAuthSettings(resource.document.body["auth"], resource.document.secrets);
  }
  return compiled;
}

inline Json ProviderAuth() {
  return Json::parse(R"({"type":"oauth2","grant":"authorization_code",
    "authorization_url":"https://idp.example/authorize","token_url":"https://idp.example/token",
    "client_id":"app","client_secret":"********","client_auth":"basic","scopes":["read"],
    "credentials":"per_user","unauthorized_statuses":[401]})");
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() : log_({}, real_clock_, sink_.value) {
    auto owned = std::make_unique<test::FakeRepository>(clock);
    repository = owned.get();
    store_ = std::make_unique<store::Store>(std::move(owned), CompileOAuth, request::PrepareQuery,
                                            clock);
    const auto make_client = [this](boost::asio::io_context& /*context*/) {
      return std::make_unique<ScriptedClient>(script);
    };
    service_ = std::make_unique<TokenService>(*store_, make_client, log_, clock);
  }
  ~ServiceTest() override {
    script.Release();
    service_->Stop();
    store_.reset();
    service_.reset();
  }

  template <typename T>
  T Run(Task<T> task) {
    return test::RunTask(context_, std::move(task));
  }

  /// Makes the resource "idp" with this section.
  void MakeResource(const Json& auth = ProviderAuth(), const std::string& secret = "shh") {
    store::Document document;
    document.body = Json{{"slug", "idp"}, {"name", "The IdP"}, {"base_url", "https://api.example"}};
    document.body["auth"] = auth;
    document.secrets.emplace("/auth/client_secret", Secret(secret));
    const Result<store::Resource> made =
        Run(store_->CreateResource("idp", std::move(document), test::Audit("resource.create")));
    ASSERT_TRUE(made);
    resource_id = made->id;
  }
  [[nodiscard]] std::shared_ptr<const store::ResourceEntry> Entry() const {
    return store_->snapshot()->resources.Find("idp");
  }
  [[nodiscard]] ResourcePointer Compiled() const {
    return std::dynamic_pointer_cast<const request::CompiledResource>(Entry()->prepared);
  }

  /// Signs alice in: "access-1" for an hour, with "refresh-1".
  store::TokenSet SignIn(const std::string& refresh_token = "refresh-1") {
    store::TokenSet set;
    set.resource_id = resource_id;
    set.owner = Alice();
    set.user = "alice";
    set.fingerprint = Compiled()->oauth->fingerprint;
    set.tokens.access_token = Secret("access-1");
    set.tokens.refresh_token = Secret(refresh_token);
    set.obtained_at = clock.Now();
    set.expires_at = clock.Now() + std::chrono::hours(1);
    const store::Precondition none;
    std::optional<store::AuditEntry> audit = test::Audit("connection.create");
    Result<store::TokenSet> put = Run(store_->PutTokens(set, none, std::move(audit)));
    EXPECT_TRUE(put);
    return *put;
  }

  static store::TokenOwnerId Alice() { return {store::OwnerKind::kUser, "alice"}; }

  [[nodiscard]] TokenNeed Need(std::optional<std::int64_t> refused = std::nullopt) const {
    TokenNeed need;
    need.entry = Entry();
    need.owner = owner;
    need.refused_version = refused;
    return need;
  }
  Result<TokenGiven> Obtain(std::optional<std::int64_t> refused = std::nullopt) {
    return Run(service_->Obtain(Need(refused)));
  }
  /// The access token, or the code of the error.
  std::string Given(std::optional<std::int64_t> refused = std::nullopt) {
    const Result<TokenGiven> given = Obtain(refused);
    if (given) return test::Reveal(given->tokens->tokens.access_token);
    switch (given.error().kind()) {
      case ErrorKind::kLoginRequired:
        return "login_required";
      case ErrorKind::kTokenRefreshFailed:
        return "token_refresh_failed";
      default:
        return given.error().message();
    }
  }
  [[nodiscard]] TokenSetPointer Stored() const {
    return store_->snapshot()->tokens.Find(store::TokenKey(resource_id, owner));
  }

  test::FakeClock clock;
  test::FakeRepository* repository = nullptr;  ///< owned by the store; used between calls only
  Script script;
  std::int64_t resource_id = 0;
  store::TokenOwnerId owner = Alice();
  boost::asio::io_context context_{1};
  RealClock real_clock_;
  test::NullDescriptor sink_;
  observe::Log log_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<TokenService> service_;
};

}  // namespace sallyport::oauth
