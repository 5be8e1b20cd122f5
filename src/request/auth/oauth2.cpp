// OAuth 2.0 (contract section 7): what a resource says of its provider. The tokens are fetched by
// the oauth layer and belong to a call's user; so this credential itself has nothing to apply.
#include <utility>

#include "request/auth/kinds.h"
#include "request/auth/members.h"
#include "request/auth/oauth2_rules.h"

namespace sallyport::request::auth {
namespace {

using schema::Field;
using schema::Kind;

constexpr std::int64_t kMaxUrl = 8192;
constexpr std::int64_t kMaxText = 4096;
constexpr std::int64_t kMaxScopes = 1000;
constexpr std::int64_t kMaxSeconds = 10LL * 365 * 86'400;  // ten years

class OAuth2Credential final : public Credential {
 public:
  void Apply(CredentialSink& /*sink*/) const override {}
};

Field Choice(std::string name, std::vector<std::string> choices, std::string doc) {
  Field field = TextMember(std::move(name), choices.front(), std::move(doc));
  field.choices = std::move(choices);
  return field;
}

Field OptionalText(std::string name, std::string doc) {
  Field field = TextMember(std::move(name), "", std::move(doc));
  field.default_value = nullptr;
  field.nullable = true;
  field.max = kMaxText;
  return field;
}

/// Each is sent the client's secret, or says who is.
Field GuardedUrl(std::string name, schema::Rule rule, std::string doc) {
  Field field = OptionalText(std::move(name), std::move(doc));
  field.trim = true;
  field.max = kMaxUrl;
  field.rule = std::move(rule);
  field.format = "uri";
  field.origin_guard = schema::OriginGuard::kStrict;
  return field;
}

Field Member(std::string name, Kind kind, Json default_value, std::string doc) {
  Field field;
  field.name = std::move(name);
  field.kind = kind;
  field.default_value = std::move(default_value);
  field.doc = std::move(doc);
  return field;
}

Field Rows(std::string name, schema::Rule name_rule, std::string doc) {
  Field field = Member(std::move(name), Kind::kRows, Json::array(), std::move(doc));
  field.row_name = std::move(name_rule);
  return field;
}

Field Number(std::string name, std::int64_t min, std::int64_t max, std::string doc) {
  Field field = Member(std::move(name), Kind::kInteger, nullptr, std::move(doc));
  field.min = min;
  field.max = max;
  return field;
}

Field ListOf(std::string name, Field element, Json default_value, std::string doc) {
  Field field = Member(std::move(name), Kind::kArray, std::move(default_value), std::move(doc));
  field.element = std::make_shared<Field>(std::move(element));
  return field;
}

const schema::Object* TokenPathsTable() {
  static const schema::Object table = [] {
    const auto path = [](const std::string& name) {
      Field field = TextMember(name, "/" + name, "");
      field.max = kMaxText;
      field.rule = TokenPathRule;
      return field;
    };
    return schema::Object{
        "TokenPaths",
        "JSON pointers (RFC 6901) into the token endpoint's answer.",
        {path("access_token"), path("refresh_token"), path("expires_in"), path("id_token")}};
  }();
  return &table;
}

std::vector<Field> ProviderFields() {
  return {
      Choice("grant", {"authorization_code", "client_credentials"},
             "authorization_code: users sign in. client_credentials: the gateway signs in itself; "
             "its token serves every caller, whatever `credentials` says."),
      GuardedUrl("authorization_url", OptionalUrlRule,
                 "Where users sign in; its query is kept. Left out: from the issuer."),
      GuardedUrl("token_url", OptionalUrlRule,
                 "Where tokens are fetched. Left out: from the issuer."),
      GuardedUrl("revocation_url", OptionalUrlRule,
                 "Where tokens are revoked (RFC 7009). Left out: from the issuer, if it has one."),
      GuardedUrl("issuer", IssuerRule,
                 "Of the discovery document (RFC 8414, OpenID Connect), exactly as that says it.")};
}

std::vector<Field> ClientFields() {
  Field id = TextMember("client_id", "", "As registered at the provider.");
  id.required = true;
  id.default_value = nullptr;
  id.min = 1;
  id.max = kMaxText;
  Field secret = OptionalText("client_secret", "Required unless client_auth is none.");
  secret.secret = true;
  return {std::move(id), std::move(secret),
          Choice("client_auth", {"basic", "post", "none"},
                 "How the client proves who it is at the token endpoint: by the Authorization "
                 "field, by parameters, or not at all.")};
}

std::vector<Field> RequestFields() {
  Field scope = TextMember("", "", "");
  scope.rule = ScopeRule;
  scope.max = kMaxText;
  Field scopes = ListOf("scopes", std::move(scope), Json::array(), "What is asked for.");
  scopes.max = kMaxScopes;
  Field separator = TextMember("scope_separator", " ", "Between scopes; some providers want ','.");
  separator.max = 16;
  Field headers =
      Rows("token_headers", TokenHeaderRule, "Further fields of requests to the provider.");
  headers.names_without_case = true;
  headers.row_value = HeaderTextRule;
  return {
      std::move(scopes),
      std::move(separator),
      Member("pkce", Kind::kBoolean, true, "Proof key for the code (RFC 7636), with S256."),
      OptionalText("audience", "Goes with the authorization and every token request."),
      OptionalText("resource", "RFC 8707; goes with the authorization and every token request."),
      Rows("authorize_params", AuthorizeParamRule,
           "Further parameters of the authorization request. The browser sees them."),
      Rows("token_params", TokenParamRule,
           "Further parameters of every token request, refresh included."),
      std::move(headers),
      Choice("token_request", {"form", "json"}, "How token requests are written.")};
}

std::vector<Field> TokenFields() {
  Field paths =
      Member("token_paths", Kind::kObject, nullptr, "Where a token answer has its parts.");
  paths.object = TokenPathsTable();
  Field lifetime = Number("access_token_lifetime_seconds", 1, kMaxSeconds,
                          "For providers that do not say expires_in. null: no end is known.");
  lifetime.nullable = true;
  Field before = Number("refresh_before_seconds", 0, kMaxSeconds,
                        "How long before its end a token is refreshed; half its lifetime at most.");
  before.default_value = 60;
  Field statuses = ListOf("unauthorized_statuses", Number("", 400, 599, ""), Json::array({401}),
                          "Statuses of the target that mean: the token is not good any more.");
  statuses.max = 200;
  return {std::move(paths),
          std::move(lifetime),
          std::move(before),
          std::move(statuses),
          Choice("credentials", {"per_session", "per_user", "shared"},
                 "Whose tokens: of the end user's session, of the user, or one set for all."),
          Choice("attach", {"auto", "header", "placeholder"},
                 "auto: replaces {-oauth_access_token-} where it stands, else adds Authorization: "
                 "Bearer. header: always adds. placeholder: only replaces.")};
}

const schema::Object* Members() {
  static const schema::Object table = [] {
    schema::Object object{"OAuth2Auth", "OAuth 2.0: the gateway keeps and renews the tokens.", {}};
    for (std::vector<Field> part :
         {ProviderFields(), ClientFields(), RequestFields(), TokenFields()}) {
      for (Field& field : part) object.fields.push_back(std::move(field));
    }
    return object;
  }();
  return &table;
}

std::shared_ptr<const Credential> Make(const Json& /*auth*/, const store::Secrets& /*secrets*/) {
  return std::make_shared<OAuth2Credential>();
}

}  // namespace

AuthKind OAuth2Kind() { return {"oauth2", Members, CheckOAuth2, Make}; }

}  // namespace sallyport::request::auth
