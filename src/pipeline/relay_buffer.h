// The buffer of one relayed body: small, but large while a stream fills it at speed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "pipeline/buffer_pool.h"
#include "sallyport/base/clock.h"

namespace sallyport::pipeline {

/// Where more than 64 MiB a second pass, the work of receiving and sending is what the machine is
/// busy with; slower streams, and those of slow readers, are as well off with a small buffer.
/// `pool` and `clock` outlive it.
class RelayBuffer {
 public:
  static constexpr std::size_t kWindowBytes = 512 * 1024;
  static constexpr Milliseconds kFastWindow{8};

  RelayBuffer(BufferPool& pool, const Clock& clock) : pool_(pool), clock_(clock) {}

  /// Empty before Take().
  [[nodiscard]] std::span<char> span() const { return lease_ ? lease_->span() : std::span<char>(); }
  void Take() { lease_.emplace(pool_.Take()); }
  /// A piece of that size has been passed on: nothing in the buffer is needed any more.
  void Passed(std::size_t bytes) {
    if (bytes < span().size()) {  // there is room to spare
      window_.reset();
      return;
    }
    const SteadyTime now = clock_.Steady();
    if (!window_) window_ = Window{now, 0};
    window_->bytes += bytes;
    if (window_->bytes < kWindowBytes) return;
    const bool fast = now - window_->start <= kFastWindow;
    window_ = Window{now, 0};
    const bool large = span().size() == BufferPool::kLargeBytes;
    if (fast && !large) Replace(pool_.TakeLarge());
    if (!fast && large) Replace(pool_.Take());
  }

 private:
  struct Window {
    SteadyTime start;
    std::size_t bytes = 0;
  };

  void Replace(std::optional<BufferPool::Lease> other) {
    if (!other) return;  // all large ones are in use
    lease_.reset();
    lease_.emplace(std::move(*other));
  }

  BufferPool& pool_;
  const Clock& clock_;
  std::optional<BufferPool::Lease> lease_;
  std::optional<Window> window_;
};

}  // namespace sallyport::pipeline
