// The value of the Date field (RFC 9110 §6.6.1), made once a second and not once an answer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "sallyport/base/clock.h"

namespace sallyport::pipeline {

/// One per shard, on its thread. `clock` outlives it.
class DateField {
 public:
  explicit DateField(const Clock& clock) : clock_(clock) {}
  /// IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT". The view holds until the next call.
  [[nodiscard]] std::string_view Now();

 private:
  const Clock& clock_;
  std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
  std::string text_;
};

}  // namespace sallyport::pipeline
