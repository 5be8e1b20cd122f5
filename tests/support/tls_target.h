// A target for tests of the outbound client: a script per connection, plain or over TLS, on
// threads of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/socket_io.h"
#include "support/test_certificates.h"

namespace sallyport::test {

/// The target's end of one connection. Blocking; every wait ends after 10 seconds.
class TargetSide {
 public:
  virtual ~TargetSide() = default;
  /// Up to and with the blank line; "" when the client closed before. Bytes behind it stay.
  std::string ReadHead() { return ahead_.Head(); }
  /// `size` bytes, fewer when the client closes first.
  std::string ReadBody(std::size_t size) { return ahead_.Exactly(size); }
  /// Until the client closes or resets; what came.
  std::string ReadToEnd() { return ahead_.ToEnd(); }
  virtual bool Send(std::string_view bytes) = 0;
  /// Each byte in a write of its own.
  void Drip(std::string_view bytes);
  /// FIN (over TLS without close_notify).
  virtual void Close() = 0;
  /// Holds back what is sent from now on until Close(), which then sends it in one segment with the
  /// FIN.
  virtual void Cork() = 0;
  /// RST.
  virtual void Reset() = 0;
  /// Over TLS: was an earlier session resumed; the client's certificate ("" without one); SNI.
  [[nodiscard]] virtual bool resumed() const { return false; }
  [[nodiscard]] virtual std::string client_common_name() const { return {}; }
  [[nodiscard]] virtual std::string server_name() const { return {}; }
  /// Over TLS: close_notify, then FIN.
  virtual void CloseInOrder() { Close(); }

 protected:
  /// "" at the end.
  virtual std::string Receive() = 0;

 private:
  ReadAhead ahead_{[this] { return Receive(); }};
};

struct TargetTls {
  IssuedCertificate certificate;
  std::string client_ca_pem;  ///< not "": a client certificate of it is required
  bool only_tls12 = false;
};

/// Listens on 127.0.0.1, on a port of its own. `script` runs once per connection; `index` counts
/// them from 0. The connection closes when it returns. Connections whose TLS handshake failed run
/// no script.
class TlsTarget {
 public:
  using Script = std::function<void(TargetSide& side, int index)>;
  explicit TlsTarget(Script script);
  TlsTarget(TargetTls tls, Script script);
  ~TlsTarget();
  TlsTarget(const TlsTarget&) = delete;
  TlsTarget& operator=(const TlsTarget&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] int connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sallyport::test
