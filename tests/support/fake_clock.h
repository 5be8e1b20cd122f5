// A clock that stands still until a test moves it.
#pragma once

#include <atomic>

#include "sallyport/base/clock.h"

namespace sallyport::test {

/// Thread-safe. Starts at 2026-01-01T00:00:00Z.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] SystemTime Now() const override {
    return kStart + std::chrono::milliseconds(elapsed_ms_.load());
  }
  [[nodiscard]] SteadyTime Steady() const override {
    return SteadyTime{} + std::chrono::hours(1) + std::chrono::milliseconds(elapsed_ms_.load());
  }
  void Advance(std::chrono::milliseconds by) { elapsed_ms_ += by.count(); }

 private:
  static constexpr SystemTime kStart{std::chrono::seconds(1767225600)};
  std::atomic<std::int64_t> elapsed_ms_{0};
};

}  // namespace sallyport::test
