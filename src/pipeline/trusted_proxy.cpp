#include "pipeline/trusted_proxy.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "sallyport/base/strings.h"

namespace sallyport::pipeline {
namespace {

IpAddress Unmapped(const IpAddress& address) {
  if (address.is_v4()) return address;
  const IpAddress::Bytes& b = address.bytes();
  const bool mapped = std::all_of(b.begin(), b.begin() + 10, [](auto byte) { return byte == 0; }) &&
                      b[10] == 0xff && b[11] == 0xff;
  if (!mapped) return address;
  return IpAddress::V4((std::uint32_t{b[12]} << 24) | (std::uint32_t{b[13]} << 16) |
                       (std::uint32_t{b[14]} << 8) | b[15]);
}

}  // namespace

bool IsTrusted(const IpAddress& peer, const std::vector<IpBlock>& trusted) {
  const IpAddress address = Unmapped(peer);
  return std::any_of(trusted.begin(), trusted.end(),
                     [&](const IpBlock& block) { return block.Contains(address); });
}

std::string ClientAddress(const IpAddress& peer, const http::FieldViews& fields,
                          const std::vector<IpBlock>& trusted) {
  IpAddress nearest = peer;
  const std::vector<std::string_view> values = fields.FindAll("X-Forwarded-For");
  for (auto value = values.rbegin(); value != values.rend(); ++value) {
    const std::vector<std::string_view> entries = Split(*value, ',');
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (!IsTrusted(nearest, trusted)) return nearest.ToString();
      const std::optional<IpAddress> next = IpAddress::Parse(TrimOws(*entry));
      if (!next) return nearest.ToString();
      nearest = *next;
    }
  }
  return nearest.ToString();
}

}  // namespace sallyport::pipeline
