#include "sallyport/http/http_date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "sallyport/base/strings.h"

namespace sallyport::http {
namespace {

using std::chrono::year_month_day;

constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Exactly `size` digits.
std::optional<unsigned> Digits(std::string_view text, std::size_t size) {
  if (text.size() != size) return std::nullopt;
  const std::optional<std::uint64_t> number = ParseUnsigned(text);
  if (!number) return std::nullopt;
  return static_cast<unsigned>(*number);
}

/// "08:49:37"; 60 is a leap second.
std::optional<std::chrono::seconds> TimeOfDay(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = Digits(text.substr(0, 2), 2);
  const auto minute = Digits(text.substr(3, 2), 2);
  const auto second = Digits(text.substr(6, 2), 2);
  if (!hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

/// nullopt also for what the clock, which counts nanoseconds, cannot hold.
std::optional<SystemTime> Joined(std::optional<unsigned> year, std::string_view month,
                                 std::optional<unsigned> day, std::string_view time) {
  const auto* const found = std::find(kMonths.begin(), kMonths.end(), month);
  const auto seconds = TimeOfDay(time);
  if (!year || found == kMonths.end() || !day || !seconds) return std::nullopt;
  const year_month_day date(std::chrono::year(static_cast<int>(*year)),
                            std::chrono::month(static_cast<unsigned>(found - kMonths.begin()) + 1),
                            std::chrono::day(*day));
  if (!date.ok() || *year < 1970 || *year > 2200) return std::nullopt;
  return std::chrono::sys_days(date) + *seconds;
}

/// "94" is 1994, until 2043 is over.
std::optional<unsigned> YearOfTwoDigits(std::string_view text, SystemTime now) {
  const auto digits = Digits(text, 2);
  if (!digits) return std::nullopt;
  const year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int last = static_cast<int>(today.year()) + 50;
  const int year = last - last % 100 + static_cast<int>(*digits);
  return static_cast<unsigned>(year > last ? year - 100 : year);
}

}  // namespace

std::string FormatHttpDate(SystemTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const year_month_day date(day);
  const std::chrono::hh_mm_ss clock(second - day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04u %02u:%02u:%02u GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1],
                static_cast<unsigned>(static_cast<int>(date.year())) % 10000U,
                static_cast<unsigned>(clock.hours().count()) % 100U,
                static_cast<unsigned>(clock.minutes().count()) % 100U,
                static_cast<unsigned>(clock.seconds().count()) % 100U);
  return text.data();
}

std::optional<SystemTime> ParseHttpDate(std::string_view text, SystemTime now) {
  const std::vector<std::string_view> parts = Split(text, ' ');
  if (parts.size() == 6 && parts[0].size() == 4 && parts[0][3] == ',' && parts[5] == "GMT") {
    return Joined(Digits(parts[3], 4), parts[2], Digits(parts[1], 2), parts[4]);
  }
  if (parts.size() == 4 && parts[0].ends_with("day,") && parts[3] == "GMT") {
    const std::vector<std::string_view> date = Split(parts[1], '-');
    if (date.size() != 3) return std::nullopt;
    return Joined(YearOfTwoDigits(date[2], now), date[1], Digits(date[0], 2), parts[2]);
  }
  // A day below 10 has a blank in place of its first digit.
  if (parts.size() == 6 && parts[0].size() == 3 && parts[2].empty()) {
    return Joined(Digits(parts[5], 4), parts[1], Digits(parts[3], 1), parts[4]);
  }
  if (parts.size() == 5 && parts[0].size() == 3) {
    return Joined(Digits(parts[4], 4), parts[1], Digits(parts[2], 2), parts[3]);
  }
  return std::nullopt;
}

}  // namespace sallyport::http
