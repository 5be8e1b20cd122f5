// Whose tokens a caller uses at a resource, and who may sign in for them (contract section 7).
// Pure.
#pragma once

#include "sallyport/base/result.h"
#include "sallyport/request/oauth_settings.h"
#include "sallyport/store/caller.h"
#include "sallyport/store/token_set.h"

namespace sallyport::oauth {

/// Client credentials belong to the client, shared tokens to all, per_user ones to the caller's
/// user, per_session ones to the caller's session; an API key has no session, so that its user
/// counts. validation_failed on `Sallyport-User` when a user is needed and there is none.
[[nodiscard]] Result<store::TokenOwnerId> OwnerFor(const request::OAuthSettings& settings,
                                                   const store::Caller& caller);

/// May this caller sign in and disconnect? Shared tokens are for admins. Whoever may not gets no
/// login_url either. (Client credentials have no sign-in; disconnecting them is for admins, too.)
[[nodiscard]] bool MayConnect(const request::OAuthSettings& settings, const store::Caller& caller);

}  // namespace sallyport::oauth
