#include "http/host_field.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "http/byte_set.h"
#include "sallyport/base/ip_address.h"

namespace sallyport::http {
namespace {

/// RFC 3986 lets the digits after ':' be absent.
bool IsPort(std::string_view digits) {
  std::uint32_t port = 0;
  for (const char digit : digits) {
    if (!kDigits.Has(digit)) return false;
    port = port * 10 + static_cast<std::uint32_t>(digit - '0');
    if (port > 65535) return false;
  }
  return true;
}

bool IsBracketedIpv6(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text.substr(1, text.size() - 2));
  return address.has_value() && !address->is_v4();
}

}  // namespace

bool IsHostField(std::string_view text) {
  if (text.empty()) return false;

  std::size_t host_end = 0;
  if (text.front() == '[') {
    host_end = text.find(']');
    if (host_end == std::string_view::npos) return false;
    ++host_end;
    if (!IsBracketedIpv6(text.substr(0, host_end))) return false;
  } else {
    while (host_end < text.size() && kUnreservedBytes.Has(text[host_end])) ++host_end;
    if (host_end == 0) return false;
  }

  if (host_end == text.size()) return true;
  return text[host_end] == ':' && IsPort(text.substr(host_end + 1));
}

}  // namespace sallyport::http
