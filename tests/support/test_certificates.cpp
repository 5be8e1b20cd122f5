#include "support/test_certificates.h"

#include <atomic>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/openssl_handles.h"

namespace sallyport::test {
namespace {

using crypto::BioHandle;
using crypto::CertificateHandle;
using crypto::KeyHandle;
using ExtensionHandle =
    std::unique_ptr<X509_EXTENSION, crypto::OpenSslDeleter<X509_EXTENSION_free>>;

void Require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

KeyHandle NewKey() {
  KeyHandle key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "no key");
  return key;
}

template <typename Write>
std::string ToPem(Write write) {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  Require(write(bio.get()) == 1, "cannot write PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string CertificatePem(X509* certificate) {
  return ToPem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string KeyPem(EVP_PKEY* key) {
  return ToPem([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void AddExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  Require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

/// Everything but issuer and signature.
CertificateHandle Draft(const CertificateRequest& request, EVP_PKEY* key) {
  static std::atomic<long> serial{1000};
  CertificateHandle certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), request.starts_in_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), request.ends_in_seconds);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>(request.common_name.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
  return certificate;
}

void AddLeafExtensions(X509* certificate, X509* issuer, const CertificateRequest& request) {
  AddExtension(certificate, issuer, NID_ext_key_usage,
               request.for_server ? "serverAuth" : "clientAuth");
  std::string names;
  for (const std::string& name : request.names) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) AddExtension(certificate, issuer, NID_subject_alt_name, names);
}

void Sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  Require(X509_sign(certificate, key, EVP_sha256()) > 0, "cannot sign");
}

}  // namespace

struct CertificateAuthority::Keys {
  KeyHandle key;
  CertificateHandle certificate;
};

CertificateAuthority::CertificateAuthority(const std::string& common_name)
    : keys_(std::make_unique<Keys>()) {
  CertificateRequest request;
  request.common_name = common_name;
  keys_->key = NewKey();
  keys_->certificate = Draft(request, keys_->key.get());
  X509* own = keys_->certificate.get();
  AddExtension(own, own, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  Sign(own, own, keys_->key.get());
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::certificate_pem() const {
  return CertificatePem(keys_->certificate.get());
}

IssuedCertificate CertificateAuthority::Issue(const CertificateRequest& request) const {
  const KeyHandle key = NewKey();
  const CertificateHandle certificate = Draft(request, key.get());
  AddLeafExtensions(certificate.get(), keys_->certificate.get(), request);
  Sign(certificate.get(), keys_->certificate.get(), keys_->key.get());
  return {CertificatePem(certificate.get()), KeyPem(key.get())};
}

IssuedCertificate SelfSigned(const CertificateRequest& request) {
  const KeyHandle key = NewKey();
  const CertificateHandle certificate = Draft(request, key.get());
  AddLeafExtensions(certificate.get(), certificate.get(), request);
  Sign(certificate.get(), certificate.get(), key.get());
  return {CertificatePem(certificate.get()), KeyPem(key.get())};
}

}  // namespace sallyport::test
