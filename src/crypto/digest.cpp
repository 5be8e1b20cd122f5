#include "sallyport/crypto/digest.h"

#include <climits>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "sallyport/base/encoding.h"

namespace sallyport::crypto {

std::array<std::uint8_t, 32> Sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 ||
      size != digest.size()) {
    throw std::runtime_error("SHA-256 is not available in this OpenSSL");
  }
  return digest;
}

std::string RandomBytes(std::size_t size) {
  if (size > INT_MAX) throw std::runtime_error("too many random bytes asked for");
  std::string bytes(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  if (RAND_bytes(out, static_cast<int>(size)) != 1) {
    throw std::runtime_error("the random generator failed");
  }
  return bytes;
}

std::string RandomToken(std::string_view prefix) {
  return std::string(prefix) + Base64UrlEncode(RandomBytes(32));
}

std::string RandomId() { return HexEncode(RandomBytes(16)); }

}  // namespace sallyport::crypto
