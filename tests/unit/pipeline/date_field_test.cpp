#include "pipeline/date_field.h"

#include <gtest/gtest.h>

#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

struct ClockAt final : Clock {
  [[nodiscard]] SystemTime Now() const override { return SystemTime(std::chrono::seconds(at)); }
  [[nodiscard]] SteadyTime Steady() const override { return {}; }
  std::int64_t at = 0;
};

TEST(DateField, IsTheClocksSecond) {
  ClockAt clock;
  DateField date(clock);
  for (const std::int64_t at : {784111777, 784111777, 784111778, 784111777}) {
    clock.at = at;
    EXPECT_EQ(date.Now(),
              at == 784111777 ? "Sun, 06 Nov 1994 08:49:37 GMT" : "Sun, 06 Nov 1994 08:49:38 GMT");
  }
}

TEST(DateField, IsOnEveryAnswerOfOurs) {
  Bench bench;
  const std::string now = "Thu, 01 Jan 2026 00:00:00 GMT";
  FakeExchange healthy("GET", "/healthz");
  bench.Run(healthy);
  EXPECT_EQ(healthy.Field("Date"), now);

  FakeExchange refused("GET", "/api/v1/things");
  bench.Run(refused);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.Field("Date"), now);

  FakeExchange preflight("OPTIONS", "/api/v1/things",
                         "Origin: https://admin.example\r\nAccess-Control-Request-Method: GET\r\n");
  bench.Run(preflight);
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.Field("Date"), now);
}

TEST(DateField, OfTheTargetIsKeptAndAMissingOneIsAdded) {
  Bench bench;
  FakeExchange undated("GET", "/proxy/r/x", kAdmin);
  bench.Run(undated);
  EXPECT_EQ(undated.Field("Date"), "Thu, 01 Jan 2026 00:00:00 GMT");

  bench.target.script.head =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
  FakeExchange dated("GET", "/proxy/r/x", kAdmin);
  bench.Run(dated);
  EXPECT_EQ(dated.Field("Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace sallyport::pipeline::test
