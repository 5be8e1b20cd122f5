// Polling for what another process or thread does.
#pragma once

#include <chrono>
#include <thread>

namespace sallyport::test {

/// Polls every 5 ms until `condition()` holds; false when the time is over first.
template <typename Condition>
bool WaitUntil(Condition&& condition, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace sallyport::test
