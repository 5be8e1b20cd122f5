#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/egress/host_name.h"
#include "net/resolver/dns_cache.h"
#include "net/resolver/lookup_pool.h"
#include "sallyport/net/resolver.h"
#include "support/fake_clock.h"
#include "support/run_task.h"

namespace sallyport::net {
namespace {

using Addresses = std::vector<IpAddress>;
using Answer = Result<Addresses>;
using namespace std::chrono_literals;

Addresses One(std::string_view text) { return {*IpAddress::Parse(text)}; }

/// Look-ups that block until the test opens the gate. Shared with them, as their threads are
/// detached.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int inside = 0;
  void Pass() {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void Open() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
  void AwaitInside(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside >= count; });
  }
};

class ResolverTest : public testing::Test {
 protected:
  Answer Resolve(Resolver& resolver, std::string host, Milliseconds limit = 5000ms) {
    return test::RunTask(context_, resolver.Resolve(std::move(host), limit));
  }
  Resolver::Lookup Counting() {
    return [this](const std::string&) -> Answer {
      ++asked_;
      return One("192.0.2.1");
    };
  }
  boost::asio::io_context context_;
  test::FakeClock clock_;
  std::atomic<int> asked_{0};
};

TEST_F(ResolverTest, LiteralsAreNeverAsked) {
  Resolver resolver({}, Counting(), clock_);
  for (const char* literal : {"127.0.0.1", "::1", "[::1]", "2001:db8::5"}) {
    const Answer answer = Resolve(resolver, literal);
    ASSERT_TRUE(answer) << literal;
    EXPECT_EQ(answer->size(), 1U);
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(ResolverTest, WhatOnlyLooksNumericIsRefusedAndNeverAsked) {
  Resolver resolver({}, Counting(), clock_);
  for (const char* host : {"127.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3.4.5",
                           "256.1.1.1", "127.0.0.1.", "a.0x", "fe80::1%lo", "", ".", "a..b", "a b",
                           "[127.0.0.1", "a/b", "127.0.0.01"}) {
    const Answer answer = Resolve(resolver, host);
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().kind(), ErrorKind::kDnsFailed) << host;
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(ResolverTest, AnswersAreKeptForTheirTime) {
  Resolver resolver({}, Counting(), clock_);
  ASSERT_TRUE(Resolve(resolver, "a.example"));
  ASSERT_TRUE(Resolve(resolver, "A.Example."));
  EXPECT_EQ(asked_, 1);
  clock_.Advance(29999ms);
  ASSERT_TRUE(Resolve(resolver, "a.example"));
  EXPECT_EQ(asked_, 1);
  clock_.Advance(1ms);
  ASSERT_TRUE(Resolve(resolver, "a.example"));
  EXPECT_EQ(asked_, 2);
}

TEST_F(ResolverTest, FailuresAreKeptForLess) {
  Resolver resolver(
      {},
      [this](const std::string& host) -> Answer {
        ++asked_;
        return Error(ErrorKind::kDnsFailed, ErrorSource::kTarget, "no " + host);
      },
      clock_);
  EXPECT_EQ(Resolve(resolver, "a.example").error().kind(), ErrorKind::kDnsFailed);
  clock_.Advance(1999ms);
  EXPECT_EQ(Resolve(resolver, "a.example").error().message(), "no a.example");
  EXPECT_EQ(asked_, 1);
  clock_.Advance(1ms);
  EXPECT_FALSE(Resolve(resolver, "a.example"));
  EXPECT_EQ(asked_, 2);
}

TEST_F(ResolverTest, AThrowingLookupIsAFailure) {
  Resolver resolver(
      {}, [](const std::string&) -> Answer { throw std::runtime_error("x"); }, clock_);
  EXPECT_EQ(Resolve(resolver, "a.example").error().kind(), ErrorKind::kDnsFailed);
}

TEST_F(ResolverTest, WaitersOfOneNameShareOneLookup) {
  Gate gate;
  Resolver resolver(
      {},
      [&](const std::string&) -> Answer {
        ++asked_;
        gate.Pass();
        return One("192.0.2.9");
      },
      clock_);
  int answered = 0;
  std::vector<std::optional<Answer>> answers(5);
  for (std::optional<Answer>& kept : answers) {
    boost::asio::co_spawn(context_, test::KeepResult(resolver.Resolve("a.example", 5000ms), kept),
                          [&](std::exception_ptr) { ++answered; });
  }
  context_.poll();
  gate.AwaitInside(1);
  gate.Open();
  context_.run();
  EXPECT_EQ(answered, 5);
  EXPECT_EQ(asked_, 1);
}

TEST_F(ResolverTest, ALookupThatTakesTooLongIsAConnectTimeout) {
  const auto gate = std::make_shared<Gate>();
  Resolver resolver(
      {},
      [gate](const std::string&) -> Answer {
        gate->Pass();
        return One("192.0.2.9");
      },
      clock_);
  const Answer answer = Resolve(resolver, "slow.example", 20ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::kConnectTimeout);
  EXPECT_NE(answer.error().message().find("dns"), std::string::npos);
  gate->Open();
}

TEST_F(ResolverTest, HungLookupsDoNotBlockOtherNames) {
  auto gate = std::make_shared<Gate>();
  ResolverOptions options;
  options.threads = 2;
  Resolver resolver(
      options,
      [gate](const std::string& host) -> Answer {
        if (host.starts_with("hung")) gate->Pass();
        return One("192.0.2.9");
      },
      clock_);
  EXPECT_FALSE(Resolve(resolver, "hung1.example", 10ms));
  EXPECT_FALSE(Resolve(resolver, "hung2.example", 10ms));
  gate->AwaitInside(2);
  clock_.Advance(1000ms);  // the two threads count as stalled
  EXPECT_TRUE(Resolve(resolver, "fine.example"));
  gate->Open();
}

TEST_F(ResolverTest, AFullQueueFailsAtOnce) {
  auto gate = std::make_shared<Gate>();
  ResolverOptions options;
  options.threads = 1;
  options.queue = 0;
  Resolver resolver(
      options,
      [gate](const std::string&) -> Answer {
        gate->Pass();
        return One("192.0.2.9");
      },
      clock_);
  const Answer answer = Resolve(resolver, "b.example");
  EXPECT_EQ(answer.error().kind(), ErrorKind::kDnsFailed);
  gate->Open();
}

TEST(LookupPool, StopLetsGoOfThoseWhoWaitForAHungLookup) {
  const auto gate = std::make_shared<Gate>();
  const test::FakeClock clock;
  boost::asio::io_context context;
  const auto pool = std::make_shared<LookupPool>(
      ResolverOptions{},
      [gate](const std::string&) -> Answer {
        gate->Pass();
        return One("192.0.2.9");
      },
      clock);
  auto entered = pool->Enter("hung.example", context.get_executor());
  const auto waiter = std::get<LookupWaiterPointer>(std::move(entered));
  gate->AwaitInside(1);
  pool->Stop();
  EXPECT_EQ(waiter.use_count(),
            1);  // its timer dies before its loop, however long the look-up hangs
  gate->Open();
}

TEST_F(ResolverTest, TheSystemKnowsLocalhost) {
  Resolver resolver({}, Resolver::SystemLookup(), clock_);
  const Answer answer = Resolve(resolver, "localhost");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->empty());
}

TEST(DnsCache, ForgetsTheLeastRecentlyUsed) {
  DnsCache cache(2, 1000ms, 10ms);
  const SteadyTime now{};
  cache.Store("a", One("192.0.2.1"), now);
  cache.Store("b", One("192.0.2.2"), now);
  EXPECT_TRUE(cache.Find("a", now));
  cache.Store("c", One("192.0.2.3"), now);
  EXPECT_TRUE(cache.Find("a", now));
  EXPECT_FALSE(cache.Find("b", now));
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_FALSE(cache.Find("a", now + 1000ms));
  EXPECT_EQ(cache.size(), 1U);
}

TEST(HostName, TellsNamesFromNumbers) {
  for (const char* number : {"1", "127.1", "a.1", "0x1", "a.0X1f", "1.2.3.4", "08", "a.1."}) {
    EXPECT_TRUE(EndsInNumber(number)) << number;
  }
  for (const char* name : {"a", "1a", "a1", "0xg", "1.a", "a.1b", "x", ""}) {
    EXPECT_FALSE(EndsInNumber(name)) << name;
  }
}

}  // namespace
}  // namespace sallyport::net
