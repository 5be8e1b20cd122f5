// The first byte of the input picks the request's method; the rest is the target's head.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"

using namespace sallyport;
using namespace sallyport::http;

namespace {

constexpr HeadLimits kLimits{512, 8, 0};

void RequireAdmitted(const ResponseHead& head, bool to_head_request) {
  FUZZ_REQUIRE(head.status >= 100 && head.status <= 599);
  FUZZ_REQUIRE(IsFieldValue(head.reason));
  const auto lengths = head.fields.FindAll("content-length");
  const auto codings = head.fields.FindAll("transfer-encoding");
  FUZZ_REQUIRE(lengths.size() + codings.size() <= 1);

  const bool bodiless =
      to_head_request || head.status < 200 || head.status == 204 || head.status == 304;
  FUZZ_REQUIRE(bodiless == (head.framing == BodyFraming::kNone));
  if (head.framing == BodyFraming::kUntilClose) FUZZ_REQUIRE(!head.keep_alive && lengths.empty());
  if (head.framing == BodyFraming::kLength) {
    FUZZ_REQUIRE(lengths.size() == 1 && ParseUnsigned(lengths[0]) == head.content_length);
  }
  if (!codings.empty()) {
    FUZZ_REQUIRE(!head.http_1_0 && EqualsIgnoreCase(codings[0], "chunked"));
  }
  for (const FieldView& field : head.fields) {
    FUZZ_REQUIRE(IsToken(field.name) && IsFieldValue(field.value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool to_head_request = data[0] % 2 != 0;
  const std::string raw(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Result<ResponseHead> head =
      ParseResponseHead(raw, to_head_request ? "HEAD" : "GET", kLimits);
  if (head) {
    FUZZ_REQUIRE(raw.ends_with("\r\n\r\n"));
    RequireAdmitted(*head, to_head_request);
  } else {
    FUZZ_REQUIRE(head.error().kind() == ErrorKind::kUpstreamProtocolError ||
                 head.error().kind() == ErrorKind::kUpstreamTooLarge);
  }
  return 0;
}
