// SHA-256 and random bytes (OpenSSL).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::crypto {

[[nodiscard]] std::array<std::uint8_t, 32> Sha256(std::string_view bytes);

/// `size` bytes from the system's generator. Throws std::runtime_error when it fails (never returns
/// weak bytes).
[[nodiscard]] std::string RandomBytes(std::size_t size);
/// 256 random bits as base64url, with a prefix: "spk_...".
[[nodiscard]] std::string RandomToken(std::string_view prefix);
/// 128 random bits as lower-case hex: public ids, request ids.
[[nodiscard]] std::string RandomId();

}  // namespace sallyport::crypto
