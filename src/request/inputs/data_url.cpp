// Files inside JSON: data URLs (RFC 2397), base64 only.
#include <algorithm>
#include <utility>

#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "sallyport/request/inputs.h"

namespace sallyport::request {
namespace {

Error Flaw(std::string what) {
  return Error(ErrorKind::kInvalidParameter, ErrorSource::kCaller, std::move(what));
}

bool IsMediaType(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && http::IsToken(text.substr(0, slash)) &&
         http::IsToken(text.substr(slash + 1));
}

bool HoldsControlByte(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// Reads what stands between "data:" and the comma; "" when it is in order.
std::string ReadParameters(std::string_view text, FileValue& file) {
  std::vector<std::string_view> parts = Split(text, ';');
  if (!EqualsIgnoreCase(TrimOws(parts.back()), "base64")) {
    return "must say ;base64 before its comma; other data URLs are not taken";
  }
  parts.pop_back();
  if (parts.empty()) return {};
  std::string type(TrimOws(parts.front()));
  if (!type.empty() && !IsMediaType(type)) return "has a media type that is not TYPE/SUBTYPE";
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view part = TrimOws(parts[i]);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return "has a parameter that is not NAME=VALUE";
    const std::string_view name = part.substr(0, equals);
    if (EqualsIgnoreCase(name, "name") || EqualsIgnoreCase(name, "filename")) {
      file.filename = http::PercentDecode(part.substr(equals + 1));
    } else if (!type.empty()) {
      type.append("; ").append(part);
    }
  }
  if (!http::IsFieldValue(type)) return "has a media type with bytes that a header may not hold";
  if (HoldsControlByte(file.filename) || !IsUtf8(file.filename)) {
    return "has a name with control bytes, or that is not UTF-8";
  }
  file.content_type = std::move(type);
  return {};
}

}  // namespace

Result<FileValue> FileFromDataUrl(std::string_view input, std::string_view url) {
  FileValue file;
  file.input = input;
  constexpr std::string_view kScheme = "data:";
  const std::size_t comma = url.find(',');
  if (!StartsWithIgnoreCase(url, kScheme) || comma == std::string_view::npos) {
    return Flaw("must be an uploaded part or a base64 data URL (\"data:image/png;base64,...\")");
  }
  const std::string flaw = ReadParameters(url.substr(kScheme.size(), comma - kScheme.size()), file);
  if (!flaw.empty()) return Flaw("is a data URL that " + flaw);
  std::optional<std::string> content = Base64Decode(url.substr(comma + 1));
  if (!content) {
    return Flaw("is a data URL whose content is not base64 (RFC 4648 section 4, without blanks)");
  }
  file.size = content->size();
  file.content = std::move(*content);
  return file;
}

}  // namespace sallyport::request
