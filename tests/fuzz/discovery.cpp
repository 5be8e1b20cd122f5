// A discovery document of one issuer; the same text as an issuer: no endpoint is taken that is not
// https, and the documents are asked for at the issuer's own origin.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/oauth/discovery.h"

using namespace sallyport;
using namespace sallyport::oauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);

  if (const Result<Endpoints> endpoints = ReadDiscovery(text, "https://idp.example")) {
    for (const std::string& url :
         {endpoints->authorization_url, endpoints->token_url, endpoints->revocation_url}) {
      if (url.empty()) continue;
      const Result<http::Url> parsed = http::ParseUrl(url);
      FUZZ_REQUIRE(parsed && parsed->origin.scheme == "https" && parsed->ToString() == url);
    }
  } else {
    FUZZ_REQUIRE(http::IsFieldValue(endpoints.error().message()));
  }

  if (const Result<std::vector<http::Url>> urls = DiscoveryUrls(text)) {
    const Result<http::Url> issuer = http::ParseUrl(text);
    FUZZ_REQUIRE(issuer && urls->size() == 2);
    for (const http::Url& url : *urls) {
      FUZZ_REQUIRE(url.origin == issuer->origin && http::IsRequestTarget(url.path));
    }
  }
  return 0;
}
