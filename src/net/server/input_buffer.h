// What has arrived on a connection and was not used yet. Small while idle, large while active, and
// able to keep a request's head in place while its body is read.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "sallyport/base/block_pool.h"

namespace sallyport::net {

class InputBuffer {
 public:
  /// One read into a large block takes all that a socket usually has.
  static constexpr std::size_t kLargeBytes = 65536;

  /// `blocks`, of kLargeBytes, outlive the buffer.
  explicit InputBuffer(BlockPool& blocks) : blocks_(blocks) {}
  InputBuffer(const InputBuffer&) = delete;
  InputBuffer& operator=(const InputBuffer&) = delete;

  [[nodiscard]] std::string_view unread() const { return {data_ + begin_, end_ - begin_}; }
  /// Precondition: bytes <= unread().size().
  void Consume(std::size_t bytes) { begin_ += bytes; }

  enum class Room : unsigned char {
    kAny,   ///< at least one byte: most heads fit the small block
    kLarge  ///< a block worth of room: more is surely coming
  };
  /// Room behind the unread bytes; never empty. May move unread bytes, never pinned ones.
  [[nodiscard]] std::span<char> Space(Room room);
  /// `bytes` of the last Space() were filled.
  void Commit(std::size_t bytes) { end_ += bytes; }

  /// Consumes the first `bytes` and keeps them where they are until Unpin(). Nothing may be pinned.
  std::string_view Pin(std::size_t bytes);
  void Unpin();
  /// Gives the large block back when nothing is unread or pinned.
  void ReleaseIfEmpty();
  /// Consumes all, pinned bytes too, and gives the blocks back.
  void Discard();

 private:
  /// With what a connection costs besides, an idle one stays below 8 KiB.
  static constexpr std::size_t kSmallBytes = 2048;

  void Grow();

  BlockPool& blocks_;
  std::array<char, kSmallBytes> small_;
  Block large_;   ///< when set, data_ points into it
  Block pinned_;  ///< the block that was left behind with the pinned bytes
  char* data_ = small_.data();
  std::size_t capacity_ = kSmallBytes;
  std::size_t floor_ = 0;  ///< end of the pinned bytes in the current block
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sallyport::net
