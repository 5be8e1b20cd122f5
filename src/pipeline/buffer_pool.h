// Relay buffers of one shard, used again so that a call does not touch fresh pages each time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace sallyport::pipeline {

/// On its shard's thread. Outlives its leases.
class BufferPool {
 public:
  static constexpr std::size_t kBytes = 65536;

  /// One buffer for as long as it lives.
  class Lease {
   public:
    Lease(BufferPool& pool, std::unique_ptr<char[]> bytes)
        : pool_(&pool), bytes_(std::move(bytes)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (bytes_) pool_->GiveBack(std::move(bytes_));
    }
    [[nodiscard]] std::span<char> span() const { return {bytes_.get(), kBytes}; }

   private:
    BufferPool* pool_;
    std::unique_ptr<char[]> bytes_;
  };

  [[nodiscard]] Lease Take() {
    if (free_.empty()) return {*this, std::make_unique_for_overwrite<char[]>(kBytes)};
    std::unique_ptr<char[]> bytes = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(bytes)};
  }

 private:
  static constexpr std::size_t kKept = 32;  ///< 2 MiB a shard; more go back to the system

  void GiveBack(std::unique_ptr<char[]> bytes) {
    if (free_.size() < kKept) free_.push_back(std::move(bytes));
  }

  std::vector<std::unique_ptr<char[]>> free_;
};

}  // namespace sallyport::pipeline
