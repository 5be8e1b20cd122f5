#include "request/applied_credential.h"

#include <algorithm>

#include "sallyport/base/strings.h"
#include "sallyport/request/oauth_settings.h"

namespace sallyport::request {
namespace {

bool HasExact(const AppliedCredential::Items& items, std::string_view name) {
  return std::any_of(items.begin(), items.end(),
                     [&](const AppliedCredential::Item& item) { return item.name == name; });
}

}  // namespace

bool AppliedCredential::HasHeader(std::string_view name) const {
  if (!reserved_header_.empty() && EqualsIgnoreCase(reserved_header_, name)) return true;
  return std::any_of(headers_.begin(), headers_.end(),
                     [&](const Item& item) { return EqualsIgnoreCase(item.name, name); });
}

bool AppliedCredential::HasParam(std::string_view name) const { return HasExact(params_, name); }

bool AppliedCredential::HasCookie(std::string_view name) const { return HasExact(cookies_, name); }

AppliedCredential CredentialOf(const CompiledResource& resource, const Secret* access_token,
                               bool has_placeholders) {
  AppliedCredential credential;
  resource.credential->Apply(credential);
  if (resource.oauth && access_token != nullptr) {
    AttachToken(resource.oauth->attach, has_placeholders, *access_token, credential);
  }
  return credential;
}

}  // namespace sallyport::request
