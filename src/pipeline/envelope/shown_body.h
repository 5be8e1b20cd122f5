// How the body of an answer is shown in an envelope (contract section 5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::pipeline {

enum class BodyEncoding : std::uint8_t { kJson, kText, kBase64, kNone };
[[nodiscard]] std::string_view ToString(BodyEncoding encoding);  ///< "json", "text", ...

struct ShownBody {
  BodyEncoding encoding = BodyEncoding::kNone;
  /// kJson: one valid JSON text. kText: UTF-8. kBase64: the bytes, not encoded yet. Views into the
  /// body, unless it had to be converted: then into `converted`.
  std::string_view content;
  std::string converted;
  std::string warning;  ///< "" for none

  ShownBody() = default;
  ShownBody(const ShownBody&) = delete;  ///< `content` may point into `converted`
  ShownBody& operator=(const ShownBody&) = delete;
};

/// Judges the type: JSON types are JSON if the bytes are, text types are text in UTF-8, and the
/// rest is base64, as is text of a charset that is unknown or that the bytes are not of. Without a
/// charset a byte order mark decides, then UTF-8 where it is valid, then Latin-1.
/// `body`: decoded. Fills `shown`, which is fresh.
void ShowBody(std::string_view content_type, std::string_view body, ShownBody& shown);

}  // namespace sallyport::pipeline
