// Base64 (RFC 4648 §4, §5) and hex.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

[[nodiscard]] std::string Base64Encode(std::string_view bytes);
/// Appends what Base64Encode gives, without a copy.
void AppendBase64(std::string& out, std::string_view bytes);
/// Padding optional; any other byte makes it nullopt.
[[nodiscard]] std::optional<std::string> Base64Decode(std::string_view text);
/// URL-safe alphabet, without padding.
[[nodiscard]] std::string Base64UrlEncode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> Base64UrlDecode(std::string_view text);
[[nodiscard]] std::string HexEncode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> HexDecode(std::string_view text);

}  // namespace sallyport
