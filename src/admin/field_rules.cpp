#include "admin/field_rules.h"

#include <algorithm>

#include "admin/session_cookie.h"
#include "admin/time_text.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/pem.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "sallyport/request/own_fields.h"

namespace sallyport::admin {
namespace {

const std::string& TextOf(const Json& value) { return value.get_ref<const std::string&>(); }

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsAlphanumeric(char c) { return IsLowerOrDigit(ToLowerAscii(c)); }

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

constexpr std::size_t kMaxSlug = 63;

bool IsSlug(const std::string& text) {
  if (text.empty() || text.size() > kMaxSlug || !IsLowerOrDigit(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLowerOrDigit(c) || c == '_' || c == '-'; });
}

}  // namespace

std::string SlugRule(const Json& value) {
  if (IsSlug(TextOf(value))) return {};
  return "must be 1 to 63 of a-z, 0-9, '_' and '-', and begin with a letter or digit";
}

std::string UrlRule(const Json& value) {
  const Result<http::Url> url = http::ParseUrl(TextOf(value));
  return url ? std::string() : url.error().message();
}

std::string UrlTemplateRule(const Json& value) {
  return TextOf(value).find("{{") == std::string::npos ? UrlRule(value) : std::string();
}

std::string OriginRule(const Json& value) {
  const Result<http::Origin> origin = http::ParseOrigin(TextOf(value));
  return origin ? std::string() : origin.error().message();
}

std::string HeaderNameRule(const Json& value) {
  const std::string& name = TextOf(value);
  if (!http::IsToken(name)) {
    return "must be a field name: letters, digits and !#$%&'*+-.^_`|~, without blanks or colon";
  }
  if (request::IsOwnField(name)) {
    return "must not be " + name +
           ": the gateway writes Host, Content-Length, Transfer-Encoding, Expect, "
           "Connection and other hop-by-hop fields itself ('_' counts as '-')";
  }
  return {};
}

std::string HeaderValueRule(const Json& value) {
  if (http::IsFieldValue(TextOf(value))) return {};
  return "must not hold line breaks or other control bytes than a tab";
}

std::string CookieNameRule(const Json& value) {
  if (http::IsToken(TextOf(value))) return {};
  return "must be a cookie name: letters, digits and !#$%&'*+-.^_`|~";
}

std::string ForwardCookieRule(const Json& value) {
  if (IsSessionCookieName(TextOf(value))) {
    return "must not be the gateway's own session cookie, which never goes to a target";
  }
  return CookieNameRule(value);
}

std::string QueryMethodRule(const Json& value) {
  const std::string& method = TextOf(value);
  if (!http::IsToken(method)) {
    return "must be a method such as GET: letters, digits and !#$%&'*+-.^_`|~, without blanks";
  }
  if (EqualsIgnoreCase(method, "CONNECT") || EqualsIgnoreCase(method, "TRACE")) {
    return "must not be CONNECT or TRACE: they are never forwarded";
  }
  return {};
}

std::string MethodRule(const Json& value) {
  const std::string& method = TextOf(value);
  if (!http::IsToken(method) || method == "*") {
    return "must be a method such as GET; list every method that is allowed";
  }
  std::string problem = QueryMethodRule(value);
  if (!problem.empty()) return problem;
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method != known && EqualsIgnoreCase(method, known)) {
      return "must be written " + std::string(known) + ": methods are case-sensitive";
    }
  }
  return {};
}

std::string ContentTypeRule(const Json& value) {
  const std::string& text = TextOf(value);
  const std::string_view type = TrimOws(std::string_view(text).substr(0, text.find(';')));
  const std::size_t slash = type.find('/');
  const bool media_type = slash != std::string_view::npos && http::IsToken(type.substr(0, slash)) &&
                          http::IsToken(type.substr(slash + 1));
  if (media_type && http::IsFieldValue(text)) return {};
  return "must be a media type such as text/plain; charset=utf-8";
}

std::string InputNameRule(const Json& value) {
  const std::string& name = TextOf(value);
  // As the first part of a placeholder: a dot would lead into an object.
  const bool word = std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlphanumeric(c) || c == '_' || c == '-' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  if (word && !name.empty()) return {};
  return "must be letters, digits, '_' and '-', to be written as {{ params.name }}";
}

std::string PathPrefixRule(const Json& value) {
  const std::string& path = TextOf(value);
  if (path.empty() || path.front() != '/') return "must begin with '/'";
  if (path.find('?') != std::string::npos) return "must be a path, without '?'";
  if (http::LeavesItsPlace(path)) return "must not hold dot segments, backslashes or '#'";
  if (std::any_of(path.begin(), path.end(), IsControl)) return "must not hold control bytes";
  return {};
}

