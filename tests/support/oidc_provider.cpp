#include "support/oidc_provider.h"

#include <stdexcept>

#include "support/http_client.h"

namespace sallyport::test {

OidcProvider::OidcProvider() : server_("oidc_provider.js", "oidc-provider") {}

nlohmann::json OidcProvider::Control(const std::string& method, const std::string& path,
                                     const std::string& body) const {
  const HttpResponse response = HttpJson(method, url() + "/test/" + path, body);
  if (response.status == 200) return nlohmann::json::parse(response.body);
  throw std::runtime_error("the provider does not do " + path + ": " + response.error +
                           server_.output());
}

void OidcProvider::Set(const nlohmann::json& settings) const {
  (void)Control("POST", "settings", settings.dump());
}

nlohmann::json OidcProvider::Events(std::string_view name) const {
  nlohmann::json found = nlohmann::json::array();
  for (const nlohmann::json& event : Control("GET", "events")) {
    if (event["event"] == name) found.push_back(event);
  }
  return found;
}

void OidcProvider::ForgetEvents() const { (void)Control("DELETE", "events"); }

std::size_t OidcProvider::TokenRequests(std::string_view grant_type) const {
  std::size_t count = 0;
  for (const nlohmann::json& event : Events("token")) {
    if (event["params"].value("grant_type", "") == grant_type) ++count;
  }
  return count;
}

nlohmann::json OidcProvider::LiveTokens() const { return Control("GET", "tokens"); }
std::vector<std::string> OidcProvider::AllTokens() const {
  return Control("GET", "values").get<std::vector<std::string>>();
}

void OidcProvider::ExpireAccessTokens() const { (void)Control("POST", "expire"); }
void OidcProvider::RevokeGrants() const { (void)Control("POST", "revoke"); }

}  // namespace sallyport::test
