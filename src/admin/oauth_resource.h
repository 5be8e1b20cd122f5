// The resource of a sign-in call, judged: is it there, may the caller use it, does it have
// sign-ins?
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "admin/operation.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/oauth_settings.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::admin {

struct OAuthResource {
  std::shared_ptr<const store::ResourceEntry> entry;
  oauth::ResourcePointer resource;  ///< never null, has oauth2

  [[nodiscard]] const request::OAuthSettings& settings() const { return *resource->oauth; }
};

/// not_found for a resource that is not there or that the caller may not use (the two look alike);
/// conflict when it does not use oauth2; store_unavailable when its secrets do not open.
[[nodiscard]] Result<OAuthResource> FindOAuthResource(const Call& call, const std::string& slug);

/// conflict for client credentials: nobody signs in there.
[[nodiscard]] Result<void> JudgeHasSignIn(const OAuthResource& found);

/// forbidden unless the caller may sign in and disconnect.
[[nodiscard]] Result<void> JudgeMayConnect(const OAuthResource& found, const store::Caller& caller);

/// Does the set serve calls, if need be after a refresh?
[[nodiscard]] bool IsConnected(const store::TokenSet* tokens,
                               const request::OAuthSettings& settings, SystemTime now);

/// The set as GET /connection shows it; null: not connected.
[[nodiscard]] Json ConnectionView(const store::TokenSet* tokens,
                                  const request::OAuthSettings& settings, SystemTime now);

}  // namespace sallyport::admin
