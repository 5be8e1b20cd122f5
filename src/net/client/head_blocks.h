// Buffers for the heads of answers, used again so that a call does not allocate one each time.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace sallyport::net {

/// Of one shard, on its thread. Blocks may outlive the owner's other parts: each holds the pool.
class HeadBlocks : public std::enable_shared_from_this<HeadBlocks> {
 public:
  /// As large as a relay's buffer: the answer's head brings as much of the body along.
  static constexpr std::size_t kBytes = 64 * 1024;

  struct Return {
    std::shared_ptr<HeadBlocks> pool;  ///< null: of another size, freed
    void operator()(char* bytes) const {
      std::unique_ptr<char[]> owned(bytes);
      if (pool && pool->free_.size() < kMostFree) pool->free_.push_back(std::move(owned));
    }
  };
  using Block = std::unique_ptr<char[], Return>;

  /// Of kBytes.
  [[nodiscard]] Block Take() {
    if (free_.empty()) return {new char[kBytes], Return{shared_from_this()}};
    Block block(free_.back().release(), Return{shared_from_this()});
    free_.pop_back();
    return block;
  }
  /// A larger one, for a head that does not fit.
  [[nodiscard]] static Block Make(std::size_t bytes) { return {new char[bytes], Return{nullptr}}; }

 private:
  static constexpr std::size_t kMostFree = 64;
  std::vector<std::unique_ptr<char[]>> free_;
};

}  // namespace sallyport::net
