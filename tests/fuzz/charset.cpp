// Whatever the bytes and the charset's name, what comes out is UTF-8. The input is a media type, a
// line end and text.
#include <algorithm>
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/charset.h"

using namespace sallyport;
using namespace sallyport::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(input.find('\n'), size);
  const std::string_view text = input.substr(std::min(line_end + 1, size));

  const MediaType type = ParseMediaType(input.substr(0, line_end));
  FUZZ_REQUIRE(!type.essence.empty() || type.charset.empty());
  FUZZ_REQUIRE(type.essence.empty() || type.essence.find('/') != std::string::npos);

  for (const std::string_view charset :
       {std::string_view(type.charset), CharsetOfMark(text), std::string_view("utf-8"),
        std::string_view("utf-16"), std::string_view("windows-1252")}) {
    const std::optional<std::string> utf8 = ToUtf8(text, charset);
    FUZZ_REQUIRE(!utf8 || IsUtf8(*utf8));
  }
  FUZZ_REQUIRE(IsUtf8(Latin1ToUtf8(text)));
  FUZZ_REQUIRE(ToUtf8(text, "utf-8").has_value() == IsUtf8(text));
  return 0;
}
