// Where a provider's endpoints are: from the settings, else from its discovery document.
#include <utility>

#include "oauth/service/service_impl.h"
#include "sallyport/base/version.h"
#include "sallyport/http/field_lines.h"

namespace sallyport::oauth {
namespace {

constexpr std::chrono::hours kDiscoveryLifetime{1};
constexpr std::size_t kMostIssuers = 10'000;

/// A document that was fetched under one resource's TLS settings says nothing to another one's:
/// its settings may trust less.
std::string CacheKey(const request::CompiledResource& resource) {
  const std::string& issuer = resource.oauth->issuer;
  const Result<http::Url> url = http::ParseUrl(issuer);
  const bool own = url && request::IsTrusted(resource, url->origin);
  return issuer + "\n" + (own ? resource.tls.fingerprint : "");
}

Result<ProviderRequest> WriteDiscoveryRequest(const http::Url& url) {
  http::FieldLines fields;
  Result<void> added = fields.Add("Accept", "application/json");
  if (added) added = fields.Add("User-Agent", "sallyport/" + std::string(Version()));
  if (!added) return std::move(added).error();
  const std::string target = url.query.empty() ? url.path : url.path + "?" + url.query;
  Result<std::string> head = http::WriteRequestHead("GET", target, url.origin.HostField(), fields);
  if (!head) return std::move(head).error();
  ProviderRequest request;
  request.url = url;
  request.head = Secret(std::move(*head));
  return request;
}

/// Where both URLs are given nothing is asked of the issuer: it only says which `iss` is right.
bool IsDiscovered(const request::OAuthSettings& settings) {
  if (settings.issuer.empty()) return false;
  const bool signs_in = settings.grant == request::Grant::kAuthorizationCode;
  return settings.token_url.empty() || (signs_in && settings.authorization_url.empty());
}

void FillGap(std::string& place, const std::string& found) {
  if (place.empty()) place = found;
}

}  // namespace

Task<Result<Endpoints>> TokenService::Impl::EndpointsOf(ResourcePointer resource, Wanted wanted) {
  const request::OAuthSettings& settings = *resource->oauth;
  Endpoints endpoints;
  endpoints.authorization_url = settings.authorization_url;
  endpoints.token_url = settings.token_url;
  endpoints.revocation_url = settings.revocation_url;
  std::string& asked = wanted == Wanted::kToken           ? endpoints.token_url
                       : wanted == Wanted::kAuthorization ? endpoints.authorization_url
                                                          : endpoints.revocation_url;
  if (!asked.empty() || !IsDiscovered(settings)) co_return endpoints;
  Result<Endpoints> found = co_await Discover(resource);
  if (!found) co_return found.error();
  FillGap(endpoints.authorization_url, found->authorization_url);
  FillGap(endpoints.token_url, found->token_url);
  FillGap(endpoints.revocation_url, found->revocation_url);
  endpoints.sends_issuer = found->sends_issuer;
  // Without a revocation endpoint nothing is revoked; without the others nothing works.
  if (asked.empty() && wanted != Wanted::kRevocation) {
    co_return NoTokens("The issuer's discovery document names no " +
                       std::string(wanted == Wanted::kToken ? "token" : "authorization") +
                       " endpoint.");
  }
  co_return endpoints;
}

Task<Result<Endpoints>> TokenService::Impl::Discover(ResourcePointer resource) {
  const std::string key = CacheKey(*resource);
  const auto known = discovered_.find(key);
  if (known != discovered_.end() && clock_.Steady() - known->second.at < kDiscoveryLifetime) {
    co_return known->second.endpoints;
  }
  const auto start = [this, &resource] { return AskIssuer(resource); };
  const std::shared_ptr<const Result<Endpoints>> found = co_await discoveries_.Join(key, start);
  if (*found) {
    if (discovered_.size() >= kMostIssuers) discovered_.clear();
    discovered_[key] = {**found, clock_.Steady()};
  }
  co_return *found;
}

/// OpenID's document, else RFC 8414's. When neither is right the first one's fault is told.
Task<Result<Endpoints>> TokenService::Impl::AskIssuer(ResourcePointer resource) {
  Result<std::vector<http::Url>> urls = DiscoveryUrls(resource->oauth->issuer);
  if (!urls) co_return urls.error();
  std::optional<Error> first;
  for (const http::Url& url : *urls) {
    http::Url place = url;
    Result<Endpoints> found = co_await AskAt(resource, std::move(place));
    if (found) co_return found;
    if (!first) first = found.error();
  }
  co_return *first;
}

Task<Result<Endpoints>> TokenService::Impl::AskAt(ResourcePointer resource, http::Url url) {
  Result<ProviderRequest> request = WriteDiscoveryRequest(url);
  if (!request) co_return request.error();
  ProviderCall call;
  call.method = "GET";
  call.request = std::move(*request);
  call.max_bytes = kDiscoveryBytes;
  call.resource = resource;
  Result<ProviderReply> reply = co_await client_->Send(std::move(call));
  if (!reply && IsDenied(reply.error())) co_return AtProvider(reply.error(), "discovery URL");
  if (!reply) {
    co_return NoTokens("The issuer's discovery document cannot be read: " +
                       reply.error().message());
  }
  if (reply->status != 200) {
    co_return NoTokens("The issuer answers " + std::to_string(reply->status) + " at " +
                       url.ToString() + ", where its discovery document should be.");
  }
  co_return ReadDiscovery(reply->body, resource->oauth->issuer);
}

}  // namespace sallyport::oauth
