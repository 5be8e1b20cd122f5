#include "admin/resource_table.h"

#include "admin/field_rules.h"
#include "admin/shared_fields.h"
#include "sallyport/request/credential.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

constexpr std::int64_t kMaxUrl = 8192;
constexpr std::int64_t kMaxPem = 1024 * 1024;
constexpr std::int64_t kMaxConnectMs = 300'000;  // 5 minutes
constexpr std::int64_t kMaxServerName = 253;     // RFC 1035

Field Url(std::string name, std::string doc) {
  Field field = Text(std::move(name), std::move(doc));
  field.trim = true;
  field.min = 1;
  field.max = kMaxUrl;
  field.rule = UrlTemplateRule;
  field.format = "uri";
  return field;
}

Field Pem(std::string name, schema::Rule rule, std::string doc) {
  Field field = OrNull(Text(std::move(name), std::move(doc)));
  field.max = kMaxPem;
  field.rule = std::move(rule);
  return field;
}

void CertificateNeedsKey(const Json& tls, const std::string& pointer,
                         std::vector<Violation>& violations) {
  const bool certificate = tls["client_cert_pem"].is_string();
  const bool key = tls["client_key_pem"].is_string();
  if (certificate && !key) {
    violations.push_back({pointer + "/client_key_pem", "required",
                          "is required together with client_cert_pem; give both or none"});
  } else if (key && !certificate) {
    violations.push_back({pointer + "/client_cert_pem", "required",
                          "is required together with client_key_pem; give both or none"});
  }
}

const Object& TlsTable() {
  static const Object table = [] {
    Field key = Pem("client_key_pem", PrivateKeyRule, "Key of client_cert_pem, unencrypted.");
    key.secret = true;
    Field server_name = OrNull(Text(
        "server_name", "Name for SNI and for checking the certificate, instead of the host's."));
    server_name.max = kMaxServerName;
    server_name.rule = ServerNameRule;
    Object object;
    object.name = "Tls";
    object.doc = "How https targets are trusted.";
    object.fields = {
        Flag("verify", true, "false: any certificate is taken. For tests only."),
        Pem("ca_pem", CertificatesRule,
            "Authorities to trust instead of the system's, one or more certificates."),
        Pem("client_cert_pem", CertificatesRule, "Client certificate, then its chain."),
        std::move(key), std::move(server_name)};
    object.rule = CertificateNeedsKey;
    return object;
  }();
  return table;
}

const Object& TimeoutsTable() {
  static const Object table = [] {
    Object object;
    object.name = "Timeouts";
    object.doc =
        "Milliseconds. One that was never set, or is null, follows the gateway's configuration; "
        "reads show the value in force.";
    object.fields = {
        OrNull(Integer("connect_ms", 1, kMaxConnectMs, "To connect, TLS included.")),
        OrNull(Integer("first_byte_ms", 1, kMaxTotalMs, "To the end of the answer's head.")),
        OrNull(Integer("total_ms", 1, kMaxTotalMs, "For the whole call."))};
    return object;
  }();
  return table;
}

const Object& ProxyTable() {
  static const Object table = [] {
    Object object;
    object.name = "ProxyRules";
    object.doc = "What runners may send through /proxy/{r}/{path}. Admins always may.";
    object.fields = {
        Flag("enabled", false, "May runners use the proxy?"),
        Texts("methods", Json::array({"GET", "HEAD"}), MethodRule, "Methods that runners may use."),
        Texts("paths", Json::array({"/"}), PathPrefixRule,
              "Paths below base_url that runners may use, as prefixes by whole segments.")};
    return object;
  }();
  return table;
}

Field BaseUrl() {
  Field field =
      Url("base_url",
          "http or https, without user and fragment. A query is kept. A host that ends "
          "in a number must be plain dotted-decimal IPv4, a non-ASCII one punycode. May hold "
          "placeholders; in the host only {{ vars.name }}.");
  field.required = true;
  field.origin_guard = schema::OriginGuard::kStrict;
  return field;
}

Field Variables() {
  Field field = Text("variables", "Values for {{ vars.name }}.");
  field.kind = Kind::kMap;
  field.rule = VariablesRule;
  field.default_value = Json::object();
  return field;
}

Field Auth() {
  Field field = Text("auth",
                     "How calls are authenticated to the target. Applied last: it wins "
                     "over any row of the same name.");
  field.kind = Kind::kOneOf;
  for (const request::AuthKind& kind : request::AuthKinds()) {
    field.variants.emplace_back(std::string(kind.type), kind.members());
  }
  field.default_value = Json{{"type", "none"}};
  return field;
}

std::vector<Field> ResourceFields() {
  Field login_test_url = OrNull(Url(
      "login_test_url", "A GET of it with a user's token tells whether the user is signed in."));
  login_test_url.origin_guard = schema::OriginGuard::kLenient;
  Field extra_origins = Texts("extra_origins", Json::array(), OriginRule,
                              "Further origins that credentials may go to: scheme://host[:port].");
  extra_origins.origin_guard = schema::OriginGuard::kLenient;
  return {Slug(),
          DisplayName(),
          Description(),
          BaseUrl(),
          Rows("params", "Query parameters of every call."),
          HeaderRows("Sent with every call. Names are compared without case."),
          CookieRows("Sent with every call as one Cookie field."),
          Rows("body_fields", "Merged into bodies of json objects, form and multipart."),
          Variables(),
          Auth(),
          std::move(login_test_url),
          Part("tls", TlsTable()),
          Part("timeouts", TimeoutsTable()),
          Part("redirects", RedirectsTable()),
          Texts("forward_cookies", Json::array(), ForwardCookieRule,
                "Names of cookies that pass between caller and target."),
          Part("proxy", ProxyTable()),
          std::move(extra_origins),
          StoredId(),
          StoredVersion(),
          ReadOnly(Time("created_at")),
          ReadOnly(Time("updated_at")),
          ReadOnly(Text("callback_url", "Of oauth2 resources: what to register at the provider."))};
}

}  // namespace

const Object& ResourceTable() {
  static const Object table = [] {
    Object object;
    object.name = "Resource";
    object.doc = "A target API: where it is, what every call to it carries, who may call it.";
    object.fields = ResourceFields();
    return object;
  }();
  return table;
}

}  // namespace sallyport::admin
