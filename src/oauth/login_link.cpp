#include "sallyport/oauth/login_link.h"

#include <utility>

#include "sallyport/request/oauth_settings.h"

namespace sallyport::oauth {

LoginRequest LoginFor(const store::ResourceEntry& entry, const request::CompiledResource& resource,
                      store::TokenOwnerId owner, const store::Caller& caller) {
  LoginRequest request;
  request.resource_id = entry.id;
  request.resource = entry.slug;
  request.resource_name = resource.name;
  request.fingerprint = resource.oauth->fingerprint;
  request.owner = std::move(owner);
  request.user = caller.user.value_or("");
  return request;
}

std::string LoginUrl(std::string_view public_url, std::string_view ticket) {
  return std::string(public_url) + "/connect/" + std::string(ticket);
}

}  // namespace sallyport::oauth
