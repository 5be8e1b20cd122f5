#include "pipeline/run/retry.h"

#include <gtest/gtest.h>

#include <chrono>

namespace sallyport::pipeline {
namespace {

using namespace std::chrono_literals;

RetryChance Fair() { return {true, true, 60000ms, 0}; }

TEST(Retry, ErrorsBeforeAnythingWasSentAreTriedAgainWithAnyMethod) {
  struct Case {
    ErrorKind kind;
    bool any_method, idempotent;
  };
  for (const Case& c :
       {Case{ErrorKind::kDnsFailed, true, true}, Case{ErrorKind::kConnectFailed, true, true},
        Case{ErrorKind::kConnectTimeout, true, true}, Case{ErrorKind::kUpstreamReset, false, true},
        Case{ErrorKind::kFirstByteTimeout, false, true}, Case{ErrorKind::kTlsFailed, false, false},
        Case{ErrorKind::kEgressDenied, false, false},
        Case{ErrorKind::kUpstreamTimeout, false, false},
        Case{ErrorKind::kUpstreamProtocolError, false, false},
        Case{ErrorKind::kUpstreamTooLarge, false, false},
        Case{ErrorKind::kDecodeFailed, false, false},
        Case{ErrorKind::kMalformedRequest, false, false}}) {
    RetryChance chance = Fair();
    EXPECT_EQ(RetryState(1).AfterError(c.kind, chance).has_value(), c.idempotent);
    chance.idempotent = false;
    EXPECT_EQ(RetryState(1).AfterError(c.kind, chance).has_value(), c.any_method);
  }
}

TEST(Retry, AnswersThatMayPassAreTriedAgainWithIdempotentMethodsOnly) {
  for (const int status : {429, 502, 503, 504}) {
    RetryChance chance = Fair();
    EXPECT_TRUE(RetryState(1).AfterAnswer(status, {}, chance)) << status;
    chance.idempotent = false;
    EXPECT_FALSE(RetryState(1).AfterAnswer(status, {}, chance)) << status;
  }
  for (const int status : {200, 204, 304, 400, 401, 404, 408, 428, 430, 500, 501, 505}) {
    EXPECT_FALSE(RetryState(1).AfterAnswer(status, {}, Fair())) << status;
  }
}

TEST(Retry, NoMoreThanAskedFor) {
  RetryState none(0);
  EXPECT_FALSE(none.AfterError(ErrorKind::kConnectFailed, Fair()));
  RetryState two(2);
  EXPECT_TRUE(two.AfterError(ErrorKind::kConnectFailed, Fair()));
  EXPECT_TRUE(two.AfterAnswer(503, {}, Fair()));
  EXPECT_FALSE(two.AfterAnswer(503, {}, Fair()));
  EXPECT_EQ(two.used(), 2);
}

TEST(Retry, ABodyThatIsGoneIsNotSentAgain) {
  RetryChance chance = Fair();
  chance.can_resend = false;
  EXPECT_FALSE(RetryState(1).AfterError(ErrorKind::kConnectFailed, chance));
  EXPECT_FALSE(RetryState(1).AfterAnswer(503, {}, chance));
}

TEST(Retry, TheWaitDoublesUpToFiveSecondsAndHalfOfItIsChance) {
  RetryState low(9);
  RetryState high(9);
  RetryChance least = Fair();
  RetryChance most = Fair();
  most.random = 0.999999;
  for (const Milliseconds full :
       {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms, 5000ms}) {
    EXPECT_EQ(low.AfterAnswer(503, {}, least), full / 2);
    const auto wait = high.AfterAnswer(503, {}, most);
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait, full - 1ms);
    EXPECT_LE(*wait, full);
  }
}

TEST(Retry, RetryAfterIsHonoredWhenItFitsIntoTheTime) {
  RetryChance chance = Fair();
  chance.left = 3000ms;
  EXPECT_EQ(RetryState(1).AfterAnswer(429, 2000ms, chance), 2000ms);
  EXPECT_EQ(RetryState(1).AfterAnswer(429, 0ms, chance), 50ms) << "never less than the back-off";
  EXPECT_FALSE(RetryState(1).AfterAnswer(429, 3000ms, chance)) << "nothing would be left to send";
  chance.left = 50ms;
  EXPECT_FALSE(RetryState(1).AfterAnswer(429, {}, chance));
  chance.left = 51ms;
  EXPECT_TRUE(RetryState(1).AfterAnswer(429, {}, chance));
}

TEST(Retry, RetryAfterIsSecondsOrADate) {
  const SystemTime now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + 12h;
  struct Case {
    std::string_view value;
    std::optional<Milliseconds> wait;
  };
  for (const Case& c :
       {Case{"0", 0ms}, Case{"120", 120000ms}, Case{"Sat, 31 Jan 2026 12:00:07 GMT", 7000ms},
        Case{"Sat Jan 31 12:00:07 2026", 7000ms}, Case{"Sat, 31 Jan 2026 11:59:00 GMT", 0ms},
        Case{"99999999999999", 86400000ms}, Case{"", {}}, Case{"-1", {}}, Case{"1.5", {}},
        Case{"soon", {}}, Case{"Sat, 31 Feb 2026 12:00:07 GMT", {}},
        Case{"Sat, 31 Jan 9999 12:00:07 GMT", {}}, Case{"Sat, 31 Jan 2026 24:00:07 GMT", {}},
        Case{"Sat, 31 Jan 2026 12:00:07 UTC", {}}}) {
    EXPECT_EQ(ParseRetryAfter(c.value, now), c.wait) << c.value;
  }
}

}  // namespace
}  // namespace sallyport::pipeline
