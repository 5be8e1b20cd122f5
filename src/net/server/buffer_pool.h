// Large input blocks of one shard: handed out while a connection is active, taken back when it is
// idle.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace sallyport::net {

using Block = std::unique_ptr<char[]>;

/// Bytes of a pooled block: one read takes all that a socket usually has.
inline constexpr std::size_t kLargeBlockBytes = 65536;

/// Not thread-safe: one per shard.
class BufferPool {
 public:
  /// A block of kLargeBlockBytes with arbitrary contents.
  [[nodiscard]] Block Take() {
    if (free_.empty()) return std::make_unique_for_overwrite<char[]>(kLargeBlockBytes);
    Block block = std::move(free_.back());
    free_.pop_back();
    return block;
  }
  /// Keeps a few blocks and frees the rest, so that a burst does not stay in memory.
  void Give(Block block) {
    if (free_.size() < kKept) free_.push_back(std::move(block));
  }

 private:
  static constexpr std::size_t kKept = 32;
  std::vector<Block> free_;
};

}  // namespace sallyport::net
