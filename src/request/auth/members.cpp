#include "request/auth/members.h"

#include <utility>

#include "sallyport/http/field_lines.h"

namespace sallyport::request::auth {

schema::Field TextMember(std::string name, std::string default_value, std::string doc) {
  schema::Field field;
  field.name = std::move(name);
  field.kind = schema::Kind::kString;
  field.doc = std::move(doc);
  field.default_value = std::move(default_value);
  field.rule = HeaderTextRule;
  return field;
}

schema::Field SecretMember(std::string name, std::string doc) {
  schema::Field field;
  field.name = std::move(name);
  field.kind = schema::Kind::kString;
  field.doc = std::move(doc);
  field.required = true;
  field.secret = true;
  field.min = 1;
  field.rule = HeaderTextRule;
  return field;
}

std::string HeaderTextRule(const Json& value) {
  if (!value.is_string()) return {};  // the type is judged by the table
  if (http::IsFieldValue(value.get_ref<const std::string&>())) return {};
  return "must not hold control bytes such as line breaks";
}

std::vector<Violation> NothingToCheck(const Json& /*auth*/) { return {}; }

std::string Text(const Json& auth, std::string_view name) {
  const auto found = auth.find(std::string(name));
  return found != auth.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Secret SecretText(const Json& auth, const store::Secrets& secrets, std::string_view name) {
  const auto stored = secrets.find("/auth/" + std::string(name));
  if (stored != secrets.end()) return stored->second;
  std::string plain = Text(auth, name);
  // The mask only says that something is stored: it is never a value.
  return plain == store::kMask ? Secret() : Secret(std::move(plain));
}

std::string JoinPrefix(std::string_view prefix, std::string_view value) {
  std::string joined(prefix);
  if (!prefix.empty()) {
    const char last = prefix.back();
    if (last != '=' && last != ':' && last != ' ' && last != '\t') joined += ' ';
  }
  joined += value;
  return joined;
}

}  // namespace sallyport::request::auth
