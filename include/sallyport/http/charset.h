// Media types and text in other charsets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::http {

/// type/subtype in lower case, and the charset parameter in lower case; parameters are read as RFC
/// 9110 §5.6.6 says (quoted strings too). Anything odd reads as {"", ""}.
struct MediaType {
  std::string essence;  ///< "application/json"; "" when there is none
  std::string charset;  ///< "" when there is none
};
[[nodiscard]] MediaType ParseMediaType(std::string_view content_type);

[[nodiscard]] bool IsJsonType(std::string_view essence);  ///< application/json, text/json, *+json
/// text/*, XML and JavaScript types, form-urlencoded: to be shown as text.
[[nodiscard]] bool IsTextType(std::string_view essence);

[[nodiscard]] bool IsUtf8(std::string_view text);
/// `text` as UTF-8, a byte order mark taken away; nullopt for a charset that is unknown or bytes
/// that are not of it. UTF-8, US-ASCII, Latin-1, UTF-16 (LE and BE) and whatever iconv(3) knows.
[[nodiscard]] std::optional<std::string> ToUtf8(std::string_view text, std::string_view charset);

}  // namespace sallyport::http
