// Cookies on the wire (RFC 6265).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::http {

struct CookiePair {
  std::string_view name;
  std::string_view value;
};

/// The pairs of one Cookie field, in order; pieces without '=' or with an empty name are skipped.
[[nodiscard]] std::vector<CookiePair> ParseCookies(std::string_view field_value);
/// The name in a Set-Cookie field, "" when it has none.
[[nodiscard]] std::string_view SetCookieName(std::string_view field_value);
/// Bytes outside cookie-octet are percent-encoded; '%' is one and kept.
[[nodiscard]] std::string EncodeCookieValue(std::string_view value);

}  // namespace sallyport::http
