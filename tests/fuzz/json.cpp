// What the strict reader admits is JSON for the library too, and survives being written and read.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"

using namespace sallyport;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kDepth = 8;

  const Result<Json> value = ParseJson(text, kDepth);
  if (!value) {
    FUZZ_REQUIRE(value.error().kind() == ErrorKind::kMalformedJson);
    FUZZ_REQUIRE(!value.error().message().empty());
    return 0;
  }
  FUZZ_REQUIRE(Json::accept(text));
  FUZZ_REQUIRE(IsUtf8(text));

  const std::string written = DumpJson(*value);
  const Result<Json> again = ParseJson(written, kDepth);
  FUZZ_REQUIRE(again);
  FUZZ_REQUIRE(DumpJson(*again) == written);
  return 0;
}
