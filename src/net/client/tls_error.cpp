#include "net/client/tls_error.h"

#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

namespace sallyport::net {
namespace {

namespace asio = boost::asio;

struct Explanation {
  std::string why;
  std::string hint;
};

Explanation ExplainCertificate(long verdict, const std::string& name) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {"its certificate has expired", "renew the target's certificate"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {"its certificate is not valid yet", "check the clocks of gateway and target"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {"its certificate is not for " + name,
              "use a name that the certificate holds, or set tls.server_name"};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return {"its certificate is self-signed", "put that certificate into tls.ca_pem"};
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return {"its certificate was issued by an unknown authority",
              "put the authority's certificate into tls.ca_pem"};
    case X509_V_ERR_INVALID_PURPOSE:
      return {"its certificate is not meant for servers",
              "issue one with extended key usage "
              "serverAuth"};
    default:
      return {std::string("its certificate was not accepted: ") +
                  X509_verify_cert_error_string(verdict),
              ""};
  }
}

Explanation ExplainReason(int reason) {
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return {"it requires a client certificate", "set tls.client_cert_pem and tls.client_key_pem"};
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
      return {"it did not accept the client certificate",
              "check tls.client_cert_pem: issuer, dates and purpose"};
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return {"it refused the handshake",
              "it may require a client certificate (tls.client_cert_pem) or other ciphers"};
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return {"it does not know the server name", "set tls.server_name"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return {"it speaks no TLS version from 1.2 on", "enable TLS 1.2 or 1.3 at the target"};
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return {"it does not speak TLS on this port", "is it an http:// target?"};
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
      return {"it does not offer HTTP/1.1", ""};
    default:
      return {"the handshake failed", ""};
  }
}

Explanation ExplainTransport(const boost::system::error_code& ec) {
  if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated) {
    return {"it closed the connection during the handshake",
            "it may require a client certificate, another server name or plain http"};
  }
  if (ec == asio::error::connection_reset || ec == asio::error::broken_pipe) {
    return {"it reset the connection during the handshake", ""};
  }
  return {"the handshake failed", ""};
}

bool IsSslError(const boost::system::error_code& ec) {
  return ec.category() == asio::error::get_ssl_category();
}

Error MakeError(const boost::system::error_code& ec, const std::string& target, Explanation text) {
  std::string message = "TLS with " + target + " failed: " + text.why;
  return Error(ErrorKind::kTlsFailed, ErrorSource::kTarget, std::move(message))
      .WithDetail(ec.message())
      .WithHint(std::move(text.hint));
}

}  // namespace

Error TlsHandshakeError(const boost::system::error_code& ec, SSL* ssl, const std::string& target,
                        const std::string& name) {
  const long verdict = SSL_get_verify_result(ssl);
  const bool verifying = SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE;
  if (verifying && verdict != X509_V_OK) {
    return MakeError(ec, target, ExplainCertificate(verdict, name));
  }
  if (IsSslError(ec)) return TlsAlertError(ec, target);
  return MakeError(ec, target, ExplainTransport(ec));
}

bool IsTlsAlert(const boost::system::error_code& ec) {
  if (!IsSslError(ec)) return false;
  // OpenSSL numbers what the peer's alerts say from SSL_AD_REASON_OFFSET on.
  return ERR_GET_REASON(static_cast<unsigned long>(ec.value())) >= SSL_AD_REASON_OFFSET;
}

Error TlsAlertError(const boost::system::error_code& ec, const std::string& target) {
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(ec.value()));
  return MakeError(ec, target, ExplainReason(reason));
}

}  // namespace sallyport::net
