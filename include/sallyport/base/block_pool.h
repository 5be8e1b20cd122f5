// Buffers that are used again, so that a call does not touch fresh pages each time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace sallyport {

class BlockPool;

/// A buffer, or none. Goes back to its pool at its end.
class Block {
 public:
  Block() = default;
  /// Of no pool. The bytes are arbitrary.
  explicit Block(std::size_t bytes) : Block(new char[bytes], bytes, nullptr) {}

  explicit operator bool() const { return bytes_ != nullptr; }
  [[nodiscard]] std::span<char> span() const { return {bytes_.get(), bytes_ ? size_ : 0}; }

 private:
  friend class BlockPool;
  struct Return {
    BlockPool* pool;  ///< null: freed
    void operator()(char* bytes) const;
  };
  Block(char* bytes, std::size_t size, BlockPool* pool)
      : bytes_(bytes, Return{pool}), size_(size) {}

  std::unique_ptr<char[], Return> bytes_{nullptr, Return{nullptr}};
  std::size_t size_ = 0;
};

/// Blocks of one size. Of one thread; outlives its blocks.
class BlockPool {
 public:
  /// Of those that are free it keeps `kept`, so that a burst does not stay in memory.
  BlockPool(std::size_t block_bytes, std::size_t kept) : block_bytes_(block_bytes), kept_(kept) {}
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// The bytes are arbitrary.
  [[nodiscard]] Block Take() {
    ++in_use_;
    if (free_.empty()) return {new char[block_bytes_], block_bytes_, this};
    Block block(free_.back().release(), block_bytes_, this);
    free_.pop_back();
    return block;
  }
  [[nodiscard]] std::size_t in_use() const { return in_use_; }

 private:
  friend struct Block::Return;
  void GiveBack(std::unique_ptr<char[]> bytes) {
    --in_use_;
    if (free_.size() < kept_) free_.push_back(std::move(bytes));
  }

  std::size_t block_bytes_;
  std::size_t kept_;
  std::size_t in_use_ = 0;
  std::vector<std::unique_ptr<char[]>> free_;
};

inline void Block::Return::operator()(char* bytes) const {
  std::unique_ptr<char[]> owned(bytes);
  if (pool != nullptr) pool->GiveBack(std::move(owned));
}

}  // namespace sallyport
