#include "sallyport/oauth/login_link.h"

#include <utility>

#include "sallyport/request/oauth_settings.h"

namespace sallyport::oauth {
namespace {

store::AuditEntry AuditOf(const LoginAsked& asked, const std::string& resource) {
  store::AuditEntry entry;
  entry.at = asked.at;
  entry.actor_kind = store::ToString(asked.caller.kind);
  entry.actor_id = asked.caller.id;
  entry.actor_name = asked.caller.name;
  entry.user = asked.caller.user.value_or("");
  entry.peer = asked.peer;
  entry.request_id = asked.request_id;
  entry.action = "connection.create";
  entry.object = resource;
  entry.change = Json::object();
  return entry;
}

}  // namespace

LoginRequest LoginFor(const store::ResourceEntry& entry, const request::CompiledResource& resource,
                      store::TokenOwnerId owner, const LoginAsked& asked) {
  LoginRequest request;
  request.resource_id = entry.id;
  request.resource = entry.slug;
  request.resource_name = resource.name;
  request.fingerprint = resource.oauth->fingerprint;
  request.owner = std::move(owner);
  request.user = asked.caller.user.value_or("");
  request.audit = AuditOf(asked, entry.slug);
  return request;
}

std::string LoginUrl(std::string_view public_url, std::string_view ticket) {
  return std::string(public_url) + "/connect/" + std::string(ticket);
}

}  // namespace sallyport::oauth
