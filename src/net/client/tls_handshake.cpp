#include "net/client/tls_handshake.h"

#include <optional>
#include <string>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/client/target_error.h"
#include "net/client/tls_error.h"
#include "net/egress/host_name.h"

namespace sallyport::net {
namespace {

namespace asio = boost::asio;

/// Which name the certificate must hold, and SNI (names only, RFC 6066 §3). As with curl, the
/// common name counts for certificates that have no DNS names.
bool SetName(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  const std::optional<IpAddress> literal = IpAddress::Parse(name);
  if (literal) {
    const std::size_t size = literal->is_v4() ? 4 : 16;
    return X509_VERIFY_PARAM_set1_ip(parameters, literal->bytes().data(), size) == 1;
  }
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const std::string dns_name = CanonicalName(name);
  return X509_VERIFY_PARAM_set1_host(parameters, dns_name.c_str(), dns_name.size()) == 1 &&
         SSL_set_tlsext_host_name(ssl, dns_name.c_str()) == 1;
}

Error UnusableName(const std::string& name) {
  ERR_clear_error();
  return Error(ErrorKind::kTlsFailed, ErrorSource::kGateway,
               "tls.server_name \"" + name + "\" is not a name that TLS can carry");
}

}  // namespace

Task<Result<void>> Handshake(ConnectionPointer connection, Destination destination,
                             Milliseconds limit) {
  const TlsProfile& profile = *destination.tls;
  const std::string target = TargetName(destination.origin);
  const std::string& name = profile.NameFor(destination.origin.host);
  TargetConnection::TlsStream& stream = connection->StartTls(destination.tls, target);
  SSL* ssl = stream.native_handle();
  if (!SetName(ssl, name)) co_return UnusableName(name);
  const TlsSessionPointer session = profile.sessions().Find(target);
  if (session) SSL_set_session(ssl, session.get());

  boost::system::error_code ec;
  connection->watchdog().Set(Watchdog::Side::kRead, limit);
  co_await stream.async_handshake(asio::ssl::stream_base::client,
                                  asio::redirect_error(asio::use_awaitable, ec));
  if (connection->watchdog().expired()) co_return PhaseTimedOut(target, "tls", limit);
  if (ec) {
    profile.sessions().Forget(target);
    co_return TlsHandshakeError(ec, ssl, target, name);
  }
  connection->watchdog().Clear(Watchdog::Side::kRead);
  co_return Result<void>();
}

}  // namespace sallyport::net
