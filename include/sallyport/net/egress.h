// Judges whether an address may be dialled. Knows nothing about sockets; names only as keys of
// rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/net/server.h"

namespace sallyport::net {

enum class EgressVerdict : std::uint8_t {
  kAllowed,        ///< public address
  kAllowedByRule,  ///< an `allow` rule, or allow_private
  kDeniedByRule,   ///< a `deny` rule
  kDeniedSelf,     ///< one of the gateway's own listeners
  kDeniedLoopback,
  kDeniedPrivate,  ///< RFC 1918, ULA, CGNAT
  kDeniedLinkLocal,
  kDeniedMetadata,
  kDeniedReserved,  ///< multicast, unspecified, reserved, documentation, benchmarking
  kDeniedEmbedded,  ///< an IPv6 form that embeds a denied IPv4 address
};

/// One line of `egress.allow` or `egress.deny`: "127.0.0.1:9000", "10.0.0.0/8", "[::1]:80",
/// "*.internal.example:443". Without a port it holds for every port. A name rule opens that name
/// whatever it resolves to, metadata addresses included.
struct EgressRule {
  std::optional<IpBlock> block;  ///< either a block
  std::string name;              ///< or a lower-case host name
  bool wildcard = false;         ///< "*.": any name below it, not itself
  std::optional<std::uint16_t> port;
  static Result<EgressRule> Parse(
      std::string_view text);  ///< validation_failed with a message fit to show
};

struct EgressOptions {
  bool allow_private = false;
  bool allow_loopback = false;  ///< --dev
  std::vector<EgressRule> allow;
  std::vector<EgressRule> deny;
  std::vector<Endpoint> own_listeners;  ///< denied always; 0.0.0.0 and :: stand for all local ones
  /// This machine's addresses, for wildcard listeners. nullopt: read from the system when the
  /// policy is made (a later change of interfaces is seen by the next policy).
  std::optional<std::vector<IpAddress>> local_addresses;
};

/// Immutable after construction; safe to call from any thread. Order of judgement: own listeners,
/// `deny`, `allow`, then the range of the address and of every IPv4 address it carries.
class EgressPolicy {
 public:
  explicit EgressPolicy(EgressOptions options);
  /// Pure. `name` is the host as configured, lower case (for name rules). Call it for every
  /// resolved address, on the very address that is dialled next.
  [[nodiscard]] EgressVerdict Judge(std::string_view name, const IpAddress& address,
                                    std::uint16_t port) const;

 private:
  [[nodiscard]] EgressVerdict JudgeAddress(std::string_view name, const IpAddress& address,
                                           std::uint16_t port) const;
  [[nodiscard]] bool IsOwnListener(const IpAddress& address, std::uint16_t port) const;
  [[nodiscard]] bool IsLocal(const IpAddress& address) const;

  EgressOptions options_;
};

[[nodiscard]] bool IsAllowed(EgressVerdict verdict);
/// For logs and the metrics label: "denied_private".
[[nodiscard]] std::string_view ToString(EgressVerdict verdict);

}  // namespace sallyport::net
