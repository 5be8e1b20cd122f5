#include "sallyport/request/login_test.h"

#include <utility>

#include "sallyport/base/strings.h"
#include "sallyport/base/version.h"

namespace sallyport::request {
namespace {

bool HoldsToken(const std::optional<TemplateUrl>& url) {
  return url && (url->path.HoldsAccessToken() || url->query.HoldsAccessToken());
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

Result<http::FieldLines> FieldsOf(const StaticParts& parts) {
  http::FieldLines fields;
  bool has_agent = false;
  bool has_accept = false;
  for (const std::string_view line : Split(parts.headers.bytes(), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    has_agent = has_agent || EqualsIgnoreCase(name, "User-Agent");
    has_accept = has_accept || EqualsIgnoreCase(name, "Accept");
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
  if (added && !has_accept) added = fields.Add("Accept", "*/*");
  if (!added) return std::move(added).error();
  return fields;
}

}  // namespace

Result<LoginTestRequest> BuildLoginTest(const CompiledResource& resource, const Scope& scope) {
  if (resource.problem) return *resource.problem;
  if (!IsTrusted(resource, resource.login_test->url.origin)) {
    const std::string origin = resource.login_test->url.origin.ToString();
    return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller,
                 "login_test_url is at " + origin +
                     ", where tokens do not go: it is neither base_url's origin nor in "
                     "extra_origins")
        .WithHint("add \"" + origin + "\" to extra_origins");
  }
  Result<http::Url> url = ExpandUrl(resource, scope);
  if (!url) return std::move(url).error();
  Result<StaticParts> parts = ExpandParts(resource, scope, HoldsToken(resource.login_test->rest));
  if (!parts) return std::move(parts).error();
  Result<http::FieldLines> fields = FieldsOf(*parts);
  if (!fields) return std::move(fields).error();
  const std::string target = url->query.empty() ? url->path : url->path + "?" + url->query;
  Result<std::string> head =
      http::WriteRequestHead("GET", target, url->origin.HostField(), *fields);
  if (!head) return std::move(head).error();
  return LoginTestRequest{std::move(*url), Secret(std::move(*head))};
}

}  // namespace sallyport::request
