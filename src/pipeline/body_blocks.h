// The buffers that bodies pass through.
#pragma once

#include <cstddef>

#include "sallyport/base/block_pool.h"

namespace sallyport::pipeline {

/// Of one shard, on its thread. Outlives its blocks.
class BodyBlocks {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;
  /// For streams that fill the others: a third less CPU time for 100 MB, because each receive and
  /// send wakes somebody.
  static constexpr std::size_t kLargeBytes = 256 * 1024;
  static constexpr std::size_t kMostLarge = 16;  ///< 4 MiB a shard, whoever reads slowly

  [[nodiscard]] Block Take() { return usual_.Take(); }
  /// None when kMostLarge are in use.
  [[nodiscard]] Block TakeLarge() { return large_.in_use() < kMostLarge ? large_.Take() : Block(); }

 private:
  BlockPool usual_{kBytes, 32};
  BlockPool large_{kLargeBytes, 4};
};

}  // namespace sallyport::pipeline
