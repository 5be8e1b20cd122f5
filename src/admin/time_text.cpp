#include "admin/time_text.h"

#include "sallyport/base/strings.h"

namespace sallyport::admin {
namespace {

/// Takes fixed-width numbers and separators off a text; once failed, stays failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int Number(std::size_t digits, int min, int max) {
    const auto number = ParseUnsigned(rest_.substr(0, digits));
    if (rest_.size() < digits || !number || static_cast<int>(*number) < min ||
        static_cast<int>(*number) > max) {
      failed_ = true;
      return min;
    }
    rest_.remove_prefix(digits);
    return static_cast<int>(*number);
  }
  void Expect(std::string_view one_of) {
    if (!Accept(one_of)) failed_ = true;
  }
  bool Accept(std::string_view one_of) {
    if (rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A fraction after the point, in milliseconds.
  int Fraction() {
    int milliseconds = 0;
    int weight = 100;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      milliseconds += (rest_[digits] - '0') * weight;
      weight /= 10;
    }
    if (digits == 0) failed_ = true;
    rest_.remove_prefix(digits);
    return milliseconds;
  }
  char Sign() {
    const char sign = rest_.empty() ? '\0' : rest_.front();
    Expect("+-");
    return sign;
  }
  [[nodiscard]] bool Done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::optional<SystemTime> ParseTime(std::string_view text) {
  Reader reader(text);
  const int year = reader.Number(4, 1, 9999);
  reader.Expect("-");
  const int month = reader.Number(2, 1, 12);
  reader.Expect("-");
  const int day = reader.Number(2, 1, 31);
  reader.Expect("Tt ");
  const int hour = reader.Number(2, 0, 23);
  reader.Expect(":");
  const int minute = reader.Number(2, 0, 59);
  reader.Expect(":");
  const int second = reader.Number(2, 0, 60);  // a leap second is the next minute's first
  const int millisecond = reader.Accept(".") ? reader.Fraction() : 0;
  int offset = 0;  // minutes
  if (!reader.Accept("Zz")) {
    const int sign = reader.Sign() == '-' ? -1 : 1;
    const int hours = reader.Number(2, 0, 23);
    reader.Expect(":");
    offset = sign * (hours * 60 + reader.Number(2, 0, 59));
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!reader.Done() || !date.ok()) return std::nullopt;
  return SystemTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute - offset) + std::chrono::seconds(second) +
         std::chrono::milliseconds(millisecond);
}

}  // namespace sallyport::admin
