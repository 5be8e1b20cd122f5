// A TLS context made ready from the settings of a resource, with the sessions that can be resumed.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <openssl/ssl.h>
#include <boost/asio/ssl/context.hpp>

#include "sallyport/http/url.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

struct TlsSessionDeleter {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using TlsSessionPointer = std::unique_ptr<SSL_SESSION, TlsSessionDeleter>;

/// Sessions of one profile by origin, so that neither another origin nor another client certificate
/// ever resumes them. Thread-safe (shards share a profile); touched once per handshake.
class TlsSessions {
 public:
  static constexpr std::size_t kMostSessions = 1024;

  void Store(const std::string& origin, TlsSessionPointer session);
  /// Null when there is none.
  [[nodiscard]] TlsSessionPointer Find(const std::string& origin) const;
  void Forget(const std::string& origin);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, TlsSessionPointer> by_origin_;
};

/// The settings never change after construction; the sessions are a cache.
class TlsProfile {
 public:
  TlsProfile(boost::asio::ssl::context context, const TlsSettings& settings);

  /// Asio and OpenSSL take the context as mutable but only count references and read settings.
  [[nodiscard]] boost::asio::ssl::context& context() const { return context_; }
  [[nodiscard]] bool verify() const { return verify_; }
  /// The name that the certificate must hold when dialling `host`.
  [[nodiscard]] const std::string& NameFor(const std::string& host) const {
    return server_name_.empty() ? host : server_name_;
  }
  [[nodiscard]] TlsSessions& sessions() const { return sessions_; }

 private:
  mutable boost::asio::ssl::context context_;
  bool verify_;
  std::string server_name_;
  mutable TlsSessions sessions_;
};

/// Hangs on an SSL object; new sessions of it are stored under `origin`. Must outlive the SSL
/// object.
struct TlsSessionSlot {
  TlsProfilePointer profile;
  std::string origin;
};
void AttachSessionSlot(SSL* ssl, TlsSessionSlot* slot);

}  // namespace sallyport::net
