#include "request/auth/oauth2_rules.h"

#include <algorithm>
#include <array>

#include "request/auth/members.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "sallyport/request/own_fields.h"

namespace sallyport::request::auth {
namespace {

/// RFC 6749 §4.1.1, RFC 7636 §4.3. A client secret has no business in a browser.
constexpr std::array<std::string_view, 8> kAuthorizeNames{
    "response_type", "client_id",      "redirect_uri",          "scope",
    "state",         "code_challenge", "code_challenge_method", "client_secret"};
/// RFC 6749 §4.1.3, §4.4.2, §6; RFC 7636 §4.5.
constexpr std::array<std::string_view, 7> kTokenNames{
    "grant_type",    "code",          "redirect_uri", "client_id",
    "client_secret", "refresh_token", "code_verifier"};
/// Beside those of IsOwnField. A coded answer could not be read.
constexpr std::array<std::string_view, 4> kHeaderNames{"authorization", "content-type",
                                                       "content-encoding", "accept-encoding"};

template <typename Names>
bool Holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::string& TextOf(const Json& value) { return value.get_ref<const std::string&>(); }

std::string Reserved(std::string_view name) {
  return "must not be " + std::string(name) + ": the gateway writes it itself, from the members";
}

class Checker {
 public:
  explicit Checker(const Json& auth) : auth_(auth) {}

  std::vector<Violation> Check() {
    CheckUrls();
    CheckSecret();
    CheckPlacedQuery();
    for (const std::string_view name : {"audience", "resource"}) {
      if (Text(auth_, name).empty()) continue;
      RefuseRow("authorize_params", name);
      RefuseRow("token_params", name);
    }
    if (IsClientGrant() && auth_.contains("scopes") && !auth_["scopes"].empty()) {
      RefuseRow("token_params", "scope");
    }
    return std::move(violations_);
  }

 private:
  [[nodiscard]] bool IsClientGrant() const { return Text(auth_, "grant") == "client_credentials"; }

  void CheckUrls() {
    if (!Text(auth_, "issuer").empty()) return;
    const std::string message =
        "is required for the grant " + Text(auth_, "grant") +
        ", unless issuer is given: then it comes from the issuer's discovery document";
    if (!IsClientGrant() && Text(auth_, "authorization_url").empty()) {
      violations_.push_back({"/authorization_url", "required", message});
    }
    if (Text(auth_, "token_url").empty()) {
      violations_.push_back({"/token_url", "required", message});
    }
  }

  /// "" must be said: some providers want Basic with an empty password.
  void CheckSecret() {
    const std::string client_auth = Text(auth_, "client_auth");
    if (client_auth == "none") return;
    const bool given = auth_.contains("client_secret") && auth_["client_secret"].is_string();
    if (given && (client_auth == "basic" || !Text(auth_, "client_secret").empty())) return;
    violations_.push_back({"/client_secret", "required",
                           "is required for client_auth " + client_auth +
                               "; a client without a secret has client_auth none"});
  }

  /// A query of authorization_url is kept, so it must not say what the gateway says, too.
  void CheckPlacedQuery() {
    const Result<http::Url> url = http::ParseUrl(Text(auth_, "authorization_url"));
    if (!url) return;  // not given; a wrong one was refused already
    for (const http::QueryPiece& piece : http::SplitQuery(url->query)) {
      const std::string name = http::FormDecode(piece.name);
      if (!Holds(kAuthorizeNames, name)) continue;
      violations_.push_back({"/authorization_url", "reserved",
                             "must not have " + name +
                                 " in its query: the gateway writes it itself, from the members"});
    }
  }

  void RefuseRow(std::string_view list, std::string_view name) {
    const auto rows = auth_.find(list);
    if (rows == auth_.end() || !rows->is_array()) return;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      if (Text((*rows)[i], "name") != name) continue;
      violations_.push_back({"/" + std::string(list) + "/" + std::to_string(i) + "/name",
                             "reserved", Reserved(name)});
    }
  }

  const Json& auth_;
  std::vector<Violation> violations_;
};

}  // namespace

std::string OptionalUrlRule(const Json& value) {
  if (TextOf(value).empty()) return {};
  const Result<http::Url> url = http::ParseUrl(TextOf(value));
  return url ? std::string() : url.error().message();
}

std::string IssuerRule(const Json& value) {
  std::string problem = OptionalUrlRule(value);
  if (problem.empty() && TextOf(value).find('?') != std::string::npos) {
    problem = "must not have a query: it is the issuer's name, as its discovery document says it";
  }
  return problem;
}

std::string ScopeRule(const Json& value) {
  if (TextOf(value).empty()) return "must not be empty";
  return HeaderTextRule(value);
}

std::string TokenPathRule(const Json& value) {
  const std::string& path = TextOf(value);
  bool right = path.size() > 1 && path.front() == '/';
  for (std::size_t i = 0; i < path.size() && right; ++i) {
    if (path[i] == '~') right = i + 1 < path.size() && (path[i + 1] == '0' || path[i + 1] == '1');
  }
  if (right) return {};
  return "must be a JSON pointer (RFC 6901) into the token answer, such as /access_token or "
         "/data/token";
}

std::string AuthorizeParamRule(const Json& name) {
  return Holds(kAuthorizeNames, TextOf(name)) ? Reserved(TextOf(name)) : std::string();
}

std::string TokenParamRule(const Json& name) {
  return Holds(kTokenNames, TextOf(name)) ? Reserved(TextOf(name)) : std::string();
}

std::string TokenHeaderRule(const Json& name) {
  if (!http::IsToken(TextOf(name))) {
    return "must be a field name: letters, digits and !#$%&'*+-.^_`|~, without blanks or colon";
  }
  if (Holds(kHeaderNames, ToLowerAscii(TextOf(name))) || IsOwnField(TextOf(name))) {
    return Reserved(TextOf(name));
  }
  return {};
}

std::vector<Violation> CheckOAuth2(const Json& auth) { return Checker(auth).Check(); }

}  // namespace sallyport::request::auth
