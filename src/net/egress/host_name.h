// Host names as text: which may be asked of DNS, and which only look like a number.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::net {

/// Lower case, without one trailing dot: "API.Example." -> "api.example".
[[nodiscard]] std::string CanonicalName(std::string_view host);

/// Letters, digits, '-' and '_' in labels of 1 to 63 bytes, 253 in all. One trailing dot is fine.
[[nodiscard]] bool IsHostName(std::string_view host);

/// Is the last label a decimal, octal or hexadecimal number ("127.1", "0x7f.1", "2130706433")?
/// getaddrinfo takes these for addresses, so they must not reach it.
[[nodiscard]] bool EndsInNumber(std::string_view host);

}  // namespace sallyport::net
