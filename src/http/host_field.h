// The value of a Host field, also the authority of an absolute-form target.
#pragma once

#include <string_view>

namespace sallyport::http {

/// uri-host[:port] (RFC 9110 §7.2), not empty. Narrower than RFC 3986: a name is made of unreserved
/// bytes only, since sub-delims (a comma above all) and escapes in a host mean merged or forged
/// fields, never a real name; IPv6 literals carry no zone.
[[nodiscard]] bool IsHostField(std::string_view text);

}  // namespace sallyport::http
