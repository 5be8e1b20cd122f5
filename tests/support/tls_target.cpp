#include "support/tls_target.h"

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sallyport::test {
namespace {

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPointer = std::unique_ptr<SSL_CTX, ContextDeleter>;
struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPointer = std::unique_ptr<SSL, SslDeleter>;

class PlainSide : public TargetSide {
 public:
  explicit PlainSide(int descriptor) : descriptor_(descriptor) {
    const timeval limit{10, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  ~PlainSide() override { PlainSide::Close(); }

  bool Send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void Close() override {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }
  void Reset() override {
    const linger at_once{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    Close();
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 protected:
  std::string Receive() override {
    std::array<char, 65536> bytes;
    const ssize_t received = recv(descriptor_, bytes.data(), bytes.size(), 0);
    return received <= 0 ? std::string() : std::string(bytes.data(), static_cast<size_t>(received));
  }

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
  SslPointer ssl_;
};

ContextPointer MakeContext(const TargetTls& tls) {
  ContextPointer context(SSL_CTX_new(TLS_server_method()));
  const auto memory = [](const std::string& pem) {
    return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  };
  BIO* bio = memory(tls.certificate.certificate_pem);
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  bio = memory(tls.certificate.key_pem);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  SSL_CTX_use_certificate(context.get(), certificate);
  SSL_CTX_use_PrivateKey(context.get(), key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  static constexpr std::array<unsigned char, 4> kId{'t', 'e', 's', 't'};
  SSL_CTX_set_session_id_context(context.get(), kId.data(), kId.size());
  if (tls.only_tls12) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  if (!tls.client_ca_pem.empty()) {
    bio = memory(tls.client_ca_pem);
    X509* authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace

std::string TargetSide::ReadHead() {
  std::size_t end = ahead_.find("\r\n\r\n");
  while (end == std::string::npos) {
    const std::string more = Receive();
    if (more.empty()) return {};
    ahead_ += more;
    end = ahead_.find("\r\n\r\n");
  }
  std::string head = ahead_.substr(0, end + 4);
  ahead_.erase(0, end + 4);
  return head;
}

std::string TargetSide::ReadBody(std::size_t size) {
  while (ahead_.size() < size) {
    const std::string more = Receive();
    if (more.empty()) break;
    ahead_ += more;
  }
  std::string body = ahead_.substr(0, size);
  ahead_.erase(0, body.size());
  return body;
}

std::string TargetSide::ReadToEnd() {
  while (true) {
    const std::string more = Receive();
    if (more.empty()) return std::exchange(ahead_, {});
    ahead_ += more;
  }
}

void TargetSide::Drip(std::string_view bytes) {
  for (const char& byte : bytes) Send(std::string_view(&byte, 1));
}

class TlsTarget::Impl {
 public:
  Impl(ContextPointer context, Script script)
      : script_(std::move(script)), context_(std::move(context)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 128) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { AcceptAll(); });
  }
  ~Impl() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    for (std::thread& thread : threads_) thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return count_.load(); }

 private:
  void AcceptAll() {
    while (true) {
      const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
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
  ContextPointer context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
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
