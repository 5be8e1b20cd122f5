#include "support/tls_target.h"

#include <array>
#include <atomic>
#include <thread>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/openssl_handles.h"
#include "support/target_servers.h"

namespace sallyport::test {
namespace {

using ContextHandle = std::unique_ptr<SSL_CTX, crypto::OpenSslDeleter<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, crypto::OpenSslDeleter<SSL_free>>;

class PlainSide : public TargetSide {
 public:
  explicit PlainSide(int descriptor) : descriptor_(descriptor) {
    LimitWaits(descriptor_, 10);
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  ~PlainSide() override { PlainSide::Close(); }

  bool Send(std::string_view bytes) override { return SendAll(descriptor_, bytes); }
  void Close() override {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }
  void Cork() override {
    const int on = 1, off = 0;  // without delay, nothing is held back
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &off, sizeof(off));
    setsockopt(descriptor_, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
  }
  void Reset() override {
    ResetAtClose(descriptor_);
    Close();
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 protected:
  std::string Receive() override { return test::Receive(descriptor_, 65536); }

 private:
  int descriptor_;
};

class TlsSide final : public PlainSide {
 public:
  TlsSide(int descriptor, SSL_CTX* context) : PlainSide(descriptor), ssl_(SSL_new(context)) {
    SSL_set_fd(ssl_.get(), descriptor);
  }
  ~TlsSide() override { TlsSide::Close(); }

  bool Handshake() { return SSL_accept(ssl_.get()) == 1; }
  bool Send(std::string_view bytes) override {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  void Close() override {
    SSL_set_quiet_shutdown(ssl_.get(), 1);
    SSL_shutdown(ssl_.get());
    PlainSide::Close();
  }
  void CloseInOrder() override {
    SSL_shutdown(ssl_.get());
    PlainSide::Close();
  }
  [[nodiscard]] bool resumed() const override { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] std::string server_name() const override {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  }
  [[nodiscard]] std::string client_common_name() const override {
    X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    std::array<char, 128> text{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text.data(),
                              static_cast<int>(text.size()));
    return text.data();
  }

 protected:
  std::string Receive() override {
    std::array<char, 16384> bytes;
    const int received = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return received <= 0 ? std::string() : std::string(bytes.data(), static_cast<size_t>(received));
  }

 private:
  SslHandle ssl_;
};

crypto::BioHandle InMemory(const std::string& pem) {
  return crypto::BioHandle(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

crypto::CertificateHandle ReadCertificate(const std::string& pem) {
  const crypto::BioHandle bytes = InMemory(pem);
  return crypto::CertificateHandle(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
}

ContextHandle MakeContext(const TargetTls& tls) {
  ContextHandle context(SSL_CTX_new(TLS_server_method()));
  const crypto::CertificateHandle certificate = ReadCertificate(tls.certificate.certificate_pem);
  const crypto::BioHandle key_bytes = InMemory(tls.certificate.key_pem);
  const crypto::KeyHandle key(PEM_read_bio_PrivateKey(key_bytes.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  static constexpr std::array<unsigned char, 4> kId{'t', 'e', 's', 't'};
  SSL_CTX_set_session_id_context(context.get(), kId.data(), kId.size());
  if (tls.only_tls12) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  if (!tls.client_ca_pem.empty()) {
    const crypto::CertificateHandle authority = ReadCertificate(tls.client_ca_pem);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace

void TargetSide::Drip(std::string_view bytes) {
  for (const char& byte : bytes) Send(std::string_view(&byte, 1));
}

class TlsTarget::Impl {
 public:
  Impl(ContextHandle context, Script script)
      : script_(std::move(script)), context_(std::move(context)) {
    acceptor_ = std::thread([this] { AcceptAll(); });
  }
  ~Impl() {
    shutdown(listener_.descriptor(), SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] int connections() const { return count_.load(); }

 private:
  void AcceptAll() {
    while (true) {
      const int descriptor = accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      const int index = count_.fetch_add(1);
      threads_.emplace_back([this, descriptor, index] { Serve(descriptor, index); });
    }
  }
  void Serve(int descriptor, int index) {
    if (!context_) {
      PlainSide side(descriptor);
      script_(side, index);
      return;
    }
    TlsSide side(descriptor, context_.get());
    if (side.Handshake()) script_(side, index);
  }

  Script script_;
  ContextHandle context_;
  ListeningSocket listener_;
  std::atomic<int> count_{0};
  std::thread acceptor_;
  std::vector<std::thread> threads_;  // touched by the acceptor, then by the destructor
};

TlsTarget::TlsTarget(Script script) : impl_(std::make_shared<Impl>(nullptr, std::move(script))) {}

TlsTarget::TlsTarget(TargetTls tls, Script script)
    : impl_(std::make_shared<Impl>(MakeContext(tls), std::move(script))) {}

TlsTarget::~TlsTarget() = default;

std::uint16_t TlsTarget::port() const { return impl_->port(); }

int TlsTarget::connections() const { return impl_->connections(); }

}  // namespace sallyport::test
