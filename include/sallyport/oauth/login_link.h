// A link to sign in with: what a ticket is made for, and the address that is handed out. Pure.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/oauth/logins.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/store/caller.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::oauth {

/// Who asks for a link: becomes the audit entry of the sign-in.
struct LoginAsked {
  const store::Caller& caller;
  std::string peer;  ///< the caller's address
  std::string request_id;
  SystemTime at;
};

/// Precondition: `resource` is what `entry` was compiled to and has oauth2. return_to and
/// message_origin are left to the caller.
[[nodiscard]] LoginRequest LoginFor(const store::ResourceEntry& entry,
                                    const request::CompiledResource& resource,
                                    store::TokenOwnerId owner, const LoginAsked& asked);

/// "{public_url}/connect/{ticket}"
[[nodiscard]] std::string LoginUrl(std::string_view public_url, std::string_view ticket);

}  // namespace sallyport::oauth
