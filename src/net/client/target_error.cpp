#include "net/client/target_error.h"

#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>

namespace sallyport::net {
namespace {

namespace asio = boost::asio;

std::string_view Reason(EgressVerdict verdict) {
  switch (verdict) {
    case EgressVerdict::kDeniedByRule:
      return "an egress.deny rule names it";
    case EgressVerdict::kDeniedSelf:
      return "it is the gateway itself";
    case EgressVerdict::kDeniedLoopback:
      return "it is a loopback address";
    case EgressVerdict::kDeniedPrivate:
      return "it is a private address";
    case EgressVerdict::kDeniedLinkLocal:
      return "it is a link-local address";
    case EgressVerdict::kDeniedMetadata:
      return "it is a cloud metadata address";
    case EgressVerdict::kDeniedEmbedded:
      return "its address carries an IPv4 address that is not allowed";
    case EgressVerdict::kDeniedReserved:
    case EgressVerdict::kAllowed:
    case EgressVerdict::kAllowedByRule:
      break;
  }
  return "it is a reserved address";
}

std::string Milli(Milliseconds limit) { return std::to_string(limit.count()) + " ms"; }

Error TargetError(ErrorKind kind, std::string message) {
  return Error(kind, ErrorSource::kTarget, std::move(message));
}

}  // namespace

std::string TargetName(const http::Origin& origin) {
  const bool bracketed = origin.host.find(':') != std::string::npos;
  return (bracketed ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
}

Error EgressDenied(const std::string& target, EgressVerdict verdict, const IpAddress& address) {
  std::string message = "calls to " + target + " are not allowed: ";
  message += Reason(verdict);
  const bool fixed =
      verdict == EgressVerdict::kDeniedSelf || verdict == EgressVerdict::kDeniedByRule;
  return Error(ErrorKind::kEgressDenied, ErrorSource::kGateway, std::move(message))
      .WithDetail(address.ToString() + " " + std::string(ToString(verdict)))
      .WithHint(fixed ? "" : "an operator can open it with egress.allow: [\"" + target + "\"]");
}

Error ConnectFailed(const std::string& target, const boost::system::error_code& ec) {
  if (ec == asio::error::no_descriptors) {
    return Error(ErrorKind::kOverloaded, ErrorSource::kGateway,
                 "the gateway has no free descriptors to reach " + target)
        .WithDetail(ec.message())
        .WithRetryAfter(1);
  }
  std::string why = "the network refused";
  if (ec == asio::error::connection_refused) why = "connection refused";
  if (ec == asio::error::host_unreachable || ec == asio::error::network_unreachable ||
      ec == asio::error::address_family_not_supported) {
    why = "no route to it";
  }
  return TargetError(ErrorKind::kConnectFailed, "cannot connect to " + target + ": " + why)
      .WithDetail(ec.message());
}

Error PhaseTimedOut(const std::string& target, const char* phase, Milliseconds limit) {
  return TargetError(ErrorKind::kConnectTimeout,
                     std::string(phase) + ": " + target + " took longer than " + Milli(limit));
}

Error FirstByteTimedOut(const std::string& target, Milliseconds limit) {
  return TargetError(ErrorKind::kFirstByteTimeout,
                     target + " did not send the head of its answer within " + Milli(limit));
}

Error BodyTimedOut(const std::string& target, const char* what, Milliseconds limit) {
  return TargetError(ErrorKind::kUpstreamTimeout,
                     target + " " + what + " for longer than " + Milli(limit));
}

Error ConnectionLost(const std::string& target, const std::string& when,
                     const boost::system::error_code& ec) {
  const bool closed = !ec || ec == asio::error::eof;
  return TargetError(ErrorKind::kUpstreamReset,
                     target + (closed ? " closed" : " cut") + " the connection " + when)
      .WithDetail(ec.message());
}

Error NotHttp(const std::string& target) {
  return TargetError(ErrorKind::kUpstreamProtocolError, target + " did not answer in HTTP/1.1")
      .WithHint("is it an https:// target?");
}

Error HeadTooLarge(std::size_t limit) {
  return TargetError(ErrorKind::kUpstreamTooLarge,
                     "the head of the target's answer is larger than limits.target_head_bytes (" +
                         std::to_string(limit) + ")");
}

Error UnwantedSwitch() {
  return TargetError(ErrorKind::kUpstreamProtocolError,
                     "the target switched protocols (101) without being asked");
}

Error TooManyInformational(int limit) {
  return TargetError(ErrorKind::kUpstreamProtocolError,
                     "the target sent more than " + std::to_string(limit) + " 1xx answers");
}

}  // namespace sallyport::net
