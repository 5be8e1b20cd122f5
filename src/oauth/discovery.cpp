#include "sallyport/oauth/discovery.h"

#include "oauth/reason.h"
#include "sallyport/base/json.h"

namespace sallyport::oauth {
namespace {

constexpr std::string_view kOpenId = "/.well-known/openid-configuration";
constexpr std::string_view kRfc8414 = "/.well-known/oauth-authorization-server";

Error Wrong(std::string_view what) {
  return Error(ErrorKind::kTokenRefreshFailed, ErrorSource::kTarget,
               "The issuer's discovery document " + std::string(what) + ".");
}

/// An endpoint of the document; "" when it is not there.
Result<std::string> ReadEndpoint(const Json& document, const std::string& name,
                                 std::string_view issuer_scheme) {
  const auto found = document.find(name);
  if (found == document.end() || found->is_null()) return std::string();
  if (!found->is_string()) return Wrong("is wrong: " + name + " is no text");
  const Result<http::Url> url = http::ParseUrl(found->get_ref<const std::string&>());
  if (!url) return Wrong("is wrong: " + name + " " + url.error().message());
  if (issuer_scheme == "https" && url->origin.scheme != "https") {
    return Wrong("is wrong: " + name + " is without https, unlike the issuer");
  }
  return url->ToString();
}

Result<Json> ReadDocument(std::string_view body, std::string_view issuer) {
  if (body.size() > kDiscoveryBytes) return Wrong("is larger than 1 MiB");
  Result<Json> document = ParseJson(body);
  if (!document || !document->is_object()) return Wrong("is no JSON object");
  const auto named = document->find("issuer");
  if (named == document->end() || !named->is_string()) return Wrong("does not name its issuer");
  if (named->get_ref<const std::string&>() == issuer) return document;
  return Wrong("names another issuer, " + CleanReason(named->get<std::string>(), {}) +
               "; the issuer must be given exactly so");
}

}  // namespace

Result<std::vector<http::Url>> DiscoveryUrls(std::string_view issuer) {
  Result<http::Url> url = http::ParseUrl(issuer);
  if (!url) {
    return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller,
                 "issuer " + url.error().message());
  }
  if (issuer.find('?') != std::string_view::npos) {
    return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller,
                 "issuer must not have a query");
  }
  std::string path = std::move(url->path);
  while (path.ends_with('/')) path.pop_back();
  http::Url open_id{url->origin, path + std::string(kOpenId), ""};
  http::Url rfc_8414{url->origin, std::string(kRfc8414) + path, ""};
  return std::vector<http::Url>{std::move(open_id), std::move(rfc_8414)};
}

Result<Endpoints> ReadDiscovery(std::string_view body, std::string_view issuer) {
  const Result<Json> document = ReadDocument(body, issuer);
  if (!document) return document.error();
  const Result<http::Url> issuer_url = http::ParseUrl(issuer);
  const std::string scheme = issuer_url ? issuer_url->origin.scheme : std::string();

  Endpoints endpoints;
  const std::pair<const char*, std::string*> members[] = {
      {"authorization_endpoint", &endpoints.authorization_url},
      {"token_endpoint", &endpoints.token_url},
      {"revocation_endpoint", &endpoints.revocation_url}};
  for (const auto& [name, place] : members) {
    Result<std::string> endpoint = ReadEndpoint(*document, name, scheme);
    if (!endpoint) return std::move(endpoint).error();
    *place = std::move(*endpoint);
  }
  const auto sends = document->find("authorization_response_iss_parameter_supported");
  endpoints.sends_issuer = sends != document->end() && *sends == true;
  return endpoints;
}

}  // namespace sallyport::oauth
