// How many calls one caller may make and one resource may get, so that no one of them starves the
// rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"

namespace sallyport::pipeline {

/// 0 = no limit.
struct Quota {
  std::uint64_t calls = 0;  ///< in flight at once
  std::uint64_t rate = 0;   ///< per second; as many may come at once after a pause
  /// For messages: "limits.caller_calls" and "limits.caller_rate". Static text.
  std::string_view calls_setting, rate_setting;

  [[nodiscard]] bool limits() const { return calls != 0 || rate != 0; }
};

/// One for the process: all shards count together. Thread-safe. Remembers whoever has calls in
/// flight or made some within about the last second.
class CallLimits {
 public:
  /// One call in flight; ends with it.
  class Place {
   public:
    Place() = default;
    Place(CallLimits& limits, std::string key) : limits_(&limits), key_(std::move(key)) {}
    Place(Place&& other) noexcept
        : limits_(std::exchange(other.limits_, nullptr)), key_(std::move(other.key_)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(limits_, other.limits_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Place() {
      if (limits_ != nullptr) limits_->Leave(key_);
    }

   private:
    CallLimits* limits_ = nullptr;
    std::string key_;
  };

  /// `who` is whom the quota is for, unique among all that are counted here; the message says
  /// `subject` ("This caller"). Error: rate_limited, with Retry-After; such a call does not count.
  [[nodiscard]] Result<Place> Enter(std::string_view who, const Quota& quota,
                                    std::string_view subject, SteadyTime now);

  /// Entries that are remembered.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Use {
    std::uint64_t in_flight = 0;
    /// When the calls so far would be spent at exactly the rate (GCRA, as in ATM traffic
    /// management): ahead of now by at most one second.
    SteadyTime spent_until{};
  };

  void Leave(const std::string& who);
  void ForgetIdle(SteadyTime now);

  mutable std::mutex mutex_;  // held for a look-up
  std::unordered_map<std::string, Use> uses_;
  std::size_t forget_at_ = 1024;
};

}  // namespace sallyport::pipeline
