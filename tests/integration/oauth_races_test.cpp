// Many calls and one token set: one refresh at a time, everybody gets its result, nobody gets
// another's tokens.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/in_parallel.h"
#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

constexpr int kCalls = 100;

/// Lets nobody go on before `count` have come.
class Gate {
 public:
  explicit Gate(int count) : missing_(count) {}
  /// False when the others do not come.
  bool Wait() {
    std::unique_lock lock(mutex_);
    --missing_;
    all_here_.notify_all();
    return all_here_.wait_for(lock, std::chrono::seconds(30), [&] { return missing_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_here_;
  int missing_;
};

class OAuthRaces : public OAuthFixture {
 protected:
  void SetUp() override { StartOAuthGateway(); }

  void CreateWithQuery(const std::string& slug, const TestJson& auth = TestJson::object()) {
    CreateOAuthResource(slug, auth, {{"proxy", {{"enabled", true}, {"methods", {"GET", "POST"}}}}});
    SaveQuery(slug, "get", {{"method", "GET"}, {"path", "/x"}});
    SaveQuery(slug, "post",
              {{"method", "POST"}, {"path", "/x"}, {"body", {{"type", "raw"}, {"text", "small"}}}});
  }

  /// Call number `i`: proxied and run, with and without a body, by turns. The owner that the
  /// target saw.
  std::string CallBy(const HeaderList& caller, const std::string& slug, int i) {
    const std::string run = "/api/v1/resources/" + slug + "/queries/";
    switch (i % 4) {
      case 0:
        return OwnerIn(CallAs(caller, "GET", "/proxy/" + slug + "/x"));
      case 1:
        return OwnerOfRun(CallAs(caller, "POST", run + "get/run", "{}"));
      case 2:
        return OwnerIn(CallAs(caller, "POST", "/proxy/" + slug + "/x", "{\"small\":1}"));
      default:
        return OwnerOfRun(CallAs(caller, "POST", run + "post/run", "{}"));
    }
  }

  static std::string OwnerOfRun(const HttpResponse& response) {
    const TestJson envelope = TestJson::parse(response.body, nullptr, false);
    if (response.status != 200 || !envelope.is_object()) return OwnerIn(response);
    if (envelope.value("status", 0) != 200) return "run " + envelope["status"].dump();
    return envelope["body"].value("owner", "nobody");
  }

  /// How many requests of the API came with this token.
  [[nodiscard]] long CountOf(const std::string& token) const {
    const std::vector<SeenRequest> calls = provider_->api_requests();
    return std::count_if(calls.begin(), calls.end(), [&](const SeenRequest& call) {
      return call.Field("Authorization") == "Bearer " + token;
    });
  }
};

TEST_F(OAuthRaces, OneRefreshServesAHundredCallsAtExpiry) {
  CreateWithQuery("idp");
  const HeaderList alice = For("alice");
  TokenPolicy policy;
  policy.lifetime_seconds = 1;
  provider_->issuer().SetPolicy(policy);
  SignIn(alice, "idp", "alice");
  const std::string old_token = provider_->issuer().issued().at(0);
  policy.lifetime_seconds = 3600;
  provider_->issuer().SetPolicy(policy);
  // The answer waits until the others have had the time to ask for one, too.
  provider_->On("/token", [&](const SeenRequest& request) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    return provider_->Issue(request);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the lifetime is real time

  const auto owners = InParallel(kCalls, [&](int i) { return CallBy(alice, "idp", i); });
  EXPECT_EQ(std::count(owners.begin(), owners.end(), "alice"), kCalls)
      << *std::find_if(owners.begin(), owners.end(), [](const auto& o) { return o != "alice"; });
  EXPECT_EQ(provider_->token_requests().size(), 2U);  // the sign-in's, and one
  EXPECT_EQ(CountOf(old_token), 0);
  EXPECT_EQ(provider_->api_requests().size(), std::size_t{kCalls});
  EXPECT_FALSE(provider_->issuer().any_grant_dead());
}

TEST_F(OAuthRaces, OneRefreshServesAHundredRefusedCallsWhichAreReplayedOnce) {
  CreateWithQuery("idp");
  const HeaderList alice = For("alice");
  SignIn(alice, "idp", "alice");
  const std::string old_token = provider_->issuer().issued().at(0);
  provider_->issuer().ExpireAccessTokens();
  Gate gate(kCalls);
  std::atomic<bool> together{true};
  provider_->On("/api/x", [&](const SeenRequest& request) {
    const bool is_old = request.Field("Authorization") == "Bearer " + old_token;
    if (is_old && !gate.Wait()) together = false;
    return provider_->Serve(request);
  });

  const auto owners = InParallel(kCalls, [&](int i) { return CallBy(alice, "idp", i); });
  EXPECT_TRUE(together);
  EXPECT_EQ(std::count(owners.begin(), owners.end(), "alice"), kCalls);
  EXPECT_EQ(provider_->token_requests().size(), 2U);
  EXPECT_EQ(CountOf(old_token), kCalls);
  EXPECT_EQ(provider_->api_requests().size(), std::size_t{2 * kCalls});
  EXPECT_FALSE(provider_->issuer().any_grant_dead());
}

TEST_F(OAuthRaces, OneFetchServesAHundredCallsWithClientCredentials) {
  CreateWithQuery("idp", {{"grant", "client_credentials"}, {"authorization_url", nullptr}});
  provider_->On("/token", [&](const SeenRequest& request) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    return provider_->Issue(request);
  });
  const HeaderList admin = {Bearer(gateway_->admin_key())};
  for (const std::size_t fetches : {1U, 2U}) {  // the first token, and one after a 401
    const auto owners = InParallel(kCalls, [&](int i) { return CallBy(admin, "idp", i); });
    EXPECT_EQ(std::count(owners.begin(), owners.end(), "client"), kCalls);
    EXPECT_EQ(provider_->token_requests().size(), fetches);
    provider_->issuer().ExpireAccessTokens();
  }
}

/// Two users, as themselves and through an API key, on ten connections, while tokens end.
TEST_F(OAuthRaces, NobodyGetsAnothersTokens) {
  constexpr int kThreads = 10;
  constexpr int kEach = 1000;
  TokenPolicy policy;
  policy.lifetime_seconds = 2;  // refreshed after one
  provider_->issuer().SetPolicy(policy);
  CreateWithQuery("user");
  CreateWithQuery("session", {{"credentials", "per_session"}});
  struct Caller {
    std::string name, slug;
    HeaderList headers;
  };
  std::vector<Caller> callers;
  for (const std::string name : {"alice", "bob"}) {
    callers.push_back({name, "user", For(name)});
    callers.push_back({name, "user", SessionOf(name)});
    callers.push_back({name, "session", SessionOf(name)});
    callers.push_back({name, "session", SessionOf(name)});  // another one of the same user
    callers.push_back({name, "session", For(name)});
  }
  for (const Caller& caller : callers) SignIn(caller.headers, caller.slug, caller.name);

  struct Count {
    int right = 0, refused = 0;
    std::string wrong;
  };
  const auto counts = InParallel(kThreads, [&](int thread) {
    const Caller& caller = callers[static_cast<std::size_t>(thread) % callers.size()];
    Count count;
    for (int i = 0; i < kEach; ++i) {
      // By calls and not by time: however fast the machine is, tokens end while calls use them.
      if (thread == 0 && i % 200 == 100) provider_->issuer().ExpireAccessTokens();
      const std::string owner = CallBy(caller.headers, caller.slug, i);
      count.right += owner == caller.name;
      // The token of the replay ended, too, before it arrived: passed on.
      const bool refused = owner == "run 401" || owner == "401 ";
      count.refused += refused;
      if (owner != caller.name && !refused) count.wrong = owner;
    }
    return count;
  });
  int right = 0, refused = 0;
  for (const Count& count : counts) {
    EXPECT_EQ(count.wrong, "");
    right += count.right;
    refused += count.refused;
  }
  EXPECT_EQ(right + refused, kThreads * kEach);
  EXPECT_LT(refused, kThreads * kEach / 50);
  EXPECT_GT(provider_->token_requests().size(), 2 * callers.size());
  EXPECT_FALSE(provider_->issuer().any_grant_dead());
}

/// One refresh and one replay per call, then the target's 401 is the answer.
TEST_F(OAuthRaces, ATargetThatAlwaysRefusesIsAskedTwice) {
  CreateWithQuery("idp");
  const HeaderList alice = For("alice");
  SignIn(alice, "idp", "alice");
  provider_->RefuseAll(true);
  for (int i = 0; i < 8; ++i) {
    const std::size_t tokens = provider_->token_requests().size();
    const std::size_t calls = provider_->api_requests().size();
    EXPECT_EQ(CallBy(alice, "idp", i), i % 2 == 0 ? "401 " : "run 401") << i;
    EXPECT_EQ(provider_->token_requests().size(), tokens + 1) << i;
    EXPECT_EQ(provider_->api_requests().size(), calls + 2) << i;
  }
  const HttpResponse refused = CallAs(alice, "GET", "/proxy/idp/x");
  EXPECT_EQ(refused.Header("Sallyport-Source"), "upstream");
  EXPECT_EQ(refused.body, R"({"error":"invalid_token"})");
  provider_->RefuseAll(false);
  EXPECT_EQ(CallBy(alice, "idp", 0), "alice");
}

TEST_F(OAuthRaces, OtherStatusesRefreshWhereTheResourceSaysSo) {
  CreateWithQuery("idp", {{"unauthorized_statuses", {403, 419}}});
  const HeaderList alice = For("alice");
  SignIn(alice, "idp", "alice");
  const struct {
    int status;
    bool refreshes;
  } rows[] = {{401, false}, {403, true}, {419, true}, {400, false}, {500, false}};
  for (const auto& row : rows) {
    provider_->On("/api/x", [&](const SeenRequest& /*request*/) {
      return ScriptedAnswer::Json(row.status, "{}");
    });
    const std::size_t tokens = provider_->token_requests().size();
    const std::size_t calls = provider_->api_requests().size();
    EXPECT_EQ(CallAs(alice, "GET", "/proxy/idp/x").status, row.status);
    EXPECT_EQ(provider_->token_requests().size() - tokens, row.refreshes ? 1U : 0U) << row.status;
    EXPECT_EQ(provider_->api_requests().size() - calls, row.refreshes ? 2U : 1U) << row.status;
  }
}

TEST_F(OAuthRaces, OnlyBodiesThatAreHeldAreReplayed) {
  CreateWithQuery("idp");
  const HeaderList alice = For("alice");
  SignIn(alice, "idp", "alice");
  const std::string small(1000, 's');
  const std::string large(4 * 1024 * 1024, 'l');
  const struct {
    const std::string& body;
    std::string owner;
    std::size_t requests;
  } rows[] = {{small, "alice", 2}, {large, "401 ", 1}};
  for (const auto& row : rows) {
    provider_->issuer().ExpireAccessTokens();
    const std::size_t calls = provider_->api_requests().size();
    EXPECT_EQ(OwnerIn(CallAs(alice, "POST", "/proxy/idp/x", row.body)), row.owner);
    const std::vector<SeenRequest> seen = provider_->api_requests();
    ASSERT_EQ(seen.size(), calls + row.requests) << row.body.size();
    for (std::size_t i = calls; i < seen.size(); ++i) EXPECT_EQ(seen[i].body, row.body);
    // Whatever became of that one, the next call works.
    EXPECT_EQ(OwnerIn(CallAs(alice, "GET", "/proxy/idp/x")), "alice");
  }
}

}  // namespace
}  // namespace sallyport::test
