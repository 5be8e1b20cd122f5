// Status class (one byte), then a token endpoint's answer: nothing is granted that cannot be sent,
// and no reason shows a token.
#include <algorithm>
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/oauth/token_exchange.h"

using namespace sallyport;
using namespace sallyport::oauth;

namespace {

constexpr std::string_view kSent = "s3nt-t0ken";

void RequireGrant(const TokenAnswer& answer) {
  const Granted& granted = *answer.granted;
  FUZZ_REQUIRE(answer.reason.empty());
  granted.tokens.access_token.Reveal([](std::string_view token) {
    FUZZ_REQUIRE(!token.empty());
    FUZZ_REQUIRE(http::IsFieldValue(token));
  });
  if (granted.expires_in) {
    FUZZ_REQUIRE(*granted.expires_in > 0 && *granted.expires_in <= 315'360'000);
  }
}

void RequireReason(const std::string& reason) {
  FUZZ_REQUIRE(!reason.empty());
  FUZZ_REQUIRE(IsUtf8(reason));
  const auto characters = std::count_if(reason.begin(), reason.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  FUZZ_REQUIRE(characters <= 200);
  for (const char c : reason) FUZZ_REQUIRE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  FUZZ_REQUIRE(reason.find(kSent) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const int status = 100 + data[0] % 5 * 100;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const TokenAnswer answer =
      ReadTokenAnswer(status, body, request::OAuthSettings(), {Secret(std::string(kSent))});
  if (answer.granted) {
    FUZZ_REQUIRE(status == 200);
    RequireGrant(answer);
  } else {
    RequireReason(answer.reason);
  }
  return 0;
}
