#include "net/client/pool.h"

#include <chrono>

#include <gtest/gtest.h>

namespace sallyport::net {
namespace {

using namespace std::chrono_literals;

Destination To(std::string host) { return {http::Origin{"http", std::move(host), 80}, nullptr}; }

TEST(Pool, HandsOutTheYoungestFirst) {
  Pool<int> pool({});
  const SteadyTime now{};
  for (const int value : {1, 2, 3}) pool.Put(To("a"), value, now);
  EXPECT_EQ(pool.Take(To("a"), now), 3);
  EXPECT_EQ(pool.Take(To("a"), now), 2);
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.Take(To("b"), now), std::nullopt);
}

TEST(Pool, DropsWhatIsTooOldAtTheBoundary) {
  Pool<int> pool({100ms, 64});
  const SteadyTime start{};
  pool.Put(To("a"), 1, start);
  pool.Put(To("a"), 2, start + 1ms);
  EXPECT_EQ(pool.Take(To("a"), start + 100ms), 2);
  EXPECT_EQ(pool.Take(To("a"), start + 100ms), std::nullopt);
  EXPECT_EQ(pool.size(), 0U);
}

TEST(Pool, KeepsAtMostSoManyPerDestinationAndDropsTheOldest) {
  Pool<int> pool({100ms, 2});
  const SteadyTime now{};
  for (const int value : {1, 2, 3}) pool.Put(To("a"), value, now);
  pool.Put(To("b"), 9, now);
  EXPECT_EQ(pool.size(), 3U);
  EXPECT_EQ(pool.Take(To("a"), now), 3);
  EXPECT_EQ(pool.Take(To("a"), now), 2);
  EXPECT_EQ(pool.Take(To("a"), now), std::nullopt);
}

TEST(Pool, KeepsNothingWhenNoneAreAllowed) {
  Pool<int> pool({100ms, 0});
  pool.Put(To("a"), 1, SteadyTime{});
  EXPECT_EQ(pool.size(), 0U);
}

TEST(Pool, SweepsAndRemoves) {
  Pool<int> pool({100ms, 64});
  const SteadyTime start{};
  pool.Put(To("a"), 1, start);
  pool.Put(To("b"), 2, start + 50ms);
  pool.Put(To("b"), 3, start + 50ms);
  pool.Sweep(start + 100ms);
  EXPECT_EQ(pool.size(), 2U);
  pool.RemoveIf([](const Destination&, int value) { return value == 2; });
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.Take(To("b"), start + 100ms), 3);
  pool.Put(To("b"), 4, start);
  pool.Clear();
  EXPECT_EQ(pool.size(), 0U);
}

}  // namespace
}  // namespace sallyport::net
