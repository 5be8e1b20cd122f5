// A caller's connection for bodies too large to keep: reads against a pattern instead of into
// memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/socket_io.h"

namespace sallyport::test {

/// `size` bytes of a fixed endless sequence from `offset` on; neighbours of 8 bytes all differ.
[[nodiscard]] std::string PatternAt(std::uint64_t offset, std::uint64_t size);

class RawStream {
 public:
  /// To 127.0.0.1:`port`. Throws when nobody listens.
  explicit RawStream(std::uint16_t port);
  ~RawStream();
  RawStream(const RawStream&) = delete;
  RawStream& operator=(const RawStream&) = delete;

  bool Send(std::string_view bytes);
  /// The head with its blank line; body bytes behind it are kept for ReadPattern.
  std::string ReadHead();
  /// Reads up to `size` bytes and compares them with PatternAt(offset...); the number that came and
  /// were right.
  std::uint64_t ReadPattern(std::uint64_t offset, std::uint64_t size);

 private:
  int descriptor_ = -1;
  ReadAhead ahead_{[this] { return Receive(descriptor_, 256 * 1024); }};
};

}  // namespace sallyport::test
