// Callers that go away while their request waits, on real sockets and a clock that a test moves.
#include "net/server/caller_watch.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <list>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace sallyport::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHalfClosed{5000};

/// Both ends of a connection; the near one is under watch.
class Pair {
 public:
  Pair() {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) != 0)
      throw std::runtime_error("socketpair");
    caller.descriptor = ends_[0];
    caller.on_gone = [this] { gone = true; };
  }
  ~Pair() {
    for (const int end : ends_) close(end);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void Leave() const { shutdown(ends_[1], SHUT_RDWR); }
  void HalfClose() const { shutdown(ends_[1], SHUT_WR); }

  net::WatchedCaller caller;
  bool gone = false;

 private:
  std::array<int, 2> ends_{};
};

class CallerWatchTest : public testing::Test {
 protected:
  ~CallerWatchTest() override { watch->Stop(); }

  /// Until everyone was looked at: a caller that left before is told so last.
  void LookAtAll() {
    for (int round = 0; round < 2; ++round) {
      Pair leaving;
      watch->Add(leaving.caller);
      leaving.Leave();
      context.restart();  // it may have run out of work
      while (!leaving.gone) context.run_one();
    }
  }

  FakeClock clock;
  boost::asio::io_context context{1};
  std::shared_ptr<net::CallerWatch> watch =
      std::make_shared<net::CallerWatch>(context, clock, milliseconds(1), kHalfClosed);
};

TEST_F(CallerWatchTest, FindsThoseThatLeftAmongMany) {
  std::list<Pair> pairs(1000);
  for (Pair& pair : pairs) watch->Add(pair.caller);
  std::size_t index = 0;
  for (const Pair& pair : pairs) {
    if (index++ % 100 == 0) pair.Leave();
  }
  LookAtAll();
  index = 0;
  for (const Pair& pair : pairs) EXPECT_EQ(pair.gone, index++ % 100 == 0) << index;
}

TEST_F(CallerWatchTest, LooksAtFewTogetherSoThatOthersHaveTheirTurn) {
  std::list<Pair> pairs(1000);
  for (Pair& pair : pairs) {
    watch->Add(pair.caller);
    pair.Leave();
  }
  std::size_t most = 0;
  std::size_t before = 0;
  while (before < pairs.size()) {
    context.run_one();
    std::size_t gone = 0;
    for (const Pair& pair : pairs) gone += pair.gone ? 1 : 0;
    most = std::max(most, gone - before);
    before = gone;
  }
  EXPECT_LE(most, 64U);
}

TEST_F(CallerWatchTest, WaitsForACallerThatOnlyClosedItsSendingSide) {
  Pair pair;
  watch->Add(pair.caller);
  pair.HalfClose();
  LookAtAll();
  clock.Advance(kHalfClosed - milliseconds(1));
  LookAtAll();
  EXPECT_FALSE(pair.gone);
  clock.Advance(milliseconds(1));
  LookAtAll();
  EXPECT_TRUE(pair.gone);
}

TEST_F(CallerWatchTest, WaitsAnewAfterTheCallerWasSentSomething) {
  Pair pair;
  watch->Add(pair.caller);
  pair.HalfClose();
  LookAtAll();
  clock.Advance(kHalfClosed - milliseconds(1));
  pair.caller.half_closed_since.reset();
  clock.Advance(milliseconds(1));
  LookAtAll();
  EXPECT_FALSE(pair.gone);
  clock.Advance(kHalfClosed);
  LookAtAll();
  EXPECT_TRUE(pair.gone);
}

TEST_F(CallerWatchTest, TellsNobodyWhoLeftTheWatch) {
  std::list<Pair> pairs(2);
  for (Pair& pair : pairs) {
    pair.caller.on_gone = [&] {
      pair.gone = true;
      for (Pair& each : pairs) each.caller.unlink();
    };
    watch->Add(pair.caller);
    pair.Leave();
  }
  LookAtAll();
  EXPECT_NE(pairs.front().gone, pairs.back().gone);
}

TEST_F(CallerWatchTest, RestsWhenNobodyIsLeft) {
  Pair pair;
  watch->Add(pair.caller);
  pair.Leave();
  context.run();  // ends, because no timer is left
  EXPECT_TRUE(pair.gone);
}

}  // namespace
}  // namespace sallyport::test
