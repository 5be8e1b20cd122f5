// A key in a header, query parameter or cookie of a name that the target chose.
#include <utility>

#include "request/auth/kinds.h"
#include "request/auth/members.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/request/own_fields.h"

namespace sallyport::request::auth {
namespace {

enum class Place : std::uint8_t { kHeader, kQuery, kCookie };

Place PlaceOf(const Json& auth) {
  const std::string send_as = Text(auth, "send_as");
  if (send_as == "query") return Place::kQuery;
  return send_as == "cookie" ? Place::kCookie : Place::kHeader;
}

class ApiKeyCredential final : public Credential {
 public:
  ApiKeyCredential(Place place, std::string name, std::string prefix, Secret value)
      : place_(place),
        name_(std::move(name)),
        prefix_(std::move(prefix)),
        value_(std::move(value)) {}

  void Apply(CredentialSink& sink) const override {
    value_.Reveal([&](std::string_view value) {
      switch (place_) {
        case Place::kHeader:
          return sink.SetHeader(name_, JoinPrefix(prefix_, value));
        case Place::kQuery:
          return sink.SetParam(name_, prefix_ + std::string(value));
        case Place::kCookie:
          return sink.SetCookie(name_, prefix_ + std::string(value));
      }
    });
  }

 private:
  Place place_;
  std::string name_;
  std::string prefix_;
  Secret value_;
};

std::vector<Violation> CheckName(const Json& auth) {
  const std::string name = Text(auth, "name");
  const Place place = PlaceOf(auth);
  if (place == Place::kQuery) return {};  // any name: it is percent-encoded
  if (!http::IsToken(name)) {
    return {{"/name", "format",
             "must be a token (letters, digits and !#$%&'*+-.^_`|~) to be a header or cookie"}};
  }
  if (place == Place::kHeader &&
      (IsOwnField(name) || EqualsIgnoreCase(name, "Via") || EqualsIgnoreCase(name, "Cookie"))) {
    return {{"/name", "reserved",
             "is a field that the gateway writes itself; use another header or send_as"}};
  }
  return {};
}

const schema::Object* Members() {
  static const schema::Object table = [] {
    schema::Object object{"ApiKeyAuth", "A key in a header, query parameter or cookie.", {}};
    schema::Field send_as = TextMember("send_as", "header", "Where the key goes.");
    send_as.choices = {"header", "query", "cookie"};
    schema::Field name;
    name.name = "name";
    name.doc = "Of the header, parameter or cookie; it replaces every row of that name.";
    name.required = true;
    name.min = 1;
    name.max = 256;
    object.fields = {
        std::move(send_as), std::move(name), SecretMember("value", "The key."),
        TextMember("prefix", "",
                   "Stands before the value: in a header one blank follows it unless it is empty "
                   "or ends in '=', ':' or a blank; in a query or cookie nothing is added.")};
    return object;
  }();
  return &table;
}

std::shared_ptr<const Credential> Make(const Json& auth, const store::Secrets& secrets) {
  return std::make_shared<ApiKeyCredential>(PlaceOf(auth), Text(auth, "name"), Text(auth, "prefix"),
                                            SecretText(auth, secrets, "value"));
}

}  // namespace

AuthKind ApiKeyKind() { return {"api_key", Members, CheckName, Make}; }

}  // namespace sallyport::request::auth
