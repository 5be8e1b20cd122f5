// Any split of a chunked body gives what the whole gives. The first byte of the input seeds the
// splits.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/http/chunked.h"

using namespace sallyport;
using namespace sallyport::http;

namespace {

struct Outcome {
  std::string data;
  std::size_t consumed = 0;
  bool done = false;
  bool failed = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds pieces of 1 to `largest` bytes, chosen by `seed`.
Outcome Decode(std::string_view body, std::size_t largest, std::uint32_t seed) {
  ChunkDecoder decoder(ErrorSource::kTarget);
  Outcome outcome;
  while (!body.empty() && !decoder.done()) {
    seed = seed * 1664525U + 1013904223U;
    const std::string piece(body.substr(0, 1 + (seed >> 16) % largest));
    std::string_view rest = piece;
    while (!rest.empty() && !decoder.done()) {
      const Result<ChunkDecoder::Step> step = decoder.Next(rest);
      if (!step) {
        // How far the data got before the flaw does not depend on the split; the count of bytes
        // looked at does.
        outcome.failed = true;
        outcome.consumed = 0;
        return outcome;
      }
      FUZZ_REQUIRE(step->consumed > 0 && step->consumed <= rest.size());
      FUZZ_REQUIRE(step->data.size() <= step->consumed);
      outcome.data += step->data;
      outcome.consumed += step->consumed;
      rest.remove_prefix(step->consumed);
      body.remove_prefix(step->consumed);
    }
  }
  outcome.done = decoder.done();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::uint32_t seed = data[0];

  const Outcome whole = Decode(body, SIZE_MAX, seed);
  FUZZ_REQUIRE(whole == Decode(body, 1, seed));
  FUZZ_REQUIRE(whole == Decode(body, 2, seed));
  FUZZ_REQUIRE(whole == Decode(body, 17, seed));
  if (whole.done) FUZZ_REQUIRE(body.substr(0, whole.consumed).ends_with("\r\n"));
  return 0;
}
