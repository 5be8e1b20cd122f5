// Where a provider's endpoints are (RFC 8414, OpenID Connect Discovery 1.0). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/http/url.h"

namespace sallyport::oauth {

struct Endpoints {
  std::string authorization_url, token_url, revocation_url;  ///< "" = not offered
  bool sends_issuer = false;  ///< authorization_response_iss_parameter_supported (RFC 9207)
};

inline constexpr std::size_t kDiscoveryBytes = 1024 * 1024;

/// The documents to ask for, in order: OpenID's, then RFC 8414's (which puts the well-known part
/// before the issuer's path). Error: validation_failed for an issuer that is no URL or has a query.
[[nodiscard]] Result<std::vector<http::Url>> DiscoveryUrls(std::string_view issuer);

/// token_refresh_failed when it is no JSON object of at most kDiscoveryBytes, names another issuer
/// (compared byte for byte), or endpoints that are no http(s) URLs, or http ones of an https
/// issuer: the client's secret would go there in clear. The message is fit to show.
[[nodiscard]] Result<Endpoints> ReadDiscovery(std::string_view body, std::string_view issuer);

}  // namespace sallyport::oauth
