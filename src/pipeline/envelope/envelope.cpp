#include "pipeline/envelope/envelope.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "pipeline/envelope/shown_body.h"
#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/charset.h"
#include "sallyport/request/value.h"

namespace sallyport::pipeline {
namespace {

/// Appends to the JSON under way. What never changes stands in Raw().
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Raw(std::string_view json) { out_ += json; }
  void String(std::string_view utf8) {
    out_ += '"';
    request::AppendJsonEscaped(out_, utf8);
    out_ += '"';
  }
  /// Text of a head: what is no UTF-8 is Latin-1, which old servers send.
  void HeadText(std::string_view text) {
    if (IsUtf8(text)) {
      String(text);
    } else {
      String(http::Latin1ToUtf8(text));
    }
  }
  void Base64(std::string_view bytes) {
    out_ += '"';
    AppendBase64(out_, bytes);
    out_ += '"';
  }
  template <typename Integer>
  void Number(Integer value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }
  /// At most three decimals, none where they are zero: 0, 12, 0.5, 14.031.
  void Milliseconds(double value) {
    constexpr double kLongest = 1e12;  // keeps the count of microseconds within its type
    const double sane = value > 0 ? std::min(value, kLongest) : 0;  // a NaN is 0 too
    const auto microseconds = static_cast<std::uint64_t>(std::llround(sane * 1000));
    Number(microseconds / 1000);
    if (microseconds % 1000 == 0) return;
    std::string decimals = std::to_string(1000 + microseconds % 1000);
    decimals.front() = '.';
    out_.append(decimals, 0, decimals.find_last_not_of('0') + 1);
  }

 private:
  std::string& out_;
};

void WriteHeaders(Writer& writer, const http::FieldViews& headers) {
  std::string_view separator;
  for (const http::FieldView& field : headers) {
    writer.Raw(separator);
    writer.Raw("[");
    writer.String(ToLowerAscii(field.name));
    writer.Raw(",");
    writer.HeadText(field.value);
    writer.Raw("]");
    separator = ",";
  }
}

void WriteBody(Writer& writer, const ShownBody& body) {
  switch (body.encoding) {
    case BodyEncoding::kJson:
      return writer.Raw(body.content);
    case BodyEncoding::kText:
      return writer.String(body.content);
    case BodyEncoding::kBase64:
      return writer.Base64(body.content);
    case BodyEncoding::kNone:
      return writer.Raw("null");
  }
}

void WriteWarnings(Writer& writer, const std::vector<std::string>& warnings,
                   std::string_view last) {
  std::string_view separator;
  for (const std::string& warning : warnings) {
    writer.Raw(separator);
    writer.String(warning);
    separator = ",";
  }
  if (last.empty()) return;
  writer.Raw(separator);
  writer.String(last);
}

void WriteTiming(Writer& writer, const net::CallTiming& timing, double total_ms) {
  writer.Raw(R"({"dns_ms":)");
  writer.Milliseconds(timing.dns_ms);
  writer.Raw(R"(,"connect_ms":)");
  writer.Milliseconds(timing.connect_ms);
  writer.Raw(R"(,"tls_ms":)");
  writer.Milliseconds(timing.tls_ms);
  writer.Raw(R"(,"first_byte_ms":)");
  writer.Milliseconds(timing.first_byte_ms);
  writer.Raw(R"(,"total_ms":)");
  writer.Milliseconds(total_ms);
  writer.Raw(R"(,"reused_connection":)");
  writer.Raw(timing.reused_connection ? "true}" : "false}");
}

void WriteRedirects(Writer& writer, const std::vector<ShownHop>& hops) {
  std::string_view separator;
  for (const ShownHop& hop : hops) {
    writer.Raw(separator);
    writer.Raw(R"({"status":)");
    writer.Number(hop.status);
    writer.Raw(R"(,"url":)");
    writer.HeadText(hop.url);
    writer.Raw("}");
    separator = ",";
  }
}

/// A guess that is rarely too small: escaping makes text a little longer, base64 by a third.
std::size_t ExpectedSize(const EnvelopeParts& parts, const ShownBody& body) {
  std::size_t size = 1024 + parts.request_json.size();
  for (const http::FieldView& field : parts.headers) {
    size += field.name.size() + field.value.size() + 16;
  }
  const std::size_t content = body.content.size();
  if (body.encoding == BodyEncoding::kText) return size + content + content / 16;
  if (body.encoding == BodyEncoding::kBase64) return size + content / 3 * 4;
  return size + content;
}

}  // namespace

std::string_view ToString(TokenUse use) {
  switch (use) {
    case TokenUse::kCached:
      return "cached";
    case TokenUse::kRefreshed:
      return "refreshed";
    default:
      return "none";
  }
}

std::string RenderEnvelope(const EnvelopeParts& parts) {
  ShownBody body;
  ShowBody(parts.left_encoded ? std::string_view() : parts.content_type, parts.body, body);

  std::string out;
  out.reserve(ExpectedSize(parts, body));
  Writer writer(out);
  writer.Raw(R"({"status":)");
  writer.Number(parts.status);
  writer.Raw(R"(,"reason":)");
  writer.HeadText(parts.reason);
  writer.Raw(R"(,"headers":[)");
  WriteHeaders(writer, parts.headers);
  writer.Raw(R"(],"body_encoding":")");
  writer.Raw(ToString(body.encoding));
  writer.Raw(R"(","body":)");
  WriteBody(writer, body);
  writer.Raw(R"(,"size":)");
  writer.Number(parts.body.size());
  writer.Raw(R"(,"warnings":[)");
  WriteWarnings(writer, parts.warnings, body.warning);
  writer.Raw(R"(],"request":)");
  writer.Raw(parts.request_json);
  writer.Raw(R"(,"timing":)");
  WriteTiming(writer, parts.timing, parts.total_ms);
  writer.Raw(R"(,"redirects":[)");
  WriteRedirects(writer, parts.redirects);
  writer.Raw(R"(],"attempts":)");
  writer.Number(parts.attempts);
  writer.Raw(R"(,"token":")");
  writer.Raw(ToString(parts.token));
  writer.Raw(R"(","request_id":)");
  writer.String(parts.request_id);
  writer.Raw("}");
  return out;
}

std::string RenderPreview(std::string_view request_json, const std::vector<std::string>& warnings,
                          std::string_view curl) {
  std::string out;
  out.reserve(256 + request_json.size() + curl.size());
  Writer writer(out);
  writer.Raw(R"({"request":)");
  writer.Raw(request_json);
  writer.Raw(R"(,"warnings":[)");
  WriteWarnings(writer, warnings, "");
  writer.Raw(R"(],"curl":)");
  writer.String(curl);
  writer.Raw("}");
  return out;
}

}  // namespace sallyport::pipeline
