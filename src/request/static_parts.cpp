#include "request/static_parts.h"

#include <algorithm>

#include "request/http_names.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/request/credential.h"

namespace sallyport::request {

void NameSet::Add(std::string name) {
  const auto at = std::lower_bound(names_.begin(), names_.end(), name);
  if (at == names_.end() || *at != name) names_.insert(at, std::move(name));
}

bool NameSet::Has(std::string_view name) const {
  return std::binary_search(names_.begin(), names_.end(), name, std::less<>());
}

namespace {

struct NamedValue {
  std::string name;
  std::string value;
};

/// Collects what a credential sets, so that rows of the same names can be left out.
class CollectingSink final : public CredentialSink {
 public:
  void SetHeader(std::string name, std::string value) override {
    headers.push_back({std::move(name), std::move(value)});
  }
  void SetParam(std::string name, std::string value) override {
    params.push_back({std::move(name), std::move(value)});
  }
  void SetCookie(std::string name, std::string value) override {
    cookies.push_back({std::move(name), std::move(value)});
  }

  std::vector<NamedValue> headers, params, cookies;
};

bool HasHeader(const std::vector<NamedValue>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const NamedValue& entry) { return EqualsIgnoreCase(entry.name, name); });
}

bool HasExact(const std::vector<NamedValue>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const NamedValue& entry) { return entry.name == name; });
}

Error CannotBeSent(std::string_view what, std::string_view name, std::string_view why) {
  return Error(ErrorKind::kUnsafeValue, ErrorSource::kGateway,
               "The resource's " + std::string(what) + " \"" + std::string(name) +
                   "\" cannot be sent: " + std::string(why) + ".");
}

Result<void> AddHeader(StaticParts& parts, const std::string& name, const std::string& value) {
  if (!http::IsToken(name)) return CannotBeSent("header", name, "its name is no field name");
  const std::string folded = FoldName(name);
  // Rows may set fields that callers may not (Authorization, Referer); never the framing.
  if (http::IsHopByHop(name) || folded == "host" || folded == "content-length" ||
      folded == "transfer-encoding" || folded == "expect") {
    return CannotBeSent("header", name, "the gateway writes this field itself");
  }
  if (!parts.headers.Add(name, value)) {
    return CannotBeSent("header", name, "its value holds a control byte");
  }
  parts.header_names.Add(folded);
  return {};
}

/// Exactly as large as it gets: no spare room in 100,000 resources, no copies of secrets behind.
std::size_t HeaderBytes(const CompiledResource& resource, const CollectingSink& credential) {
  constexpr std::size_t kColonBlankCrLf = 4;
  std::size_t bytes = 0;
  for (const Row& row : resource.headers) {
    bytes += row.name.size() + row.value.size() + kColonBlankCrLf;
  }
  for (const NamedValue& header : credential.headers) {
    bytes += header.name.size() + header.value.size() + kColonBlankCrLf;
  }
  return bytes;
}

Result<void> AddHeaders(StaticParts& parts, const CompiledResource& resource,
                        const CollectingSink& credential) {
  parts.headers.Reserve(HeaderBytes(resource, credential));
  for (const Row& row : resource.headers) {
    if (EqualsIgnoreCase(row.name, "Cookie") || HasHeader(credential.headers, row.name)) continue;
    Result<void> added = AddHeader(parts, row.name, row.value);
    if (!added) return added;
  }
  for (const NamedValue& header : credential.headers) {
    Result<void> added = AddHeader(parts, header.name, header.value);
    if (!added) return added;
  }
  return {};
}

void AddParams(StaticParts& parts, const CompiledResource& resource,
               const CollectingSink& credential) {
  const auto append = [](std::string& query, std::string_view piece) {
    if (!query.empty()) query += '&';
    query += piece;
  };
  for (const http::QueryPiece& piece : http::SplitQuery(resource.base.query)) {
    if (HasExact(credential.params, http::FormDecode(piece.name))) continue;
    append(parts.query_front, piece.raw);
  }
  for (const Row& row : resource.params) {
    if (HasExact(credential.params, row.name)) continue;
    append(parts.query_front, http::PercentEncode(row.name) + "=" + http::PercentEncode(row.value));
    parts.param_names.Add(row.name);
    if (row.secret) parts.secret_params.emplace_back(row.name, row.value);
  }
  for (const NamedValue& param : credential.params) {
    append(parts.query_back,
           http::PercentEncode(param.name) + "=" + http::PercentEncode(param.value));
    parts.param_names.Add(param.name);
    parts.secret_params.emplace_back(param.name, param.value);
  }
}

Result<void> AddCookie(StaticParts& parts, std::string_view name, std::string_view value) {
  if (!http::IsToken(name)) return CannotBeSent("cookie", name, "its name is no token");
  if (!parts.cookies.empty()) parts.cookies += "; ";
  parts.cookies.append(name).append("=").append(value);
  parts.cookie_names.Add(std::string(name));
  return {};
}

/// Header rows named Cookie first, as they stand; cookie rows win over them by name.
Result<void> AddCookies(StaticParts& parts, const CompiledResource& resource,
                        const CollectingSink& credential) {
  const auto has_row = [&](std::string_view name) {
    return std::any_of(resource.cookies.begin(), resource.cookies.end(),
                       [&](const Row& row) { return row.name == name; });
  };
  for (const Row& row : resource.headers) {
    if (!EqualsIgnoreCase(row.name, "Cookie")) continue;
    if (HasHeader(credential.headers, row.name)) continue;
    if (!http::IsFieldValue(row.value)) {
      return CannotBeSent("header", row.name, "its value holds a control byte");
    }
    for (const http::CookiePair& pair : http::ParseCookies(row.value)) {
      if (has_row(pair.name) || HasExact(credential.cookies, pair.name)) continue;
      Result<void> added = AddCookie(parts, pair.name, pair.value);
      if (!added) return added;
    }
  }
  for (const Row& row : resource.cookies) {
    if (HasExact(credential.cookies, row.name)) continue;
    Result<void> added = AddCookie(parts, row.name, http::EncodeCookieValue(row.value));
    if (!added) return added;
  }
  for (const NamedValue& cookie : credential.cookies) {
    Result<void> added = AddCookie(parts, cookie.name, http::EncodeCookieValue(cookie.value));
    if (!added) return added;
  }
  return {};
}

}  // namespace

Result<StaticParts> BuildStaticParts(const CompiledResource& resource) {
  CollectingSink credential;
  resource.credential->Apply(credential);
  StaticParts parts;
  parts.host_field = resource.base.origin.HostField();
  Result<void> headers = AddHeaders(parts, resource, credential);
  if (!headers) return headers.error();
  Result<void> cookies = AddCookies(parts, resource, credential);
  if (!cookies) return cookies.error();
  AddParams(parts, resource, credential);
  return parts;
}

}  // namespace sallyport::request
