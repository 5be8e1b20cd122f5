// The outgoing request of a pass-through call. Whatever a resource decides alone is already in
// StaticParts.
#include <algorithm>

#include "request/http_names.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::request {
namespace {

void AppendPiece(std::string& query, std::string_view piece) {
  if (piece.empty()) return;
  if (!query.empty()) query += '&';
  query += piece;
}

/// base_url's, the rows, the caller's (raw bytes) without names of ours, the credential's.
std::string BuildQuery(const StaticParts& parts, std::string_view callers) {
  std::string query = parts.query_front;
  if (parts.param_names.empty()) {
    AppendPiece(query, callers);
  } else {
    for (const http::QueryPiece& piece : http::SplitQuery(callers)) {
      if (parts.param_names.Has(http::FormDecode(piece.name))) continue;
      AppendPiece(query, piece.raw);
    }
  }
  AppendPiece(query, parts.query_back);
  return query;
}

std::string BuildTarget(const CompiledResource& resource, const StaticParts& parts,
                        std::string_view rest, std::string_view callers_query) {
  std::string target = http::AppendPath(BaseOf(resource, parts).path, rest);
  const std::string query = BuildQuery(parts, callers_query);
  if (!query.empty()) target.append("?").append(query);
  return target;
}

std::string BuildCookies(const CompiledResource& resource, const StaticParts& parts,
                         const http::FieldViews& fields) {
  std::string cookies;
  if (!resource.forward_cookies.empty()) {
    for (const std::string_view value : fields.FindAll("Cookie")) {
      for (const http::CookiePair& pair : http::ParseCookies(value)) {
        if (!Contains(resource.forward_cookies, pair.name) || IsGatewayCookie(pair.name) ||
            parts.cookie_names.Has(pair.name)) {
          continue;
        }
        if (!cookies.empty()) cookies += "; ";
        cookies.append(pair.name).append("=").append(pair.value);
      }
    }
  }
  if (!parts.cookies.empty()) {
    if (!cookies.empty()) cookies += "; ";
    cookies += parts.cookies;
  }
  return cookies;
}

/// Of the field block of a usual request.
constexpr std::size_t kUsualBytes = 1024;

constexpr std::string_view kBearer = "Bearer ";

/// Builds the field block of one outgoing request.
class FieldsBuilder {
 public:
  FieldsBuilder(const CompiledResource& resource, const StaticParts& parts,
                const http::RequestHead& head, const ProxyOptions& options,
                const Secret* access_token)
      : resource_(resource),
        parts_(parts),
        head_(head),
        options_(options),
        access_token_(resource.adds_token ? access_token : nullptr) {}

  Result<http::FieldLines> Build() {
    fields_.Reserve(kUsualBytes);
    Result<void> step = AddCallers();
    if (!step) return step.error();
    fields_.Append(parts_.headers);
    step = AddToken();
    if (!step) return step.error();
    step = AddDefaults();
    if (!step) return step.error();
    if (const std::string cookies = BuildCookies(resource_, parts_, head_.fields);
        !cookies.empty()) {
      step = fields_.Add("Cookie", cookies);
      if (!step) return step.error();
    }
    // After the caller's own Via lines: together they are one list (RFC 9110 §7.6.3).
    step = fields_.Add("Via", "1.1 sallyport");
    if (!step) return step.error();
    step = AddFraming();
    if (!step) return step.error();
    return std::move(fields_);
  }

 private:
  Result<void> AddCallers() {
    const std::vector<std::string> named = ConnectionNames(head_.fields);
    const FoldedName user_header(options_.user_header);
    for (const http::FieldView& field : head_.fields) {
      const FoldedName name(field.name);
      const std::string_view folded = name.view();
      if (IsWithheldFromTarget(folded) || folded == user_header.view() ||
          parts_.header_names.Has(folded) || Contains(named, folded)) {
        continue;
      }
      has_user_agent_ = has_user_agent_ || folded == "user-agent";
      has_accept_ = has_accept_ || folded == "accept";
      Result<void> added = fields_.Add(field.name, field.value);
      if (!added) return added;
    }
    return {};
  }

  /// RFC 6750 §2.1.
  Result<void> AddToken() {
    if (access_token_ == nullptr) return {};
    return access_token_->Reveal([&](std::string_view token) {
      std::string value;
      value.reserve(kBearer.size() + token.size());
      value.append(kBearer).append(token);
      Result<void> added = fields_.Add("Authorization", value);
      WipeBytes(value.data(), value.size());
      return added;
    });
  }

  Result<void> AddDefaults() {
    const NameSet& ours = parts_.header_names;
    Result<void> added;
    if (!has_user_agent_ && !ours.Has("user-agent") && !options_.user_agent.empty()) {
      added = fields_.Add("User-Agent", options_.user_agent);
    }
    if (added && !has_accept_ && !ours.Has("accept")) added = fields_.Add("Accept", "*/*");
    return added;
  }

  Result<void> AddFraming() {
    if (head_.framing == http::BodyFraming::kChunked) {
      return fields_.Add("Transfer-Encoding", "chunked");
    }
    const bool expects_body =
        head_.method == "POST" || head_.method == "PUT" || head_.method == "PATCH";
    if (head_.framing == http::BodyFraming::kLength) {
      fields_.AddNumber("Content-Length", head_.content_length);
    } else if (expects_body) {
      fields_.AddNumber("Content-Length", 0);
    }
    return {};
  }

  const CompiledResource& resource_;
  const StaticParts& parts_;
  const http::RequestHead& head_;
  const ProxyOptions& options_;
  const Secret* access_token_;  ///< null: none is added here
  http::FieldLines fields_;
  bool has_user_agent_ = false;
  bool has_accept_ = false;
};

}  // namespace

Result<ProxyRequest> BuildProxyRequest(const CompiledResource& resource, const StaticParts& parts,
                                       const http::RequestHead& head, std::string_view rest,
                                       const ProxyOptions& options, const Secret* access_token) {
  if (resource.problem) return *resource.problem;
  if (http::LeavesItsPlace(rest)) {
    return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller,
                 "The path holds a dot segment, a backslash or '#' (also percent-encoded), which "
                 "could lead outside the resource's base_url.");
  }
  ProxyRequest request;
  request.target = BuildTarget(resource, parts, rest, head.query);
  Result<http::FieldLines> fields =
      FieldsBuilder(resource, parts, head, options, access_token).Build();
  if (!fields) return fields.error();
  Result<std::string> bytes =
      http::WriteRequestHead(head.method, request.target, parts.host_field, *fields);
  if (!bytes) return bytes.error();
  request.head = std::move(*bytes);
  return request;
}

bool ProxyAllows(const ProxyRules& rules, std::string_view method, std::string_view rest) {
  if (!rules.enabled || !Contains(rules.methods, method)) return false;
  const std::string_view path = rest.empty() ? std::string_view("/") : rest;
  return std::any_of(rules.paths.begin(), rules.paths.end(),
                     [&](const std::string& prefix) { return http::PathHasPrefix(path, prefix); });
}

}  // namespace sallyport::request
