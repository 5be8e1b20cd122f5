// A head that the judge admits must be one that no other reader can understand differently.
#include <algorithm>
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"

using namespace sallyport;
using namespace sallyport::http;

namespace {

// Small limits, so that both sides of each are reached.
constexpr HeadLimits kLimits{512, 8, 64};

void RequireSameEndWhereverSplit(std::string_view bytes) {
  std::size_t once = 0;
  const std::optional<std::size_t> whole = FindHeadEnd(bytes, once);
  std::size_t scan_from = 0;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::optional<std::size_t> dripped = FindHeadEnd(bytes.substr(0, size), scan_from);
    if (!dripped) continue;
    FUZZ_REQUIRE(whole == dripped && *dripped == size);
    return;
  }
  FUZZ_REQUIRE(!whole);
}

void RequireStrictLines(std::string_view raw) {
  FUZZ_REQUIRE(raw.ends_with("\r\n\r\n"));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\n') FUZZ_REQUIRE(i > 0 && raw[i - 1] == '\r');
    if (raw[i] == '\r') FUZZ_REQUIRE(i + 1 < raw.size() && raw[i + 1] == '\n');
    FUZZ_REQUIRE(raw[i] != '\0');
  }
  FUZZ_REQUIRE(raw.find("\n ") == std::string_view::npos);
  FUZZ_REQUIRE(raw.find("\n\t") == std::string_view::npos);
}

void RequireOneFraming(const RequestHead& head) {
  const auto lengths = head.fields.FindAll("content-length");
  const auto codings = head.fields.FindAll("transfer-encoding");
  FUZZ_REQUIRE(lengths.size() + codings.size() <= 1);
  FUZZ_REQUIRE((head.framing == BodyFraming::kLength) == (lengths.size() == 1));
  FUZZ_REQUIRE((head.framing == BodyFraming::kChunked) == (codings.size() == 1));
  if (!codings.empty()) {
    FUZZ_REQUIRE(!head.http_1_0 && EqualsIgnoreCase(codings[0], "chunked"));
  }
  if (!lengths.empty()) FUZZ_REQUIRE(ParseUnsigned(lengths[0]) == head.content_length);
  FUZZ_REQUIRE(head.fields.FindAll("host").size() == 1 || head.http_1_0);
}

void RequireAdmitted(std::string_view raw, const RequestHead& head) {
  RequireStrictLines(raw);
  RequireOneFraming(head);
  FUZZ_REQUIRE(raw.size() <= kLimits.head_bytes && head.fields.size() <= kLimits.fields);
  FUZZ_REQUIRE(head.target.size() <= kLimits.target_bytes);
  FUZZ_REQUIRE(IsToken(head.method) && head.method != "CONNECT");
  FUZZ_REQUIRE(IsRequestTarget(head.target));
  FUZZ_REQUIRE(head.path.starts_with('/') || (head.path == "*" && head.method == "OPTIONS"));
  FUZZ_REQUIRE(head.path.find('?') == std::string_view::npos);

  // What was admitted can be written again: the writer is no stricter than the judge.
  FieldLines lines;
  for (const FieldView& field : head.fields) FUZZ_REQUIRE(lines.Add(field.name, field.value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of exactly this size, so that reading past the end is seen.
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  RequireSameEndWhereverSplit(bytes);

  (void)OversizedRequestHead(bytes, kLimits);
  std::size_t scan_from = 0;
  const std::size_t end = FindHeadEnd(bytes, scan_from).value_or(bytes.size());
  const std::string raw = bytes.substr(0, end);
  const Result<RequestHead> head = ParseRequestHead(raw, kLimits);
  if (head) {
    RequireAdmitted(raw, *head);
  } else {
    FUZZ_REQUIRE(!head.error().message().empty());
  }
  return 0;
}
