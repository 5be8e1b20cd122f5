// Eight bytes looked at in one go, without branches: for scans that pass many kilobytes.
#pragma once

#include <cstdint>
#include <cstring>

namespace sallyport {

[[nodiscard]] constexpr std::uint64_t EightOf(std::uint64_t byte) {
  return byte * 0x0101010101010101;
}

/// The eight bytes from `bytes` on, in the machine's order.
[[nodiscard]] inline std::uint64_t LoadEight(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// The high bit of each byte that is below `limit` (1 to 0x80). Exact for each: nothing is carried
/// from one byte to the next.
[[nodiscard]] constexpr std::uint64_t BytesBelow(std::uint64_t word, std::uint64_t limit) {
  return ~(((word & EightOf(0x7F)) + EightOf(0x80 - limit)) | word) & EightOf(0x80);
}

/// The high bit of each byte that is `byte`.
[[nodiscard]] constexpr std::uint64_t BytesEqual(std::uint64_t word, std::uint64_t byte) {
  return BytesBelow(word ^ EightOf(byte), 1);
}

}  // namespace sallyport
