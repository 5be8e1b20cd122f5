// The buffer of one relayed body: small at first, large for a stream that fills it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "pipeline/buffer_pool.h"

namespace sallyport::pipeline {

/// `pool` outlives it.
class RelayBuffer {
 public:
  explicit RelayBuffer(BufferPool& pool) : pool_(pool) {}

  /// Empty before Take().
  [[nodiscard]] std::span<char> span() const { return lease_ ? lease_->span() : std::span<char>(); }
  void Take() { lease_.emplace(pool_.Take()); }
  /// A piece of that size has been passed on: nothing in the buffer is needed any more.
  void Passed(std::size_t bytes) {
    full_ = bytes < BufferPool::kBytes ? 0 : full_ + 1;
    if (full_ == kProof) Grow();
  }

 private:
  static constexpr int kProof = 4;  ///< full pieces in a row

  void Grow() {
    full_ = 0;
    if (lease_->span().size() == BufferPool::kLargeBytes) return;
    std::optional<BufferPool::Lease> large = pool_.TakeLarge();
    if (!large) return;
    lease_.reset();
    lease_.emplace(std::move(*large));
  }

  BufferPool& pool_;
  std::optional<BufferPool::Lease> lease_;
  int full_ = 0;
};

}  // namespace sallyport::pipeline
