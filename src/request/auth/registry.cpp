#include "request/auth/kinds.h"
#include "sallyport/request/credential.h"

namespace sallyport::request {

const std::vector<AuthKind>& AuthKinds() {
  static const std::vector<AuthKind> kinds{auth::NoneKind(), auth::BasicKind(), auth::BearerKind(),
                                           auth::ApiKeyKind(), auth::OAuth2Kind()};
  return kinds;
}

const AuthKind* FindAuthKind(std::string_view type) {
  for (const AuthKind& kind : AuthKinds()) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

}  // namespace sallyport::request
