#include "sallyport/crypto/pem.h"

#include <climits>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/openssl_handles.h"

namespace sallyport::crypto {
namespace {

constexpr std::string_view kNoCertificate =
    "holds no certificate; expected PEM text that starts with -----BEGIN CERTIFICATE-----";
constexpr std::string_view kNoKey =
    "holds no private key; expected PEM text that starts with -----BEGIN PRIVATE KEY-----";
constexpr std::string_view kEncryptedKey =
    "holds an encrypted private key; remove its passphrase first (openssl pkey -in FILE)";

BioHandle ReaderOf(std::string_view text) {
  if (text.size() > INT_MAX) return nullptr;
  return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// One block of a PEM text; its bytes may be a key and are wiped.
class PemBlock {
 public:
  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name_);
    OPENSSL_free(header_);
    OPENSSL_clear_free(data_, static_cast<std::size_t>(size_));
  }
  /// Precondition: called once.
  bool Read(BIO* reader) { return PEM_read_bio(reader, &name_, &header_, &data_, &size_) == 1; }
  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string_view header() const { return header_; }
  [[nodiscard]] const unsigned char* data() const { return data_; }
  [[nodiscard]] long size() const { return size_; }

 private:
  char* name_ = nullptr;
  char* header_ = nullptr;
  unsigned char* data_ = nullptr;
  long size_ = 0;
};

bool EndedCleanly() {
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

CertificateHandle ReadCertificate(const PemBlock& block) {
  const unsigned char* cursor = block.data();
  CertificateHandle certificate(block.name() == PEM_STRING_X509_TRUSTED
                                    ? d2i_X509_AUX(nullptr, &cursor, block.size())
                                    : d2i_X509(nullptr, &cursor, block.size()));
  const bool whole = cursor == block.data() + block.size();
  return whole ? std::move(certificate) : nullptr;
}

bool IsCertificateName(std::string_view name) {
  return name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD || name == PEM_STRING_X509_TRUSTED;
}

std::string Ordinal(std::size_t index) { return "certificate " + std::to_string(index + 1); }

/// Reads all certificates into `out`; what is wrong otherwise. Anything but a certificate is
/// refused: a key pasted here would be stored in clear.
std::string ReadCertificates(std::string_view pem, std::vector<CertificateHandle>& out) {
  ERR_clear_error();
  const BioHandle reader = ReaderOf(pem);
  if (!reader) return std::string(kNoCertificate);
  while (true) {
    PemBlock block;
    if (!block.Read(reader.get())) {
      if (!EndedCleanly())
        return Ordinal(out.size()) + " is damaged: its PEM block is not readable";
      return out.empty() ? std::string(kNoCertificate) : "";
    }
    if (block.name().find("PRIVATE KEY") != std::string_view::npos) {
      return "holds a private key; only certificates belong here";
    }
    if (!IsCertificateName(block.name())) {
      return "holds a block that is no certificate; only certificates belong here";
    }
    CertificateHandle certificate = ReadCertificate(block);
    ERR_clear_error();
    if (!certificate) return Ordinal(out.size()) + " is not a readable X.509 certificate";
    out.push_back(std::move(certificate));
  }
}

int NoPassphrase(char*, int, int, void*) { return -1; }

/// "" when the blocks of `pem` are readable and one is an unencrypted private key.
std::string CheckKeyBlocks(std::string_view pem) {
  const BioHandle reader = ReaderOf(pem);
  if (!reader) return std::string(kNoKey);
  std::size_t keys = 0;
  while (true) {
    PemBlock block;
    if (!block.Read(reader.get())) {
      if (!EndedCleanly()) return "is damaged: a PEM block is not readable";
      if (keys > 1) return "holds several private keys; exactly one is expected";
      return keys == 0 ? std::string(kNoKey) : "";
    }
    if (block.name().find("PRIVATE KEY") == std::string_view::npos) continue;
    if (block.name() == PEM_STRING_PKCS8 ||
        block.header().find("ENCRYPTED") != std::string_view::npos) {
      return std::string(kEncryptedKey);
    }
    ++keys;
  }
}

KeyHandle ReadKey(std::string_view pem) {
  const BioHandle reader = ReaderOf(pem);
  if (!reader) return nullptr;
  KeyHandle key(PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  return key;
}

}  // namespace

std::string CheckCertificates(std::string_view pem) {
  std::vector<CertificateHandle> certificates;
  return ReadCertificates(pem, certificates);
}

std::string CheckPrivateKey(std::string_view pem) {
  ERR_clear_error();
  std::string problem = CheckKeyBlocks(pem);
  if (!problem.empty()) return problem;
  if (!ReadKey(pem)) return "holds a private key that is not readable";
  return "";
}

std::string CheckKeyMatches(std::string_view certificate_pem, std::string_view key_pem) {
  std::vector<CertificateHandle> certificates;
  std::string problem = ReadCertificates(certificate_pem, certificates);
  if (!problem.empty()) return problem;
  const KeyHandle key = ReadKey(key_pem);
  if (!key) return "holds a private key that is not readable";
  const bool matches = X509_check_private_key(certificates.front().get(), key.get()) == 1;
  ERR_clear_error();
  return matches ? "" : "the private key does not belong to the first certificate";
}

}  // namespace sallyport::crypto
