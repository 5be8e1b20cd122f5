// HTTP Basic (RFC 7617), user and password as UTF-8.
#include <utility>

#include "request/auth/kinds.h"
#include "request/auth/members.h"
#include "sallyport/base/encoding.h"

namespace sallyport::request::auth {
namespace {

class BasicCredential final : public Credential {
 public:
  BasicCredential(std::string username, Secret password)
      : username_(std::move(username)), password_(std::move(password)) {}

  void Apply(CredentialSink& sink) const override {
    password_.Reveal([&](std::string_view password) {
      sink.SetHeader("Authorization",
                     "Basic " + Base64Encode(username_ + ":" + std::string(password)));
    });
  }

 private:
  std::string username_;
  Secret password_;
};

std::string UsernameRule(const Json& value) {
  if (!value.is_string()) return {};
  // RFC 7617 §2: the first colon ends the user name, so the target would read another one.
  if (value.get_ref<const std::string&>().find(':') != std::string::npos) {
    return "must not hold a colon: it separates user and password";
  }
  return HeaderTextRule(value);
}

const schema::Object* Members() {
  static const schema::Object table = [] {
    schema::Object object{"BasicAuth", "HTTP Basic (RFC 7617) in UTF-8.", {}};
    schema::Field username = TextMember("username", "", "May be empty; without a colon.");
    username.rule = UsernameRule;
    schema::Field password = TextMember("password", "", "May be empty.");
    password.secret = true;
    object.fields = {std::move(username), std::move(password)};
    return object;
  }();
  return &table;
}

std::shared_ptr<const Credential> Make(const Json& auth, const store::Secrets& secrets) {
  return std::make_shared<BasicCredential>(Text(auth, "username"),
                                           SecretText(auth, secrets, "password"));
}

}  // namespace

AuthKind BasicKind() { return {"basic", Members, NothingToCheck, Make}; }

}  // namespace sallyport::request::auth
