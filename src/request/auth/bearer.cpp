// A fixed token in the Authorization field (RFC 6750 §2.1), with a prefix of the target's liking.
#include <utility>

#include "request/auth/kinds.h"
#include "request/auth/members.h"

namespace sallyport::request::auth {
namespace {

class BearerCredential final : public Credential {
 public:
  BearerCredential(std::string prefix, Secret token)
      : prefix_(std::move(prefix)), token_(std::move(token)) {}

  void Apply(CredentialSink& sink) const override {
    token_.Reveal([&](std::string_view token) {
      sink.SetHeader("Authorization", JoinPrefix(prefix_, token));
    });
  }

 private:
  std::string prefix_;
  Secret token_;
};

const schema::Object* Members() {
  static const schema::Object table{
      "BearerAuth",
      "A fixed token in the Authorization field.",
      {SecretMember("token", "The token, without prefix."),
       TextMember("prefix", "Bearer",
                  "Stands before the token. One blank follows it unless it is empty or ends in "
                  "'=', ':' or a blank (\"Token token=\").")}};
  return &table;
}

std::shared_ptr<const Credential> Make(const Json& auth, const store::Secrets& secrets) {
  return std::make_shared<BearerCredential>(Text(auth, "prefix"),
                                            SecretText(auth, secrets, "token"));
}

}  // namespace

AuthKind BearerKind() { return {"bearer", Members, NothingToCheck, Make}; }

}  // namespace sallyport::request::auth
