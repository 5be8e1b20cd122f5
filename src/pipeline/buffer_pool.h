// Relay buffers of one shard, used again so that a call does not touch fresh pages each time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace sallyport::pipeline {

/// On its shard's thread. Outlives its leases.
class BufferPool {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;
  /// For streams that fill the others: a third less CPU time for 100 MB, because each receive and
  /// send wakes somebody.
  static constexpr std::size_t kLargeBytes = 256 * 1024;
  static constexpr std::size_t kMostLarge = 16;  ///< 4 MiB a shard, whoever reads slowly

  /// One buffer for as long as it lives.
  class Lease {
   public:
    Lease(BufferPool& pool, std::unique_ptr<char[]> bytes, std::size_t size)
        : pool_(&pool), bytes_(std::move(bytes)), size_(size) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (bytes_) pool_->GiveBack(std::move(bytes_), size_);
    }
    [[nodiscard]] std::span<char> span() const { return {bytes_.get(), size_}; }

   private:
    BufferPool* pool_;
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
  };

  /// Of kBytes.
  [[nodiscard]] Lease Take() { return {*this, TakeFrom(free_, kBytes), kBytes}; }
  /// Of kLargeBytes; nullopt when kMostLarge are in use.
  [[nodiscard]] std::optional<Lease> TakeLarge() {
    if (large_in_use_ == kMostLarge) return std::nullopt;
    ++large_in_use_;
    return Lease(*this, TakeFrom(free_large_, kLargeBytes), kLargeBytes);
  }

 private:
  using Spare = std::vector<std::unique_ptr<char[]>>;
  static constexpr std::size_t kKept = 32;  ///< 2 MiB a shard; more go back to the system
  static constexpr std::size_t kKeptLarge = 4;

  static std::unique_ptr<char[]> TakeFrom(Spare& spare, std::size_t size) {
    if (spare.empty()) return std::make_unique_for_overwrite<char[]>(size);
    std::unique_ptr<char[]> bytes = std::move(spare.back());
    spare.pop_back();
    return bytes;
  }

  void GiveBack(std::unique_ptr<char[]> bytes, std::size_t size) {
    const bool large = size == kLargeBytes;
    if (large) --large_in_use_;
    Spare& spare = large ? free_large_ : free_;
    if (spare.size() < (large ? kKeptLarge : kKept)) spare.push_back(std::move(bytes));
  }

  Spare free_, free_large_;
  std::size_t large_in_use_ = 0;
};

}  // namespace sallyport::pipeline
