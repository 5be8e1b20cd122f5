// The address ranges with a meaning of their own (IANA special-purpose registries, RFC 6890), and
// the IPv6 forms that carry an IPv4 address.
#pragma once

#include <cstdint>
#include <vector>

#include "sallyport/base/ip_address.h"

namespace sallyport::net {

enum class AddressClass : std::uint8_t {
  kPublic,
  kLoopback,
  kPrivate,  ///< RFC 1918 and ULA: what allow_private opens
  kShared,   ///< RFC 6598, carrier-grade NAT
  kLinkLocal,
  kMetadata,  ///< instance metadata services of clouds; one of them has a public address
  kReserved,  ///< multicast, unspecified, documentation, benchmarking, unassigned, ...
};

/// What the address is by itself. A form that carries an IPv4 address is kPublic here when nothing
/// but the carried address decides.
[[nodiscard]] AddressClass ClassifyAddress(const IpAddress& address);

/// ::ffff:a.b.c.d is dialled as a.b.c.d, so it is judged as that; any other address is returned as
/// it is.
[[nodiscard]] IpAddress Unmapped(const IpAddress& address);

/// The IPv4 addresses inside IPv4-compatible, IPv4-translated, NAT64 (64:ff9b::/96), 6to4, Teredo
/// (server and client) and ISATAP forms.
[[nodiscard]] std::vector<IpAddress> CarriedAddresses(const IpAddress& address);

/// 64:ff9b:1::/48 (RFC 8215): where the IPv4 address stands depends on the operator's prefix, so
/// that it cannot be judged at all.
[[nodiscard]] bool CarriesUnreadableAddress(const IpAddress& address);

}  // namespace sallyport::net
