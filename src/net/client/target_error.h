// What callers read when a target cannot be reached or misbehaves. One place for all texts of the
// client but those on TLS.
#pragma once

#include <cstdint>
#include <string>

#include <boost/system/error_code.hpp>

#include "sallyport/base/clock.h"
#include "sallyport/base/error.h"
#include "sallyport/http/url.h"
#include "sallyport/net/egress.h"

namespace sallyport::net {

/// "api.example:8443" for messages; the port always stands there.
[[nodiscard]] std::string TargetName(const http::Origin& origin);

[[nodiscard]] Error EgressDenied(const std::string& target, EgressVerdict verdict,
                                 const IpAddress& address);
[[nodiscard]] Error ConnectFailed(const std::string& target, const boost::system::error_code& ec);
/// `phase` is "connect" or "tls".
[[nodiscard]] Error PhaseTimedOut(const std::string& target, const char* phase, Milliseconds limit);
[[nodiscard]] Error FirstByteTimedOut(const std::string& target, Milliseconds limit);
[[nodiscard]] Error BodyTimedOut(const std::string& target, const char* what, Milliseconds limit);
/// The connection ended or was reset; `when` completes "the target closed the connection ...".
[[nodiscard]] Error ConnectionLost(const std::string& target, const std::string& when,
                                   const boost::system::error_code& ec);
[[nodiscard]] Error NotHttp(const std::string& target);
[[nodiscard]] Error HeadTooLarge(std::size_t limit);
[[nodiscard]] Error UnwantedSwitch();
[[nodiscard]] Error TooManyInformational(int limit);

}  // namespace sallyport::net
