#include "sallyport/crypto/digest.h"

#include <climits>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "sallyport/base/encoding.h"

namespace sallyport::crypto {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// The algorithm is looked up once and not for every digest: each call has its caller's token
/// digested, and the look-up costs more than that.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::array<std::uint8_t, 32> Sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 32> digest{};
  unsigned int size = 0;
  if (Algorithm() == nullptr || context == nullptr ||
      EVP_DigestInit_ex(context.get(), Algorithm(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1 || size != digest.size()) {
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
