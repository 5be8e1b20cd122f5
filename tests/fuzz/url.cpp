// base URL, LF, path: whatever the path says, the joined URL keeps the origin, and the fence sees
// every dot segment that a target could decode.
#include <algorithm>
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"

using namespace sallyport;
using namespace sallyport::http;

namespace {

/// The plain way to judge: decode everything once, then look at the segments. It sees more than
/// the contract's rule, never less, except for text that decoding makes ('%23').
bool HasDotSegmentOnceDecoded(std::string_view path) {
  std::string decoded = PercentDecode(path);
  std::replace(decoded.begin(), decoded.end(), '\\', '/');
  for (const std::string_view segment : Split(decoded, '/')) {
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

void RequireNormal(const Url& url) {
  FUZZ_REQUIRE(url.path.starts_with('/') && IsRequestTarget(url.path));
  FUZZ_REQUIRE(url.query.empty() || IsRequestTarget(url.query));
  FUZZ_REQUIRE(!LeavesItsPlace(url.path));
  FUZZ_REQUIRE(WriteRequestHead("GET", url.path, url.origin.HostField(), {}));

  const Result<Url> again = ParseUrl(url.ToString());
  FUZZ_REQUIRE(again && again->origin == url.origin);
  FUZZ_REQUIRE(again->path == url.path && again->query == url.query);
}

void RequireFence(const Url& base, std::string_view path) {
  const bool leaves = LeavesItsPlace(path);
  if (HasDotSegmentOnceDecoded(path)) FUZZ_REQUIRE(leaves);
  if (leaves || path.find('?') != std::string_view::npos) return;

  for (const std::string& joined : {JoinPath(base.path, path), AppendPath(base.path, path)}) {
    FUZZ_REQUIRE(PathHasPrefix(joined, base.path));
    FUZZ_REQUIRE(!LeavesItsPlace(joined));
    const Result<Url> url = ParseUrl(base.origin.ToString() + joined);
    if (url) FUZZ_REQUIRE(url->origin == base.origin);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t lf = text.find('\n');
  const std::string_view path =
      lf == std::string::npos ? std::string_view() : std::string_view(text).substr(lf + 1);

  FUZZ_REQUIRE(PercentDecode(PercentEncode(path)) == path);
  for (const QueryPiece& piece : SplitQuery(path)) FUZZ_REQUIRE(!piece.raw.empty());

  const Result<Url> base = ParseUrl(std::string_view(text).substr(0, lf));
  if (!base) {
    FUZZ_REQUIRE(!base.error().message().empty());
    return 0;
  }
  RequireNormal(*base);
  RequireFence(*base, path);
  return 0;
}
