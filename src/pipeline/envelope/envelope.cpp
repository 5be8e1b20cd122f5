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

/// Writes members and elements in order, commas between them.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Open(char bracket) {
    out_ += bracket;
    first_ = true;
  }
  void Close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  /// A member's name, which needs no escaping, or an element's place.
  void Name(std::string_view name) {
    Element();
    out_.append(1, '"').append(name).append("\":");
  }
  void Element() {
    if (!first_) out_ += ',';
    first_ = false;
  }
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
  void Raw(std::string_view json) { out_ += json; }
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
  bool first_ = true;
};

void WriteHeaders(Writer& writer, const http::FieldViews& headers) {
  writer.Name("headers");
  writer.Open('[');
  for (const http::FieldView& field : headers) {
    writer.Element();
    writer.Open('[');
    writer.Element();
    writer.String(ToLowerAscii(field.name));
    writer.Element();
    writer.HeadText(field.value);
    writer.Close(']');
  }
  writer.Close(']');
}

void WriteBody(Writer& writer, const ShownBody& body) {
  writer.Name("body_encoding");
  writer.String(ToString(body.encoding));
  writer.Name("body");
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
  writer.Name("warnings");
  writer.Open('[');
  for (const std::string& warning : warnings) {
    writer.Element();
    writer.String(warning);
  }
  if (!last.empty()) {
    writer.Element();
    writer.String(last);
  }
  writer.Close(']');
}

void WriteTiming(Writer& writer, const net::CallTiming& timing, double total_ms) {
  writer.Name("timing");
  writer.Open('{');
  writer.Name("dns_ms");
  writer.Milliseconds(timing.dns_ms);
  writer.Name("connect_ms");
  writer.Milliseconds(timing.connect_ms);
  writer.Name("tls_ms");
  writer.Milliseconds(timing.tls_ms);
  writer.Name("first_byte_ms");
  writer.Milliseconds(timing.first_byte_ms);
  writer.Name("total_ms");
  writer.Milliseconds(total_ms);
  writer.Name("reused_connection");
  writer.Raw(timing.reused_connection ? "true" : "false");
  writer.Close('}');
}

void WriteRedirects(Writer& writer, const std::vector<ShownHop>& hops) {
  writer.Name("redirects");
  writer.Open('[');
  for (const ShownHop& hop : hops) {
    writer.Element();
    writer.Open('{');
    writer.Name("status");
    writer.Number(hop.status);
    writer.Name("url");
    writer.HeadText(hop.url);
    writer.Close('}');
  }
  writer.Close(']');
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
  writer.Open('{');
  writer.Name("status");
  writer.Number(parts.status);
  writer.Name("reason");
  writer.HeadText(parts.reason);
  WriteHeaders(writer, parts.headers);
  WriteBody(writer, body);
  writer.Name("size");
  writer.Number(parts.body.size());
  WriteWarnings(writer, parts.warnings, body.warning);
  writer.Name("request");
  writer.Raw(parts.request_json);
  WriteTiming(writer, parts.timing, parts.total_ms);
  WriteRedirects(writer, parts.redirects);
  writer.Name("attempts");
  writer.Number(parts.attempts);
  writer.Name("token");
  writer.String(ToString(parts.token));
  writer.Name("request_id");
  writer.String(parts.request_id);
  writer.Close('}');
  return out;
}

std::string RenderPreview(std::string_view request_json, const std::vector<std::string>& warnings,
                          std::string_view curl) {
  std::string out;
  out.reserve(256 + request_json.size() + curl.size());
  Writer writer(out);
  writer.Open('{');
  writer.Name("request");
  writer.Raw(request_json);
  WriteWarnings(writer, warnings, "");
  writer.Name("curl");
  writer.String(curl);
  writer.Close('}');
  return out;
}

}  // namespace sallyport::pipeline
