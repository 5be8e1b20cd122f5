#include "sallyport/base/clock.h"

#include <array>
#include <cstdint>

namespace sallyport {
namespace {

/// Writes `value` with leading zeros in front of `end`.
void PutDigits(char* end, std::uint64_t value, int digits) {
  for (int i = 0; i < digits; ++i) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

// Written out, because each access line has a time: printf costs fifteen times as much.
std::string FormatTime(SystemTime time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto days = std::chrono::floor<std::chrono::days>(millis);
  const std::chrono::year_month_day date(days);
  const auto of_day = static_cast<std::uint64_t>((millis - days).count());
  std::string text = "0000-00-00T00:00:00.000Z";
  char* const begin = text.data();
  PutDigits(begin + 4, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  PutDigits(begin + 7, static_cast<unsigned>(date.month()), 2);
  PutDigits(begin + 10, static_cast<unsigned>(date.day()), 2);
  PutDigits(begin + 13, of_day / 3600000, 2);
  PutDigits(begin + 16, of_day / 60000 % 60, 2);
  PutDigits(begin + 19, of_day / 1000 % 60, 2);
  PutDigits(begin + 23, of_day % 1000, 3);
  return text;
}

namespace {

/// Takes `count` digits off the front; -1 when they are not there.
int TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool TakeOneOf(std::string_view& text, std::string_view choices) {
  if (text.empty() || choices.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// The fraction in milliseconds; -1 when a '.' has no digits after it.
int TakeMilliseconds(std::string_view& text) {
  if (!TakeOneOf(text, ".")) return 0;
  int value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 3; ++i) value *= 10;
  return digits == 0 ? -1 : value;
}

/// "Z" or "+02:00" to the end of the text; nullopt for anything else.
std::optional<std::chrono::minutes> TakeOffset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  const bool negative = !text.empty() && text.front() == '-';
  if (!TakeOneOf(text, "+-")) return std::nullopt;
  const int hours = TakeDigits(text, 2);
  if (!TakeOneOf(text, ":")) return std::nullopt;
  const int minutes = TakeDigits(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  const std::chrono::minutes offset(hours * 60 + minutes);
  return negative ? -offset : offset;
}

}  // namespace

std::optional<SystemTime> ParseTime(std::string_view text) {
  const int year = TakeDigits(text, 4);
  if (!TakeOneOf(text, "-")) return std::nullopt;
  const int month = TakeDigits(text, 2);
  if (!TakeOneOf(text, "-")) return std::nullopt;
  const int day = TakeDigits(text, 2);
  if (!TakeOneOf(text, "Tt")) return std::nullopt;
  const int hour = TakeDigits(text, 2);
  if (!TakeOneOf(text, ":")) return std::nullopt;
  const int minute = TakeDigits(text, 2);
  if (!TakeOneOf(text, ":")) return std::nullopt;
  const int second = TakeDigits(text, 2);
  const int milliseconds = TakeMilliseconds(text);
  const auto offset = TakeOffset(text);

  if (year < 0 || month < 0 || day < 0 || !offset || milliseconds < 0) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return SystemTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) +
         std::chrono::milliseconds(milliseconds) - *offset;
}

}  // namespace sallyport
