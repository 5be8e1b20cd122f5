// Time, injected: no now() in logic.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

using SystemTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

/// Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall time: stored times, expiry of keys and sessions.
  [[nodiscard]] virtual SystemTime Now() const = 0;
  /// Never steps back: durations and deadlines.
  [[nodiscard]] virtual SteadyTime Steady() const = 0;
};

/// The machine's clocks.
class RealClock final : public Clock {
 public:
  [[nodiscard]] SystemTime Now() const override { return std::chrono::system_clock::now(); }
  [[nodiscard]] SteadyTime Steady() const override { return std::chrono::steady_clock::now(); }
};

/// RFC 3339 in UTC with `Z` and milliseconds: "2026-01-31T12:00:00.000Z".
[[nodiscard]] std::string FormatTime(SystemTime time);

/// RFC 3339 with `Z` or a numeric offset, fractions optional (kept to milliseconds); nullopt for
/// anything else, a date that does not exist (February 30th) included.
[[nodiscard]] std::optional<SystemTime> ParseTime(std::string_view text);

}  // namespace sallyport
