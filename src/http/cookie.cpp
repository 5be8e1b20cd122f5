#include "sallyport/http/cookie.h"

#include "http/byte_set.h"
#include "http/percent.h"
#include "sallyport/base/strings.h"

namespace sallyport::http {

std::vector<CookiePair> ParseCookies(std::string_view field_value) {
  std::vector<CookiePair> cookies;
  while (!field_value.empty()) {
    const std::size_t semicolon = field_value.find(';');
    const std::string_view piece = field_value.substr(0, semicolon);
    field_value.remove_prefix(semicolon == std::string_view::npos ? field_value.size()
                                                                  : semicolon + 1);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = TrimOws(piece.substr(0, equals));
    if (!name.empty()) cookies.push_back({name, TrimOws(piece.substr(equals + 1))});
  }
  return cookies;
}

std::string_view SetCookieName(std::string_view field_value) {
  const std::string_view pair = field_value.substr(0, field_value.find(';'));
  const std::size_t equals = pair.find('=');
  return equals == std::string_view::npos ? std::string_view() : TrimOws(pair.substr(0, equals));
}

std::string EncodeCookieValue(std::string_view value) {
  return PercentEncodeExcept(value, kCookieOctets);
}

}  // namespace sallyport::http
