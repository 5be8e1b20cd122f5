// Failures around tokens in the words of whoever has to do something about them.
#include <utility>

#include "oauth/service/service_impl.h"

namespace sallyport::oauth {

Error AtProvider(Error error, std::string_view place) {
  if (!IsDenied(error)) return error;
  std::string message = "The identity provider's " + std::string(place) +
                        " is at an address that this gateway does not call: " + error.message();
  // Without a hint no setting opens it: egress.deny names it, or it is the gateway itself.
  if (!error.hint().empty()) message += "; an administrator can allow it (egress.allow)";
  return Error(error.kind(), error.source(), message + ".")
      .WithDetail(error.detail())
      .WithHint(error.hint());
}

Error LoginRequired(const request::CompiledResource& resource, std::string what) {
  const bool shared = resource.oauth->owner == request::TokenOwner::kShared;
  std::string hint = "open login_url in the user's browser to sign in";
  if (shared) {
    // Only an administrator's answer has a login_url.
    what += ". Its tokens are for everybody: an administrator has to sign in there";
    hint = "an administrator opens login_url, or asks POST /api/v1/resources/" + resource.slug +
           "/login for a link to sign in with";
  }
  return Error(ErrorKind::kLoginRequired, ErrorSource::kGateway, what + ".")
      .WithHint(std::move(hint));
}

}  // namespace sallyport::oauth
