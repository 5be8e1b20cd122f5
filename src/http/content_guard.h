// Counts what a decoder takes and gives, and stops bombs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sallyport/http/content_coding.h"

namespace sallyport::http {

/// Decoded bytes go through one of these, so that a limit is judged before more is decoded.
using DecodeStep = std::array<char, 16384>;

/// Precondition: a ratio of 1 or more.
class DecodeGuard {
 public:
  explicit DecodeGuard(DecodeLimits limits) : limits_(limits) {}

  void Count(std::uint64_t encoded, std::uint64_t decoded) {
    encoded_ += encoded;
    decoded_ += decoded;
  }
  /// upstream_too_large when a limit is passed.
  [[nodiscard]] Result<void> Judge() const;

 private:
  DecodeLimits limits_;
  std::uint64_t encoded_ = 0;
  std::uint64_t decoded_ = 0;
};

/// decode_failed: "The target's body is not what its Content-Encoding says: `what`."
[[nodiscard]] Error DecodeFailed(std::string_view what);

}  // namespace sallyport::http
