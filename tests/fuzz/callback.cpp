// The query that a browser comes back with; the same text as return_to: whatever it says, the
// browser goes to a listed origin or nowhere.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/oauth/authorization.h"

using namespace sallyport;
using namespace sallyport::oauth;

namespace {

void RequireCallback(const Callback& callback) {
  FUZZ_REQUIRE(!callback.state.empty());
  const std::string problem = CallbackProblem(callback);
  FUZZ_REQUIRE(!callback.code.empty() || !problem.empty() || !callback.error.empty());
  FUZZ_REQUIRE(IsUtf8(problem) && http::IsFieldValue(problem));
  FUZZ_REQUIRE(!CheckIssuer(callback, "https://idp.example", true) ||
               callback.issuer == "https://idp.example");
}

void RequireTarget(const std::string& target) {
  const Result<http::Url> url = http::ParseUrl(target.substr(0, target.find('#')));
  FUZZ_REQUIRE(url);
  const std::string origin = url->origin.ToString();
  FUZZ_REQUIRE(origin == "https://admin.example" || origin == "https://gw.example");
  FUZZ_REQUIRE(target == origin || target.starts_with(origin + "/"));
  for (const char c : target) FUZZ_REQUIRE(c > ' ' && c < 0x7F && c != '\\');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const Result<Callback> callback = ReadCallback(text)) RequireCallback(*callback);

  const std::vector<std::string> allowed{"https://admin.example"};
  const Result<std::string> target = JudgeReturnTo(text, "https://gw.example", allowed);
  if (target) RequireTarget(*target);
  const Result<std::string> origin = MessageOrigin(text, text, "https://gw.example", allowed);
  if (origin) FUZZ_REQUIRE(*origin == "https://admin.example" || *origin == "https://gw.example");
  return 0;
}
