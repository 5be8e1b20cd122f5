#include "sallyport/request/login_test.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sallyport/base/strings.h"
#include "sallyport/base/version.h"
#include "sallyport/request/credential.h"
#include "sallyport/request/oauth_settings.h"

namespace sallyport::request {
namespace {

bool HasToken(const Template& text) {
  return std::any_of(text.pieces().begin(), text.pieces().end(), [](const Template::Piece& piece) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    return placeholder != nullptr && placeholder->root == Root::kAccessToken;
  });
}

bool HasToken(const std::vector<TemplateRow>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [](const TemplateRow& row) { return HasToken(row.value); });
}

/// Does anything that this request sends hold the token's magic string?
bool HoldsToken(const CompiledResource& resource) {
  const std::optional<TemplateUrl>& rest = resource.login_test->rest;
  return (rest && (HasToken(rest->path) || HasToken(rest->query))) || HasToken(resource.params) ||
         HasToken(resource.headers) || HasToken(resource.cookies);
}

Result<http::Url> ExpandUrl(const CompiledResource& resource, const Scope& scope) {
  http::Url url = resource.login_test->url;
  if (const std::optional<TemplateUrl>& rest = resource.login_test->rest) {
    url.path.clear();
    url.query.clear();
    Result<void> expanded = Expand(rest->path, scope, Position::kPath, ArrayStyle::kJson, url.path);
    if (expanded) {
      expanded = ExpandQuery(rest->query, scope, ArrayStyle::kRepeat, false, url.query);
    }
    if (!expanded) return std::move(expanded).error();
    if (url.path.empty()) url.path = "/";
    if (LeadsOutside(url.path)) {
      return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller,
                   "login_test_url holds a dot segment once its placeholders are filled.");
    }
  }
  for (const TemplateRow& row : resource.params) {
    Result<void> added = ExpandParamRow(row, scope, ArrayStyle::kRepeat, false, url.query);
    if (!added) return std::move(added).error();
  }
  return url;
}

/// The field that AttachToken sets, if it sets one.
class HeaderSink final : public CredentialSink {
 public:
  void SetHeader(std::string name, std::string value) override {
    name_ = std::move(name);
    value_ = std::move(value);
  }
  void SetParam(std::string /*name*/, std::string /*value*/) override {}
  void SetCookie(std::string /*name*/, std::string /*value*/) override {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& value() const { return value_; }

 private:
  std::string name_, value_;
};

/// The resource's own fields but `replaced`.
Result<http::FieldLines> OwnFields(const StaticParts& parts, std::string_view replaced) {
  http::FieldLines fields;
  bool has_agent = false;
  for (const std::string_view line : Split(parts.headers.bytes(), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    if (EqualsIgnoreCase(name, replaced)) continue;
    has_agent = has_agent || EqualsIgnoreCase(name, "User-Agent");
    std::string_view value = line.substr(colon + 1);
    if (value.ends_with('\r')) value.remove_suffix(1);
    Result<void> added = fields.Add(name, TrimOws(value));
    if (!added) return std::move(added).error();
  }
  Result<void> added;
  if (!parts.cookies.empty()) added = fields.Add("Cookie", parts.cookies);
  if (added && !has_agent) {
    added = fields.Add("User-Agent", "sallyport/" + std::string(Version()));
  }
  if (!added) return std::move(added).error();
  return fields;
}

}  // namespace

Result<LoginTestRequest> BuildLoginTest(const CompiledResource& resource, const Scope& scope) {
  if (resource.problem) return *resource.problem;
  if (!IsTrusted(resource, resource.login_test->url.origin)) {
    return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller,
                 "login_test_url is neither at base_url's origin nor at one of extra_origins.");
  }
  Result<http::Url> url = ExpandUrl(resource, scope);
  if (!url) return std::move(url).error();
  Result<StaticParts> own =
      resource.is_static ? Result<StaticParts>(resource.parts) : ExpandParts(resource, scope);
  if (!own) return std::move(own).error();
  HeaderSink token;
  AttachToken(resource.oauth->attach, HoldsToken(resource), *scope.access_token, token);
  Result<http::FieldLines> fields = OwnFields(*own, token.name());
  if (!fields) return std::move(fields).error();
  if (!token.name().empty()) {
    Result<void> added = fields->Add(token.name(), token.value());
    if (!added) return std::move(added).error();
  }
  const std::string target = url->query.empty() ? url->path : url->path + "?" + url->query;
  Result<std::string> head =
      http::WriteRequestHead("GET", target, url->origin.HostField(), *fields);
  if (!head) return std::move(head).error();
  return LoginTestRequest{std::move(*url), Secret(std::move(*head))};
}

}  // namespace sallyport::request
