#include "net/client/tls_profile.h"

#include <array>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace sallyport::net {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, BioDeleter>;
struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using CertificatePointer = std::unique_ptr<X509, CertificateDeleter>;
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, KeyDeleter>;

Error Unusable(std::string message) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
  ERR_clear_error();
  return Error(ErrorKind::kTlsFailed, ErrorSource::kGateway, std::move(message))
      .WithDetail(text.data());
}

BioPointer OpenPem(std::string_view pem) {
  return BioPointer(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// Never asks at the terminal: an encrypted key is refused.
int NoPassword(char*, int, int, void*) { return -1; }

int SlotIndex() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// OpenSSL's callback; returning 1 takes over the session.
int OnNewSession(SSL* ssl, SSL_SESSION* session) {
  const auto* slot = static_cast<const TlsSessionSlot*>(SSL_get_ex_data(ssl, SlotIndex()));
  if (slot == nullptr || SSL_SESSION_is_resumable(session) == 0) return 0;
  slot->profile->sessions().Store(slot->origin, TlsSessionPointer(session));
  return 1;
}

Result<void> SetProtocol(SSL_CTX* context) {
  static constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &OnNewSession);
  // SSL_CTX_set_alpn_protos returns 0 for success.
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_alpn_protos(context, kAlpn.data(), kAlpn.size()) != 0) {
    return Unusable("TLS cannot be set up");
  }
  return {};
}

Result<void> TrustSystem(SSL_CTX* context) {
  if (SSL_CTX_set_default_verify_paths(context) != 1) {
    return Unusable("the system's certificate store cannot be read");
  }
  return {};
}

Result<void> TrustOnly(SSL_CTX* context, std::string_view ca_pem) {
  const BioPointer bio = OpenPem(ca_pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (true) {
    const CertificatePointer certificate(
        PEM_read_bio_X509(bio.get(), nullptr, &NoPassword, nullptr));
    if (!certificate) break;
    if (X509_STORE_add_cert(store, certificate.get()) != 1) {
      return Unusable("tls.ca_pem holds a certificate that cannot be used");
    }
    ++count;
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (count == 0 || !at_end) return Unusable("tls.ca_pem is not a list of PEM certificates");
  ERR_clear_error();
  // An intermediate or a server's own certificate may be the anchor, as with curl --cacert.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

Result<void> UseCertificateChain(SSL_CTX* context, std::string_view pem) {
  const BioPointer bio = OpenPem(pem);
  const CertificatePointer own(PEM_read_bio_X509_AUX(bio.get(), nullptr, &NoPassword, nullptr));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return Unusable("tls.client_cert_pem is not a PEM certificate");
  }
  while (true) {
    const CertificatePointer next(PEM_read_bio_X509(bio.get(), nullptr, &NoPassword, nullptr));
    if (!next) break;
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) {
      return Unusable("tls.client_cert_pem holds a chain that cannot be used");
    }
  }
  ERR_clear_error();  // "no start line" ends the list
  return {};
}

Result<void> UseKey(SSL_CTX* context, const Secret& pem) {
  const KeyPointer key = pem.Reveal([](std::string_view bytes) {
    const BioPointer bio = OpenPem(bytes);
    return KeyPointer(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
  });
  if (!key) return Unusable("tls.client_key_pem is not an unencrypted PEM private key");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return Unusable("tls.client_key_pem does not belong to tls.client_cert_pem");
  }
  return {};
}

Result<void> UseClientCertificate(SSL_CTX* context, const TlsSettings& settings) {
  const bool has_certificate = !settings.client_cert_pem.empty();
  const bool has_key = !settings.client_key_pem.empty();
  if (!has_certificate && !has_key) return {};
  if (!has_key) return Unusable("tls.client_cert_pem needs tls.client_key_pem");
  if (!has_certificate) return Unusable("tls.client_key_pem needs tls.client_cert_pem");
  Result<void> used = UseCertificateChain(context, settings.client_cert_pem);
  if (used) used = UseKey(context, settings.client_key_pem);
  return used;
}

}  // namespace

void TlsSessions::Store(const std::string& origin, TlsSessionPointer session) {
  const std::lock_guard lock(mutex_);
  if (by_origin_.size() >= kMostSessions && !by_origin_.contains(origin)) {
    by_origin_.erase(by_origin_.begin());
  }
  by_origin_[origin] = std::move(session);
}

TlsSessionPointer TlsSessions::Find(const std::string& origin) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) return nullptr;
  SSL_SESSION_up_ref(found->second.get());
  return TlsSessionPointer(found->second.get());
}

void TlsSessions::Forget(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  by_origin_.erase(origin);
}

TlsProfile::TlsProfile(boost::asio::ssl::context context, const TlsSettings& settings)
    : context_(std::move(context)), verify_(settings.verify), server_name_(settings.server_name) {}

void AttachSessionSlot(SSL* ssl, TlsSessionSlot* slot) { SSL_set_ex_data(ssl, SlotIndex(), slot); }

Result<TlsProfilePointer> MakeTlsProfile(const TlsSettings& settings) {
  ERR_clear_error();
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
  SSL_CTX* handle = context.native_handle();
  Result<void> ready = SetProtocol(handle);
  if (ready && settings.verify) {
    ready = settings.ca_pem.empty() ? TrustSystem(handle) : TrustOnly(handle, settings.ca_pem);
  }
  if (ready) ready = UseClientCertificate(handle, settings);
  if (!ready) return std::move(ready).error();
  SSL_CTX_set_verify(handle, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  return TlsProfilePointer(std::make_shared<const TlsProfile>(std::move(context), settings));
}

}  // namespace sallyport::net
