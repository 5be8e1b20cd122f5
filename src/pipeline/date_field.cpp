#include "pipeline/date_field.h"

#include <cstdio>

namespace sallyport::pipeline {
namespace {

constexpr std::size_t kLength = 29;
constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string_view DateField::Now() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.Now());
  if (second != second_) {
    second_ = second;
    Format();
  }
  return {text_.data(), kLength};
}

void DateField::Format() {
  const auto day = std::chrono::floor<std::chrono::days>(second_);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second_ - day);
  std::snprintf(text_.data(), text_.size(), "%s, %02u %s %04u %02u:%02u:%02u GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1],
                static_cast<unsigned>(static_cast<int>(date.year())) % 10000U,
                static_cast<unsigned>(time.hours().count()) % 100U,
                static_cast<unsigned>(time.minutes().count()) % 100U,
                static_cast<unsigned>(time.seconds().count()) % 100U);
}

}  // namespace sallyport::pipeline
