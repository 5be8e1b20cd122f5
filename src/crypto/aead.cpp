// AES-256-GCM (NIST SP 800-38D): nonce(12) || ciphertext || tag(16).
#include <climits>
#include <stdexcept>

#include "crypto/openssl_handles.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/crypto/keyring.h"

namespace sallyport::crypto {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

const EVP_CIPHER* Aes256Gcm() {
  static const CipherHandle cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  if (!cipher) throw std::runtime_error("AES-256-GCM is not available in this OpenSSL");
  return cipher.get();
}

void Require(int outcome) {
  if (outcome != 1) throw std::runtime_error("AES-256-GCM failed");
}

int SizeOf(std::string_view bytes) {
  if (bytes.size() > INT_MAX) throw std::runtime_error("too long to be sealed");
  return static_cast<int>(bytes.size());
}

const unsigned char* BytesOf(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* BytesOf(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

CipherContextHandle NewContext() {
  CipherContextHandle context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

void RequireKeySize(const Secret& key) {
  if (key.size() != kKeyBytes) throw std::runtime_error("an AES-256 key has 32 bytes");
}

Error DoesNotOpen() {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway,
               "a sealed value does not open: it is damaged, was moved, or the key is another one");
}

}  // namespace

std::string AeadSeal(const Secret& key, std::string_view plaintext,
                     std::string_view associated_data) {
  RequireKeySize(key);
  std::string sealed = RandomBytes(kNonceBytes);
  sealed.resize(kNonceBytes + plaintext.size() + kTagBytes);
  unsigned char* const bytes = BytesOf(sealed);
  const CipherContextHandle context = NewContext();
  int written = 0;

  key.Reveal([&](std::string_view raw) {
    Require(EVP_EncryptInit_ex2(context.get(), Aes256Gcm(), BytesOf(raw), bytes, nullptr));
  });
  Require(EVP_EncryptUpdate(context.get(), nullptr, &written, BytesOf(associated_data),
                            SizeOf(associated_data)));
  Require(EVP_EncryptUpdate(context.get(), bytes + kNonceBytes, &written, BytesOf(plaintext),
                            SizeOf(plaintext)));
  unsigned char* const end = bytes + kNonceBytes + plaintext.size();
  Require(EVP_EncryptFinal_ex(context.get(), end, &written));
  Require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, end));
  return sealed;
}

Result<Secret> AeadOpen(const Secret& key, std::string_view sealed,
                        std::string_view associated_data) {
  RequireKeySize(key);
  if (sealed.size() < kNonceBytes + kTagBytes) return DoesNotOpen();
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view ciphertext =
      sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plaintext(ciphertext.size(), '\0');
  const CipherContextHandle context = NewContext();
  int written = 0;

  key.Reveal([&](std::string_view raw) {
    Require(EVP_DecryptInit_ex2(context.get(), Aes256Gcm(), BytesOf(raw), BytesOf(nonce), nullptr));
  });
  Require(EVP_DecryptUpdate(context.get(), nullptr, &written, BytesOf(associated_data),
                            SizeOf(associated_data)));
  Require(EVP_DecryptUpdate(context.get(), BytesOf(plaintext), &written, BytesOf(ciphertext),
                            SizeOf(ciphertext)));
  Require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
  Secret opened(std::move(plaintext));
  unsigned char nothing_left[kTagBytes];
  if (EVP_DecryptFinal_ex(context.get(), nothing_left, &written) != 1) return DoesNotOpen();
  return opened;
}

}  // namespace sallyport::crypto
