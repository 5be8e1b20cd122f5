// Reads one line of egress.allow or egress.deny.
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/egress/host_name.h"
#include "net/egress/special_addresses.h"
#include "sallyport/base/strings.h"
#include "sallyport/net/egress.h"

namespace sallyport::net {
namespace {

struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

Error Flaw(std::string_view text, std::string_view what) {
  std::string message = "\"";
  message.append(text).append("\" ").append(what);
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, std::move(message));
}

/// Splits "[::1]:80", "10.0.0.0/8:443", "name:80"; an IPv6 address without brackets has no port.
std::optional<HostAndPort> SplitPort(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
    if (rest.empty()) return HostAndPort{host, std::nullopt};
    if (rest.front() != ':') return std::nullopt;
    return HostAndPort{host, rest.substr(1)};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return HostAndPort{text, std::nullopt};
  if (text.find(':', colon + 1) != std::string_view::npos) return HostAndPort{text, std::nullopt};
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

/// A block of IPv4-mapped addresses becomes the IPv4 block, as the addresses do when judged.
std::optional<IpBlock> ParseBlock(std::string_view text) {
  const std::optional<IpBlock> block = IpBlock::Parse(text);
  if (!block) return std::nullopt;
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> base = IpAddress::Parse(text.substr(0, slash));
  if (!base || base->is_v4() || !Unmapped(*base).is_v4()) return block;
  const auto bits = slash == std::string_view::npos ? 128 : ParseUnsigned(text.substr(slash + 1));
  if (!bits || *bits < 96) return block;
  return IpBlock(Unmapped(*base), static_cast<int>(*bits) - 96);
}

}  // namespace

Result<EgressRule> EgressRule::Parse(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  if (trimmed.empty())
    return Flaw(trimmed, "is an empty rule; write an address, a block or a name");
  const std::optional<HostAndPort> parts = SplitPort(trimmed);
  if (!parts) return Flaw(trimmed, "is no rule; IPv6 is written [::1]:80");

  EgressRule rule;
  if (parts->port) {
    const auto port = ParseUnsigned(*parts->port);
    if (!port || *port == 0 || *port > 65535) {
      return Flaw(trimmed, "has no valid port; write a number from 1 to 65535 after the colon");
    }
    rule.port = static_cast<std::uint16_t>(*port);
  }
  rule.block = ParseBlock(parts->host);
  if (rule.block) return rule;

  const bool like_address = parts->host.find_first_of("/:") != std::string_view::npos;
  if (like_address || EndsInNumber(parts->host)) {
    return Flaw(trimmed,
                "is no address block; write 10.1.2.3, 10.0.0.0/8 (no bits beyond the prefix) or "
                "fd00::/8");
  }
  std::string_view name = parts->host;
  if (name.starts_with("*.")) {
    rule.wildcard = true;
    name.remove_prefix(2);
  }
  if (!IsHostName(name)) {
    return Flaw(trimmed, "is no host name; write api.example, api.example:443 or *.example");
  }
  rule.name = CanonicalName(name);
  return rule;
}

}  // namespace sallyport::net
