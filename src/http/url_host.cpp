#include "http/url_host.h"

#include <algorithm>
#include <optional>

#include "http/byte_set.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/strings.h"

namespace sallyport::http {
namespace {

// RFC 1035 §2.3.4; a name of 253 characters fills the 255 octets of its wire form.
constexpr std::size_t kNameBytes = 253;
constexpr std::size_t kLabelBytes = 63;

Error Wrong(std::string_view what) {
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, std::string(what));
}

Result<std::string> ReadIpv6(std::string_view text) {
  if (text.back() != ']') return Wrong("must have nothing but a :port after the ']' of its host");
  const std::optional<IpAddress> address = IpAddress::Parse(text.substr(1, text.size() - 2));
  if (!address || address->is_v4()) {
    return Wrong("has a host in brackets that is no IPv6 address (without zone)");
  }
  return address->ToString();
}

/// The "ends in a number" check of the WHATWG URL standard: decimal, octal and hex forms.
bool EndsInNumber(std::string_view last_label) {
  if (kDigits.HasAll(last_label)) return true;
  if (!StartsWithIgnoreCase(last_label, "0x")) return false;
  const std::string_view digits = last_label.substr(2);
  return std::all_of(digits.begin(), digits.end(), [](char c) { return HexValue(c) >= 0; });
}

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytes) return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return IsDigit(byte) || IsAlpha(byte) || byte == '-' || byte == '_';
  });
}

}  // namespace

Result<std::string> ReadUrlHost(std::string_view text) {
  if (text.empty()) return Wrong("lacks a host after ://");
  if (text.front() == '[') return ReadIpv6(text);
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) {
    return Wrong("has a host with non-ASCII letters; write it in punycode (xn--...)");
  }
  if (text.back() == '.') return Wrong("has a host that ends in a dot; leave the dot out");

  const std::vector<std::string_view> labels = Split(text, '.');
  if (text.size() > kNameBytes || !std::all_of(labels.begin(), labels.end(), IsLabel)) {
    return Wrong(
        "has a host that is no name: labels of 1 to 63 letters, digits, '-' and '_' "
        "with dots between");
  }
  if (EndsInNumber(labels.back()) && !IpAddress::Parse(text)) {
    return Wrong("has a host that ends in a number but is no plain IPv4 address such as 192.0.2.7");
  }
  return ToLowerAscii(text);
}

}  // namespace sallyport::http
