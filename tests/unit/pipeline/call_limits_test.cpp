#include "sallyport/pipeline/call_limits.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "unit/pipeline/run_bench.h"

namespace sallyport::pipeline::test {
namespace {

constexpr Quota kTwoCalls{2, 0, "limits.caller_calls", "limits.caller_rate"};
constexpr Quota kTenPerSecond{0, 10, "limits.caller_calls", "limits.caller_rate"};
const SteadyTime kStart{std::chrono::hours(1)};

TEST(CallLimits, ACallThatEndsMakesRoomForTheNext) {
  CallLimits limits;
  std::optional<Result<CallLimits::Place>> first = limits.Enter("a", kTwoCalls, "It", kStart);
  const Result<CallLimits::Place> second = limits.Enter("a", kTwoCalls, "It", kStart);
  ASSERT_TRUE(*first && second);
  const Result<CallLimits::Place> third = limits.Enter("a", kTwoCalls, "This caller", kStart);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind(), ErrorKind::kRateLimited);
  EXPECT_EQ(third.error().message(),
            "This caller has reached the 2 calls in flight that limits.caller_calls allows.");
  EXPECT_EQ(third.error().retry_after(), 1);
  EXPECT_TRUE(limits.Enter("b", kTwoCalls, "It", kStart)) << "others are not concerned";
  first.reset();
  EXPECT_TRUE(limits.Enter("a", kTwoCalls, "It", kStart));
}

TEST(CallLimits, ASecondsWorthMayComeAtOnceAndThenOneAtATime) {
  CallLimits limits;
  const auto passes = [&](SteadyTime now) {
    return limits.Enter("a", kTenPerSecond, "It", now).has_value();
  };
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(passes(kStart)) << i;
  EXPECT_FALSE(passes(kStart));
  EXPECT_FALSE(passes(kStart + std::chrono::milliseconds(99)));
  EXPECT_TRUE(passes(kStart + std::chrono::milliseconds(100)));
  EXPECT_FALSE(passes(kStart + std::chrono::milliseconds(100)));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(passes(kStart + std::chrono::seconds(5))) << i;
  EXPECT_FALSE(passes(kStart + std::chrono::seconds(5))) << "a long pause saves up no more";
}

TEST(CallLimits, WhoeverIsIdleIsForgotten) {
  CallLimits limits;
  for (int i = 0; i < 100'000; ++i) {
    const SteadyTime now = kStart + std::chrono::milliseconds(i);
    ASSERT_TRUE(limits.Enter(std::to_string(i), kTenPerSecond, "It", now));
  }
  EXPECT_LT(limits.size(), 5000U);
}

TEST(CallLimits, OneCallerIsStoppedAndAnotherGoesOn) {
  Bench bench;
  bench.settings.caller_quota.rate = 1;
  FakeExchange first("GET", "/proxy/r/open", kSession);
  FakeExchange second("GET", "/proxy/r/open", kSession);
  FakeExchange other("GET", "/proxy/r/open", kAdmin);
  bench.Run(first);
  bench.Run(second);
  bench.Run(other);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(second.Code(), "rate_limited");
  EXPECT_EQ(second.Field("Retry-After"), "1");
  EXPECT_EQ(other.status, 200);
}

TEST(CallLimits, UsersOfOneKeyAreCallersOfTheirOwn) {
  Bench bench;
  bench.settings.caller_quota.rate = 1;
  bench.AddResource("r", "{}");
  for (const auto& [user, status] : {std::pair{"alice", 200}, {"bob", 200}, {"alice", 429}}) {
    FakeExchange exchange(
        "GET", "/proxy/r/x",
        "Authorization: Bearer admin\r\nSallyport-User: " + std::string(user) + "\r\n");
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, status) << user;
  }
}

TEST(CallLimits, AResourceIsProtectedFromAllCallersTogetherByProxyAndRunsAlike) {
  Bench bench;
  bench.settings.resource_quota.rate = 2;
  bench.AddQuery("q", R"({"path":"/x"})");
  FakeExchange first("GET", "/proxy/r/open", kSession);
  FakeExchange second = RunOf("q");
  FakeExchange third = RunOf("q");
  FakeExchange elsewhere("GET", "/proxy/closed/x", kAdmin);
  FakeExchange preview = Post("/api/v1/resources/r/queries/q/preview", "{}");
  for (FakeExchange* exchange : {&first, &second, &third, &elsewhere, &preview})
    bench.Run(*exchange);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(elsewhere.status, 200);
  EXPECT_EQ(preview.status, 200) << "nothing is sent for it";
}

TEST(CallLimits, ProbesAndTheControlSocketAreNotCounted) {
  Bench bench;
  bench.settings.caller_quota.rate = 1;
  for (int i = 0; i < 3; ++i) {
    FakeExchange probe("GET", "/metrics", kAdmin);
    bench.Run(probe);
    EXPECT_EQ(probe.status, 200);
    FakeExchange control("GET", "/api/v1/things");
    control.At(net::Door::kControl);
    bench.Run(control);
    EXPECT_EQ(control.status, 200);
  }
}

}  // namespace
}  // namespace sallyport::pipeline::test
