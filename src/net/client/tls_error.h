// Why a TLS connection failed, in words that help the one who configured it.
#pragma once

#include <string>

#include <openssl/ssl.h>
#include <boost/system/error_code.hpp>

#include "sallyport/base/error.h"

namespace sallyport::net {

/// tls_failed. `name` is what the certificate should have held; `ssl` tells the verdict on it.
[[nodiscard]] Error TlsHandshakeError(const boost::system::error_code& ec, SSL* ssl,
                                      const std::string& target, const std::string& name);

/// Is it an alert by which the target refused us after the handshake (TLS 1.3 tells only then that
/// it wants a client certificate)?
[[nodiscard]] bool IsTlsAlert(const boost::system::error_code& ec);
/// tls_failed for such an alert.
[[nodiscard]] Error TlsAlertError(const boost::system::error_code& ec, const std::string& target);

}  // namespace sallyport::net
