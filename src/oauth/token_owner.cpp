#include "sallyport/oauth/token_owner.h"

namespace sallyport::oauth {

using request::Grant;
using request::TokenOwner;
using store::OwnerKind;
using store::TokenOwnerId;

Result<TokenOwnerId> OwnerFor(const request::OAuthSettings& settings, const store::Caller& caller) {
  if (settings.grant == Grant::kClientCredentials) return TokenOwnerId{OwnerKind::kClient, ""};
  if (settings.owner == TokenOwner::kShared) return TokenOwnerId{OwnerKind::kShared, ""};
  if (settings.owner == TokenOwner::kPerSession && caller.kind == store::CallerKind::kSession) {
    return TokenOwnerId{OwnerKind::kSession, caller.id};
  }
  if (caller.user && !caller.user->empty()) return TokenOwnerId{OwnerKind::kUser, *caller.user};
  const std::string message =
      "is required: this resource keeps OAuth tokens per user, so say for whom the call is made";
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, "Sallyport-User " + message)
      .WithHint("send the header Sallyport-User, or call with a user's session")
      .WithViolation({"/Sallyport-User", "required", message});
}

bool MayConnect(const request::OAuthSettings& settings, const store::Caller& caller) {
  if (caller.is_admin()) return true;
  return settings.grant == Grant::kAuthorizationCode && settings.owner != TokenOwner::kShared;
}

}  // namespace sallyport::oauth
