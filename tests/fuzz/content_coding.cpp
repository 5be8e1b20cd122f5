// A decoder gives the same whatever the pieces, and never more than its limits allow. The first
// byte of the input chooses the coding, the second seeds the splits.
#include <algorithm>
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/http/content_coding.h"

using namespace sallyport;
using namespace sallyport::http;

namespace {

constexpr DecodeLimits kLimits{.bytes = 3 * 1024 * 1024, .ratio = 50};
constexpr std::size_t kStep = 16384;

struct Outcome {
  std::string text;
  int error = -1;
};

Outcome Decode(std::string_view coding, std::string_view encoded, std::size_t largest,
               std::uint32_t seed) {
  const std::unique_ptr<ContentDecoder> decoder = MakeDecoder(coding, kLimits);
  Outcome outcome;
  const auto failed = [&](const Error& error) {
    FUZZ_REQUIRE(error.kind() == ErrorKind::kDecodeFailed ||
                 error.kind() == ErrorKind::kUpstreamTooLarge);
    FUZZ_REQUIRE(outcome.text.size() <= kLimits.bytes + kStep);
    // How far the text got before a flaw depends on the split.
    return Outcome{"", static_cast<int>(error.kind())};
  };
  const std::size_t all = encoded.size();
  while (!encoded.empty()) {
    seed = seed * 1664525U + 1013904223U;
    const std::string piece(encoded.substr(0, 1 + (seed >> 16) % largest));
    encoded.remove_prefix(piece.size());
    if (const Result<void> decoded = decoder->Decode(piece, outcome.text); !decoded) {
      return failed(decoded.error());
    }
  }
  if (const Result<void> finished = decoder->Finish(); !finished) return failed(finished.error());
  FUZZ_REQUIRE(outcome.text.size() <= kLimits.bytes);
  FUZZ_REQUIRE(outcome.text.size() <= std::max<std::size_t>(1024 * 1024, all * kLimits.ratio));
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  constexpr std::string_view kCodings[] = {"gzip", "deflate", "br", ""};
  const std::string_view coding = kCodings[data[0] % 4];
  const std::string_view encoded(reinterpret_cast<const char*>(data) + 2, size - 2);

  const Outcome whole = Decode(coding, encoded, SIZE_MAX, data[1]);
  const Outcome pieces = Decode(coding, encoded, 7, data[1]);
  // Beyond a flaw and a limit at once, the split decides which is met first.
  FUZZ_REQUIRE(whole.text == pieces.text);
  FUZZ_REQUIRE((whole.error == -1) == (pieces.error == -1));
  return 0;
}
