#include "support/raw_stream.h"

#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace sallyport::test {

std::string PatternAt(std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t first = offset / 8;
  const std::uint64_t words = (offset + size + 7) / 8 - first;
  std::string bytes(words * 8, '\0');
  for (std::uint64_t i = 0; i < words; ++i) {
    const std::uint64_t word = (first + i) * 0x9E3779B97F4A7C15ULL;  // spreads the counter
    std::memcpy(bytes.data() + i * 8, &word, 8);
  }
  return bytes.substr(offset % 8, size);
}

RawStream::RawStream(std::uint16_t port) : descriptor_(ConnectLoopback(port)) {
  if (descriptor_ < 0) {
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
  LimitWaits(descriptor_, 120);
}

RawStream::~RawStream() { close(descriptor_); }

bool RawStream::Send(std::string_view bytes) { return SendAll(descriptor_, bytes); }

std::string RawStream::ReadHead() { return ahead_.Head(); }

std::uint64_t RawStream::ReadPattern(std::uint64_t offset, std::uint64_t size) {
  std::uint64_t count = 0;
  while (count < size) {
    const std::string piece = ahead_.Some(size - count);
    if (piece.empty() || piece != PatternAt(offset + count, piece.size())) break;
    count += piece.size();
  }
  return count;
}

}  // namespace sallyport::test
