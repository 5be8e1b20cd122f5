#include "sallyport/pipeline/call_limits.h"

#include <algorithm>
#include <chrono>

namespace sallyport::pipeline {
namespace {

constexpr std::chrono::nanoseconds kBurst = std::chrono::seconds(1);

Error TooMany(std::string_view subject, std::uint64_t limit, std::string_view what,
              std::string_view setting, int retry_after) {
  return Error(ErrorKind::kRateLimited, ErrorSource::kCaller,
               std::string(subject) + " has reached the " + std::to_string(limit) + " calls " +
                   std::string(what) + " that " + std::string(setting) + " allows.")
      .WithRetryAfter(retry_after);
}

}  // namespace

Result<CallLimits::Place> CallLimits::Enter(std::string_view who, const Quota& quota,
                                            std::string_view subject, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (uses_.size() >= forget_at_) ForgetIdle(now);
  std::string key(who);
  Use& use = uses_[key];
  if (quota.calls != 0 && use.in_flight >= quota.calls) {
    return TooMany(subject, quota.calls, "in flight", quota.calls_setting, 1);
  }
  if (quota.rate != 0) {
    const std::chrono::nanoseconds share = kBurst / quota.rate;
    const SteadyTime spent = std::max(use.spent_until, now) + share;
    if (spent > now + kBurst) {
      // Never more than a second: what is spent is at most one ahead.
      return TooMany(subject, quota.rate, "per second", quota.rate_setting, 1);
    }
    use.spent_until = spent;
  }
  ++use.in_flight;
  return Place(*this, std::move(key));
}

void CallLimits::Leave(const std::string& who) {
  const std::lock_guard lock(mutex_);
  --uses_.at(who).in_flight;
}

/// Doubles what is remembered before the next look, so that this costs a constant per call.
void CallLimits::ForgetIdle(SteadyTime now) {
  std::erase_if(uses_, [&](const auto& entry) {
    return entry.second.in_flight == 0 && entry.second.spent_until <= now;
  });
  forget_at_ = std::max<std::size_t>(1024, 2 * uses_.size());
}

std::size_t CallLimits::size() const {
  const std::lock_guard lock(mutex_);
  return uses_.size();
}

}  // namespace sallyport::pipeline
