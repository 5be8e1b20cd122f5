#include "pipeline/envelope/shown_body.h"

#include <optional>
#include <utility>

#include "sallyport/base/json_scan.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/charset.h"

namespace sallyport::pipeline {
namespace {

/// Deeper JSON is shown as text: parsers of many languages give up at about a thousand.
constexpr std::size_t kDeepestJson = 512;

void Show(ShownBody& shown, BodyEncoding encoding, std::string_view content) {
  shown.encoding = encoding;
  shown.content = content;
}

void ShowConverted(ShownBody& shown, BodyEncoding encoding, std::string text) {
  shown.converted = std::move(text);
  Show(shown, encoding, shown.converted);
}

bool IsUtf8Name(std::string_view charset) { return charset == "utf-8" || charset == "utf8"; }

std::string_view WithoutUtf8Mark(std::string_view text) {
  return http::CharsetOfMark(text) == "utf-8" ? text.substr(3) : text;
}

/// The body in UTF-8, in `shown` as text; false when it is not of `charset`.
bool ShowAsCharset(std::string_view charset, std::string_view body, ShownBody& shown) {
  if (IsUtf8Name(charset)) {  // without a copy
    Show(shown, BodyEncoding::kText, WithoutUtf8Mark(body));
    return IsUtf8(body);
  }
  std::optional<std::string> text = http::ToUtf8(body, charset);
  if (!text) return false;
  ShowConverted(shown, BodyEncoding::kText, std::move(*text));
  return true;
}

void ShowText(std::string_view declared, std::string_view body, ShownBody& shown) {
  const std::string_view charset = declared.empty() ? http::CharsetOfMark(body) : declared;
  if (ShowAsCharset(charset.empty() ? "utf-8" : charset, body, shown)) return;
  if (declared.empty()) {
    ShowConverted(shown, BodyEncoding::kText, http::Latin1ToUtf8(body));
    shown.warning =
        "The target's text is not UTF-8 and its Content-Type names no charset: it was read as "
        "Latin-1.";
  } else {
    Show(shown, BodyEncoding::kBase64, body);
    shown.warning =
        "The target's text is shown as base64: the charset that its Content-Type names is unknown, "
        "or the bytes are not of it.";
  }
}

bool IsJson(std::string_view text) { return !ScanJson(text, kDeepestJson); }

void ShowJson(std::string_view declared, std::string_view body, ShownBody& shown) {
  // JSON is UTF-8 (RFC 8259 §8.1). A charset has a say only where it is another one.
  if (declared.empty() || IsUtf8Name(declared)) {
    const std::string_view json = WithoutUtf8Mark(body);
    if (IsJson(json)) return Show(shown, BodyEncoding::kJson, json);
  }
  ShowText(declared, body, shown);
  if (shown.encoding == BodyEncoding::kBase64) {
    // A charset that means nothing here does not make JSON something else.
    if (!IsJson(body)) return;
    shown.warning.clear();
    return Show(shown, BodyEncoding::kJson, body);
  }
  const bool guessed = !shown.warning.empty();
  if (!guessed && IsJson(shown.content)) {
    shown.encoding = BodyEncoding::kJson;
    return;
  }
  const std::string about_charset = std::exchange(
      shown.warning, "The target says that its body is JSON, but it is not: it is shown as text.");
  if (!about_charset.empty()) shown.warning += " " + about_charset;
}

}  // namespace

std::string_view ToString(BodyEncoding encoding) {
  switch (encoding) {
    case BodyEncoding::kJson:
      return "json";
    case BodyEncoding::kText:
      return "text";
    case BodyEncoding::kBase64:
      return "base64";
    default:
      return "none";
  }
}

void ShowBody(std::string_view content_type, std::string_view body, ShownBody& shown) {
  if (body.empty()) return;
  const http::MediaType type = http::ParseMediaType(content_type);
  if (http::IsJsonType(type.essence)) {
    ShowJson(type.charset, body, shown);
  } else if (http::IsTextType(type.essence)) {
    ShowText(type.charset, body, shown);
  } else {
    Show(shown, BodyEncoding::kBase64, body);
  }
}

}  // namespace sallyport::pipeline
