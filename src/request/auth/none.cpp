// No credential.
#include "request/auth/kinds.h"
#include "request/auth/members.h"

namespace sallyport::request::auth {
namespace {

class NoCredential final : public Credential {
 public:
  void Apply(CredentialSink& /*sink*/) const override {}
};

const schema::Object* Members() {
  static const schema::Object table{"NoneAuth", "Calls carry no credential.", {}};
  return &table;
}

std::shared_ptr<const Credential> Make(const Json& /*auth*/, const store::Secrets& /*secrets*/) {
  return std::make_shared<NoCredential>();
}

}  // namespace

AuthKind NoneKind() { return {"none", Members, NothingToCheck, Make}; }

}  // namespace sallyport::request::auth
