#include <array>

#include "http/media_type_parameters.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/charset.h"
#include "sallyport/http/field_lines.h"

namespace sallyport::http {

MediaType ParseMediaType(std::string_view content_type) {
  const std::size_t semicolon = content_type.find(';');
  const std::string_view essence = TrimOws(content_type.substr(0, semicolon));
  const std::size_t slash = essence.find('/');
  if (slash == std::string_view::npos || !IsToken(essence.substr(0, slash)) ||
      !IsToken(essence.substr(slash + 1))) {
    return {};
  }
  MediaType type{ToLowerAscii(essence), ""};
  if (semicolon == std::string_view::npos) return type;
  const Parameters parameters = ReadParameters(content_type.substr(semicolon));
  if (const std::string* charset = parameters.Find("charset"); charset != nullptr) {
    type.charset = ToLowerAscii(TrimOws(*charset));
  }
  return type;
}

bool IsJsonType(std::string_view essence) {
  return essence == "application/json" || essence == "text/json" || essence.ends_with("+json");
}

bool IsTextType(std::string_view essence) {
  constexpr std::array<std::string_view, 7> kTexts = {"application/xml",
                                                      "application/xml-dtd",
                                                      "application/xml-external-parsed-entity",
                                                      "application/javascript",
                                                      "application/x-javascript",
                                                      "application/ecmascript",
                                                      "application/x-ecmascript"};
  if (essence.starts_with("text/") || essence.ends_with("+xml")) return true;
  for (const std::string_view text : kTexts) {
    if (essence == text) return true;
  }
  return false;
}

}  // namespace sallyport::http
