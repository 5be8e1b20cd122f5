// Cookies of callers and targets.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/field_lines.h"

using namespace sallyport::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);

  for (const CookiePair& cookie : ParseCookies(text)) {
    FUZZ_REQUIRE(!cookie.name.empty());
    FUZZ_REQUIRE(cookie.name.find_first_of("=;") == std::string_view::npos);
    FUZZ_REQUIRE(cookie.value.find(';') == std::string_view::npos);
  }
  FUZZ_REQUIRE(SetCookieName(text).find_first_of("=;") == std::string_view::npos);

  const std::string encoded = EncodeCookieValue(text);
  FUZZ_REQUIRE(IsFieldValue(encoded));
  FUZZ_REQUIRE(EncodeCookieValue(encoded) == encoded);
  if (!encoded.empty()) {
    const std::string field = "a=" + encoded + "; b=1";
    const auto cookies = ParseCookies(field);
    FUZZ_REQUIRE(cookies.size() == 2 && cookies[0].value == encoded);
  }
  return 0;
}
