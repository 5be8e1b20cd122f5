// How refreshes ended, counted on the service's thread and read by a scrape.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sallyport::oauth {

/// Thread-safe.
class RefreshCounters {
 public:
  void Count(std::string_view outcome) {
    const std::lock_guard lock(mutex_);
    ++counts_[std::string(outcome)];
  }
  [[nodiscard]] std::map<std::string, std::uint64_t> Copy() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;  // held for the copy of a handful of numbers only
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace sallyport::oauth