std::string CertificatesRule(const Json& value) {
  const std::string problem = crypto::CheckCertificates(TextOf(value));
  return problem.empty() ? std::string() : "must be certificates in PEM: " + problem;
}

std::string PrivateKeyRule(const Json& value) {
  const std::string problem = crypto::CheckPrivateKey(TextOf(value));
  return problem.empty() ? std::string() : "must be an unencrypted private key in PEM: " + problem;
}

std::string ServerNameRule(const Json& value) {
  const std::string& name = TextOf(value);
  const bool host = std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == ':';
  });
  if (!name.empty() && host) return {};
  return "must be a host name or address such as api.example.com, without scheme, port or brackets";
}

std::string TimeRule(const Json& value) {
  if (ParseTime(TextOf(value))) return {};
  return "must be a time as in RFC 3339, such as 2030-01-31T12:00:00Z";
}

std::string UserRule(const Json& value) {
  const std::string& user = TextOf(value);
  if (std::none_of(user.begin(), user.end(), IsControl)) return {};
  return "must not hold control characters";
}

std::string ResourceNameRule(const Json& value) {
  if (TextOf(value) == "*" || IsSlug(TextOf(value))) return {};
  return "must be the slug of a resource, or \"*\" for all";
}

std::string VariablesRule(const Json& value) {
  for (const auto& [name, text] : value.items()) {
    const bool word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return IsAlphanumeric(c) || c == '_' || c == '-';
    });
    if (!word) {
      return "must have names of letters, digits, '_' and '-', to be written as {{ vars.name }}";
    }
  }
  return {};
}

schema::Field Text(std::string name, std::string doc) {
  schema::Field field;
  field.name = std::move(name);
  field.kind = schema::Kind::kString;
  field.doc = std::move(doc);
  return field;
}

schema::Field Flag(std::string name, bool default_value, std::string doc) {
  schema::Field field = Text(std::move(name), std::move(doc));
  field.kind = schema::Kind::kBoolean;
  field.default_value = default_value;
  return field;
}

schema::Field Integer(std::string name, std::int64_t min, std::int64_t max, std::string doc) {
  schema::Field field = Text(std::move(name), std::move(doc));
  field.kind = schema::Kind::kInteger;
  field.min = min;
  field.max = max;
  return field;
}

schema::Field Part(std::string name, const schema::Object& table) {
  schema::Field field = Text(std::move(name), table.doc);
  field.kind = schema::Kind::kObject;
  field.object = &table;
  return field;
}

schema::Field Texts(std::string name, Json default_value, schema::Rule rule, std::string doc) {
  schema::Field field = Text(std::move(name), std::move(doc));
  field.kind = schema::Kind::kArray;
  field.default_value = std::move(default_value);
  field.element = std::make_shared<schema::Field>(Text("", ""));
  field.element->rule = std::move(rule);
  return field;
}

schema::Field OrNull(schema::Field field) {
  field.nullable = true;
  return field;
}

schema::Field Time(std::string name, std::string doc) {
  schema::Field field = Text(std::move(name), std::move(doc));
  field.format = "date-time";
  return field;
}

schema::Field Rows(std::string name, std::string doc) {
  schema::Field field = Text(std::move(name), std::move(doc));
  field.kind = schema::Kind::kRows;
  field.default_value = Json::array();
  return field;
}

schema::Field HeaderRows(std::string doc) {
  schema::Field field = Rows("headers", std::move(doc));
  field.names_without_case = true;
  field.row_name = HeaderNameRule;
  field.row_value = HeaderValueRule;
  return field;
}

schema::Field CookieRows(std::string doc) {
  schema::Field field = Rows("cookies", std::move(doc));
  field.row_name = CookieNameRule;
  return field;
}

schema::Field Always(schema::Field field) {
  field.required = true;
  return field;
}

schema::Field Choice(std::string name, std::vector<std::string> choices, std::string doc) {
  schema::Field field = Always(Text(std::move(name), std::move(doc)));
  field.choices = std::move(choices);
  return field;
}

schema::Object Table(std::string name, std::string doc, std::vector<schema::Field> fields) {
  schema::Object object;
  object.name = std::move(name);
  object.doc = std::move(doc);
  object.fields = std::move(fields);
  return object;
}

schema::Field ReadOnly(schema::Field field) {
  field.read_only = true;
  return field;
}

}  // namespace sallyport::admin
