#include "net/egress/special_addresses.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sallyport::net {
namespace {

constexpr std::uint32_t V4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

struct V4Range {
  std::uint32_t base;
  int bits;
  AddressClass kind;
};

// The first match counts: single metadata addresses before the ranges they lie in.
constexpr std::array<V4Range, 21> kV4Ranges{{
    {V4(169, 254, 169, 254), 32, AddressClass::kMetadata},  // AWS, Azure, Google, ...
    {V4(100, 100, 100, 200), 32, AddressClass::kMetadata},  // Alibaba
    {V4(192, 0, 0, 192), 32, AddressClass::kMetadata},      // Oracle
    {V4(168, 63, 129, 16), 32, AddressClass::kMetadata},    // Azure's host, a public address
    {V4(0, 0, 0, 0), 8, AddressClass::kReserved},           // "this network"
    {V4(10, 0, 0, 0), 8, AddressClass::kPrivate},           // RFC 1918
    {V4(100, 64, 0, 0), 10, AddressClass::kShared},         // RFC 6598
    {V4(127, 0, 0, 0), 8, AddressClass::kLoopback},
    {V4(169, 254, 0, 0), 16, AddressClass::kLinkLocal},
    {V4(172, 16, 0, 0), 12, AddressClass::kPrivate},
    {V4(192, 0, 0, 0), 24, AddressClass::kReserved},    // IETF protocol assignments
    {V4(192, 0, 2, 0), 24, AddressClass::kReserved},    // TEST-NET-1
    {V4(192, 88, 99, 0), 24, AddressClass::kReserved},  // 6to4 relay anycast
    {V4(192, 168, 0, 0), 16, AddressClass::kPrivate},
    {V4(198, 18, 0, 0), 15, AddressClass::kReserved},    // benchmarking
    {V4(198, 51, 100, 0), 24, AddressClass::kReserved},  // TEST-NET-2
    {V4(203, 0, 113, 0), 24, AddressClass::kReserved},   // TEST-NET-3
    {V4(224, 0, 0, 0), 4, AddressClass::kReserved},      // multicast
    {V4(233, 252, 0, 0), 24, AddressClass::kReserved},   // MCAST-TEST-NET
    {V4(240, 0, 0, 0), 4, AddressClass::kReserved},      // future use
    {V4(255, 255, 255, 255), 32, AddressClass::kReserved},
}};

struct V6Range {
  std::uint64_t high;
  std::uint64_t low;
  int bits;
  AddressClass kind;
};

// Only 2000::/3 is handed out (RFC 4291 §2.4), so everything that no line names is reserved.
constexpr std::array<V6Range, 22> kV6Ranges{{
    {0xfd000ec200000000, 0x254, 128, AddressClass::kMetadata},  // AWS
    {0, 0, 128, AddressClass::kReserved},                       // ::
    {0, 1, 128, AddressClass::kLoopback},                       // ::1
    {0, 0, 96, AddressClass::kPublic},                     // IPv4-compatible: by what it carries
    {0, 0x0000ffff00000000, 96, AddressClass::kPublic},    // IPv4-mapped
    {0, 0xffff000000000000, 96, AddressClass::kPublic},    // IPv4-translated
    {0x0064ff9b00000000, 0, 96, AddressClass::kPublic},    // NAT64
    {0x0064ff9b00010000, 0, 48, AddressClass::kReserved},  // local NAT64, RFC 8215
    {0x0100000000000000, 0, 64, AddressClass::kReserved},  // discard
    {0x2001000000000000, 0, 32, AddressClass::kPublic},    // Teredo: by what it carries
    {0x2001000200000000, 0, 48, AddressClass::kReserved},  // benchmarking
    {0x2001001000000000, 0, 28, AddressClass::kReserved},  // ORCHID
    {0x2001002000000000, 0, 28, AddressClass::kReserved},  // ORCHIDv2
    {0x2001000000000000, 0, 23, AddressClass::kReserved},  // IETF protocol assignments
    {0x20010db800000000, 0, 32, AddressClass::kReserved},  // documentation
    {0x3fff000000000000, 0, 20, AddressClass::kReserved},  // documentation, RFC 9637
    {0x5f00000000000000, 0, 16, AddressClass::kReserved},  // SRv6 segment identifiers
    {0xfc00000000000000, 0, 7, AddressClass::kPrivate},    // ULA
    {0xfe80000000000000, 0, 10, AddressClass::kLinkLocal},
    {0xfec0000000000000, 0, 10, AddressClass::kReserved},  // site-local
    {0xff00000000000000, 0, 8, AddressClass::kReserved},   // multicast
    {0x2000000000000000, 0, 3, AddressClass::kPublic},     // global unicast, 6to4 included
}};

std::uint64_t ReadBigEndian(const IpAddress::Bytes& bytes, std::size_t from, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = from; i < from + count; ++i) value = value << 8U | bytes[i];
  return value;
}

