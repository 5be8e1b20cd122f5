// Media types and text in other charsets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::http {

/// type/subtype in lower case, and the charset parameter in lower case (RFC 9110 §8.3, quoted
/// strings too; the first one counts). Anything that is no type/subtype reads as {"", ""}; a
/// malformed parameter is passed over.
struct MediaType {
  std::string essence;  ///< "application/json"; "" when there is none
  std::string charset;  ///< "" when there is none
};
[[nodiscard]] MediaType ParseMediaType(std::string_view content_type);

[[nodiscard]] bool IsJsonType(std::string_view essence);  ///< application/json, text/json, *+json
/// text/*, XML and JavaScript types: to be shown as text.
[[nodiscard]] bool IsTextType(std::string_view essence);

/// `text` as UTF-8, a byte order mark taken away; nullopt for a charset that is unknown or bytes
/// that are not of it. UTF-8, US-ASCII, ISO-8859-1 (0x80-0x9F are control characters),
/// windows-1252, UTF-16 (a byte order mark decides, else little-endian as WHATWG says; LE and BE)
/// and whatever iconv(3) knows. `charset` without case; it may come from anyone.
[[nodiscard]] std::optional<std::string> ToUtf8(std::string_view text, std::string_view charset);
/// Every byte is the code point of its value. Never fails.
[[nodiscard]] std::string Latin1ToUtf8(std::string_view text);
/// "utf-8", "utf-16le" or "utf-16be" by the byte order mark at the front, "" without one.
[[nodiscard]] std::string_view CharsetOfMark(std::string_view text);

}  // namespace sallyport::http
