#include "net/egress/host_name.h"

#include <algorithm>

#include "sallyport/base/strings.h"

namespace sallyport::net {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) {
  const char lower = ToLowerAscii(c);
  return IsDigit(c) || (lower >= 'a' && lower <= 'f');
}

bool IsNameByte(char c) {
  const char lower = ToLowerAscii(c);
  return IsDigit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '_';
}

std::string_view WithoutTrailingDot(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return host;
}

}  // namespace

std::string CanonicalName(std::string_view host) { return ToLowerAscii(WithoutTrailingDot(host)); }

bool IsHostName(std::string_view host) {
  const std::string_view name = WithoutTrailingDot(host);
  if (name.empty() || name.size() > 253) return false;
  const auto labels = Split(name, '.');
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 &&
           std::all_of(label.begin(), label.end(), IsNameByte);
  });
}

bool EndsInNumber(std::string_view host) {
  const std::string_view name = WithoutTrailingDot(host);
  std::string_view last = name.substr(name.rfind('.') + 1);
  if (last.empty()) return false;
  if (std::all_of(last.begin(), last.end(), IsDigit)) return true;
  if (last.size() < 2 || last[0] != '0' || ToLowerAscii(last[1]) != 'x') return false;
  last.remove_prefix(2);
  return std::all_of(last.begin(), last.end(), IsHexDigit);
}

}  // namespace sallyport::net