/// The topmost `bits` of 64 as a mask.
constexpr std::uint64_t Mask64(int bits) {
  return bits <= 0 ? 0 : ~std::uint64_t{0} << (64 - bits);
}

AddressClass ClassifyV4(std::uint32_t address) {
  for (const V4Range& range : kV4Ranges) {
    const std::uint32_t mask = ~std::uint32_t{0} << static_cast<unsigned>(32 - range.bits);
    if ((address & mask) == range.base) return range.kind;
  }
  return AddressClass::kPublic;
}

bool InRange(std::uint64_t high, std::uint64_t low, const V6Range& range) {
  if ((high & Mask64(std::min(range.bits, 64))) != range.high) return false;
  return (low & Mask64(range.bits - 64)) == range.low;
}

AddressClass ClassifyV6(const IpAddress::Bytes& bytes) {
  const std::uint64_t high = ReadBigEndian(bytes, 0, 8);
  const std::uint64_t low = ReadBigEndian(bytes, 8, 8);
  for (const V6Range& range : kV6Ranges) {
    if (InRange(high, low, range)) return range.kind;
  }
  return AddressClass::kReserved;
}

IpAddress V4At(const IpAddress::Bytes& bytes, std::size_t from) {
  return IpAddress::V4(static_cast<std::uint32_t>(ReadBigEndian(bytes, from, 4)));
}

}  // namespace

AddressClass ClassifyAddress(const IpAddress& address) {
  return address.is_v4() ? ClassifyV4(address.v4()) : ClassifyV6(address.bytes());
}

IpAddress Unmapped(const IpAddress& address) {
  if (address.is_v4()) return address;
  const IpAddress::Bytes& bytes = address.bytes();
  const bool mapped = ReadBigEndian(bytes, 0, 8) == 0 && ReadBigEndian(bytes, 8, 4) == 0xffff;
  return mapped ? V4At(bytes, 12) : address;
}

std::vector<IpAddress> CarriedAddresses(const IpAddress& address) {
  std::vector<IpAddress> carried;
  if (address.is_v4()) return carried;
  const IpAddress::Bytes& bytes = address.bytes();
  const std::uint64_t high = ReadBigEndian(bytes, 0, 8);
  const std::uint64_t low = ReadBigEndian(bytes, 8, 8);
  const std::uint64_t low_front = low >> 32U;

  const bool compatible = high == 0 && low_front == 0 && low > 1;  // not :: and ::1
  const bool translated = high == 0 && low_front == 0xffff0000;    // RFC 2765
  const bool nat64 = high == 0x0064ff9b00000000 && low_front == 0;
  const bool isatap = (low_front & 0xfdffffff) == 0x5efe;  // ::0:5efe: and ::200:5efe:
  if (compatible || translated || nat64 || isatap) carried.push_back(V4At(bytes, 12));

  if (high >> 48U == 0x2002) carried.push_back(V4At(bytes, 2));  // 6to4
  if (high >> 32U == 0x20010000) {                               // Teredo
    carried.push_back(V4At(bytes, 4));
    carried.push_back(IpAddress::V4(~V4At(bytes, 12).v4()));
  }
  return carried;
}

bool CarriesUnreadableAddress(const IpAddress& address) {
  return !address.is_v4() && ReadBigEndian(address.bytes(), 0, 6) == 0x0064ff9b0001;
}

}  // namespace sallyport::net
