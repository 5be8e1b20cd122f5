// How much of an answer the kernel may hold before the caller's window has room for it. Left alone
// it takes up to 4 MiB for each caller, and some thousands that read slowly exhaust the TCP memory
// of the whole machine. Callers that read quickly are left alone: with a limit, the work of sending
// moves from the kernel's answers to their acknowledgements into the gateway's own time.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "sallyport/base/clock.h"

namespace sallyport::net {

/// Pure: a new connection has kCautious (its listener's, inherited), and is told when that changes.
class UnsentLimit {
 public:
  static constexpr int kCautious = 128 * 1024;
  static constexpr int kTrusting = 0;  ///< the system's own: none
  static constexpr std::size_t kProof = 512 * 1024;
  static constexpr std::chrono::seconds kSlow{1};

  /// The socket took `bytes` after a wait. The new limit, where it is another.
  [[nodiscard]] std::optional<int> Note(std::size_t bytes, SteadyTime::duration wait) {
    taken_ = wait > kSlow ? 0 : taken_ + bytes;
    const bool trusting = taken_ >= kProof;
    if (trusting == trusting_) return std::nullopt;
    trusting_ = trusting;
    return trusting ? kTrusting : kCautious;
  }

 private:
  std::size_t taken_ = 0;
  bool trusting_ = false;
};

}  // namespace sallyport::net
