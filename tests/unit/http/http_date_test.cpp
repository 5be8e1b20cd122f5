#include "sallyport/http/http_date.h"

#include <gtest/gtest.h>

namespace sallyport::http {
namespace {

using std::chrono::seconds;

constexpr SystemTime At(std::int64_t second) { return SystemTime(seconds(second)); }

constexpr SystemTime kNow = At(1767225600);  // 2026-01-01

TEST(HttpDate, IsWrittenAsAnImfFixdate) {
  struct Case {
    std::int64_t at;
    std::string_view text;
  };
  for (const Case& c :
       {Case{784111777, "Sun, 06 Nov 1994 08:49:37 GMT"}, Case{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        Case{951782399, "Mon, 28 Feb 2000 23:59:59 GMT"},
        Case{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"}}) {
    EXPECT_EQ(FormatHttpDate(At(c.at)), c.text);
    EXPECT_EQ(FormatHttpDate(At(c.at) + std::chrono::milliseconds(999)), c.text);
    EXPECT_EQ(ParseHttpDate(c.text, kNow), At(c.at));
  }
}

TEST(HttpDate, IsReadInTheTwoOldFormsToo) {
  struct Case {
    std::string_view text;
    std::int64_t at;
  };
  for (const Case& c :
       {Case{"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        Case{"Sun Nov  6 08:49:37 1994", 784111777}, Case{"Wed Nov 16 08:49:37 1994", 784975777},
        Case{"Thursday, 01-Jan-26 00:00:01 GMT", 1767225601}}) {
    EXPECT_EQ(ParseHttpDate(c.text, kNow), At(c.at)) << c.text;
  }
}

TEST(HttpDate, OfTwoDigitsIsNotMoreThanFiftyYearsAhead) {
  const auto year = [](std::string_view text, SystemTime now) {
    const auto date = ParseHttpDate(text, now);
    if (!date) return 0;
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(*date));
    return static_cast<int>(day.year());
  };
  EXPECT_EQ(year("Wednesday, 01-Jan-76 00:00:00 GMT", kNow), 2076);
  EXPECT_EQ(year("Saturday, 01-Jan-77 00:00:00 GMT", kNow), 1977);
  EXPECT_EQ(year("Friday, 01-Jan-99 00:00:00 GMT", kNow), 1999);
  const SystemTime later = At(2524608000);  // 2050-01-01
  EXPECT_EQ(year("Friday, 01-Jan-00 00:00:00 GMT", later), 2100);
  EXPECT_EQ(year("Saturday, 01-Jan-01 00:00:00 GMT", later), 2001);
}

TEST(HttpDate, ThatIsNoneIsNotRead) {
  for (const char* text : {"",
                           " ",
                           "soon",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun 06 Nov 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 31 Nov 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1969 08:49:37 GMT",
                           "Sun, 06 Nov 2201 08:49:37 GMT",
                           "Sun, 06 Nov 99999 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 8:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:-7 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sunday, 06-Nov 08:49:37 GMT",
                           "Sunday, 06 Nov 94 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov  16 08:49:37 1994",
                           "Sun Nov  6 08:49:37 94",
                           "1994-11-06T08:49:37Z"}) {
    EXPECT_EQ(ParseHttpDate(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sallyport::http
