#include <gtest/gtest.h>

#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

TEST(CallerGone, EndsTheCallToASilentTarget) {
  Bench bench;
  FakeExchange exchange("GET", "/proxy/r/x", kAdmin);
  bench.target.silent = true;
  bench.target.when_silent = [&] { exchange.Leave(); };
  bench.Run(exchange);
  EXPECT_TRUE(bench.target.cancelled);
  EXPECT_EQ(exchange.heads, 0);
  EXPECT_TRUE(exchange.aborted);
  ASSERT_EQ(bench.metrics.server_requests.size(), 1U);
  EXPECT_EQ(std::get<2>(bench.metrics.server_requests.begin()->first), 499);
  ASSERT_EQ(bench.metrics.client_requests.size(), 1U);
  EXPECT_EQ(std::get<2>(bench.metrics.client_requests.begin()->first), "caller_gone");
  EXPECT_TRUE(bench.metrics.errors.empty());
}

TEST(CallerGone, EndsACallUnderATotalLimitToo) {
  Bench bench;
  bench.AddResource("short", R"({"timeouts":{"total_ms":40000}})");
  FakeExchange exchange("POST", "/proxy/short/x", kAdmin + "Content-Length: 3\r\n", "abc");
  exchange.body_arrives_with_head = false;
  bench.target.silent = true;
  bench.target.when_silent = [&] { exchange.Leave(); };
  bench.Run(exchange);
  EXPECT_TRUE(bench.target.cancelled);
  EXPECT_EQ(std::get<2>(bench.metrics.server_requests.begin()->first), 499);
}

TEST(CallerGone, IsWatchedOnlyWhileATargetIsWaitedFor) {
  Bench bench;
  FakeExchange served("GET", "/proxy/r/x", kAdmin);
  bench.Run(served);
  EXPECT_EQ(served.status, 200);
  EXPECT_GT(served.watches, 0);
  EXPECT_FALSE(served.watched());

  bench.target.throws = true;
  FakeExchange broken("GET", "/proxy/r/x", kAdmin);
  bench.Run(broken);
  EXPECT_FALSE(broken.watched());

  FakeExchange local("GET", "/healthz");
  bench.Run(local);
  EXPECT_EQ(local.watches, 0);
}

TEST(CallerGone, AnAnswerOfOursThatNobodyTookIsA499) {
  Bench bench;
  FakeExchange exchange("GET", "/healthz");
  exchange.gone = true;
  bench.Run(exchange);
  EXPECT_EQ(std::get<2>(bench.metrics.server_requests.begin()->first), 499);
}

}  // namespace
}  // namespace sallyport::pipeline::test
