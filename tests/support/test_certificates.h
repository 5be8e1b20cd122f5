// Certificates made at run time: a private authority and what it issues.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sallyport::test {

struct IssuedCertificate {
  std::string certificate_pem;
  std::string key_pem;
};

struct CertificateRequest {
  std::string common_name = "test";
  /// "DNS:localhost", "IP:127.0.0.1"; none: no subjectAltName at all.
  std::vector<std::string> names;
  long starts_in_seconds = -3600;
  long ends_in_seconds = 3600;
  bool for_server = true;  ///< extended key usage serverAuth, else clientAuth
};

/// P-256 keys. Throws std::runtime_error when OpenSSL fails.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& common_name);
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  [[nodiscard]] std::string certificate_pem() const;
  [[nodiscard]] IssuedCertificate Issue(const CertificateRequest& request) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

/// Signed by itself; trusted only where it is named itself.
[[nodiscard]] IssuedCertificate SelfSigned(const CertificateRequest& request);

}  // namespace sallyport::test
