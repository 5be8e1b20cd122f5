#include "request/static_parts.h"

#include <algorithm>

#include "request/cannot_be_sent.h"
#include "request/http_names.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/request/own_fields.h"

namespace sallyport::request {

void NameSet::Add(std::string name) {
  const auto at = std::lower_bound(names_.begin(), names_.end(), name);
  if (at == names_.end() || *at != name) names_.insert(at, std::move(name));
}

bool NameSet::Has(std::string_view name) const {
  return std::binary_search(names_.begin(), names_.end(), name, std::less<>());
}

namespace {

using NamedValue = AppliedCredential::Item;

bool HasExact(const std::vector<NamedValue>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const NamedValue& entry) { return entry.name == name; });
}

Result<void> AddHeader(StaticParts& parts, const std::string& name, const std::string& value) {
  if (!http::IsToken(name)) {
    return CannotBeSent(RowOf::kResource, "header", name, "its name is no field name");
  }
  const std::string folded = FoldName(name);
  // Rows may set fields that callers may not (Authorization, Referer); never the framing.
  if (IsOwnField(name)) {
    return CannotBeSent(RowOf::kResource, "header", name, "the gateway writes this field itself");
  }
  if (!parts.headers.Add(name, value)) {
    return CannotBeSent(RowOf::kResource, "header", name, "its value holds a control byte");
  }
  parts.header_names.Add(folded);
  return {};
}

/// The rows that are sent, values expanded; a row that stands for null is not there.
Result<std::vector<NamedValue>> ExpandRows(const std::vector<TemplateRow>& rows, const Scope& scope,
                                           Position (*position)(std::string_view name)) {
  std::vector<NamedValue> expanded;
  expanded.reserve(rows.size());
  for (const TemplateRow& row : rows) {
    if (LeavesOut(row.value, scope, false)) continue;
    std::string value;
    Result<void> done = Expand(row.value, scope, position(row.name), ArrayStyle::kJson, value);
    if (!done) return done.error();
    expanded.push_back({row.name, std::move(value)});
  }
  return expanded;
}

/// Exactly as large as it gets: no spare room in 100,000 resources, no copies of secrets behind.
std::size_t HeaderBytes(const std::vector<NamedValue>& rows, const AppliedCredential& credential) {
  constexpr std::size_t kColonBlankCrLf = 4;
  std::size_t bytes = 0;
  for (const NamedValue& row : rows) bytes += row.name.size() + row.value.size() + kColonBlankCrLf;
  for (const NamedValue& header : credential.headers()) {
    bytes += header.name.size() + header.value.size() + kColonBlankCrLf;
  }
  return bytes;
}

Result<void> AddHeaders(StaticParts& parts, const std::vector<NamedValue>& rows,
                        const AppliedCredential& credential) {
  parts.headers.Reserve(HeaderBytes(rows, credential));
  for (const NamedValue& row : rows) {
    if (EqualsIgnoreCase(row.name, "Cookie") || credential.HasHeader(row.name)) continue;
    Result<void> added = AddHeader(parts, row.name, row.value);
    if (!added) return added;
  }
  for (const NamedValue& header : credential.headers()) {
    Result<void> added = AddHeader(parts, header.name, header.value);
    if (!added) return added;
  }
  return {};
}

void AppendPiece(std::string& query, std::string_view piece) {
  if (!query.empty()) query += '&';
  query += piece;
}

/// One row, which may be several parameters (an array) or none (null).
Result<void> AddParamRow(StaticParts& parts, const TemplateRow& row, const std::string& name,
                         const Scope& scope) {
  std::string encoded;
  Result<void> expanded = ExpandParamRow(row, scope, ArrayStyle::kRepeat, false, encoded);
  if (!expanded) return expanded;
  if (encoded.empty()) return {};
  AppendPiece(parts.query_front, encoded);
  parts.param_names.Add(name);
  if (!row.secret && !HoldsSecret(row.value, scope)) return {};
  for (const http::QueryPiece& piece : http::SplitQuery(encoded))
    parts.secret_params.emplace_back(name, http::PercentDecode(piece.value));
  return {};
}

Result<void> AddParams(StaticParts& parts, const CompiledResource& resource, const http::Url& base,
                       const Scope& scope, const AppliedCredential& credential) {
  for (const http::QueryPiece& piece : http::SplitQuery(base.query)) {
    if (credential.HasParam(http::FormDecode(piece.name))) continue;
    AppendPiece(parts.query_front, piece.raw);
  }
  for (const TemplateRow& row : resource.params) {
    Result<std::string> name = ExpandName(row, scope);
    if (!name) return name.error();
    if (credential.HasParam(*name)) continue;
    Result<void> added = AddParamRow(parts, row, *name, scope);
    if (!added) return added;
  }
  for (const NamedValue& param : credential.params()) {
    AppendPiece(parts.query_back,
                http::PercentEncode(param.name) + "=" + http::PercentEncode(param.value));
    parts.param_names.Add(param.name);
    parts.secret_params.emplace_back(param.name, param.value);
  }
  return {};
}

Result<void> AddCookie(StaticParts& parts, std::string_view name, std::string_view value) {
  if (!http::IsToken(name)) {
    return CannotBeSent(RowOf::kResource, "cookie", name, "its name is no token");
  }
  if (!parts.cookies.empty()) parts.cookies += "; ";
  parts.cookies.append(name).append("=").append(value);
  parts.cookie_names.Add(std::string(name));
  return {};
}

/// A header row named Cookie, pair by pair; cookie rows and the credential win over it by name.
Result<void> AddCookieField(StaticParts& parts, const NamedValue& field,
                            const std::vector<NamedValue>& rows,
                            const AppliedCredential& credential) {
  if (!http::IsFieldValue(field.value)) {
    return CannotBeSent(RowOf::kResource, "header", field.name, "its value holds a control byte");
  }
  for (const http::CookiePair& pair : http::ParseCookies(field.value)) {
    if (HasExact(rows, pair.name) || credential.HasCookie(pair.name)) continue;
    Result<void> added = AddCookie(parts, pair.name, pair.value);
    if (!added) return added;
  }
  return {};
}

Result<void> AddCookies(StaticParts& parts, const std::vector<NamedValue>& headers,
                        const std::vector<NamedValue>& rows, const AppliedCredential& credential) {
  for (const NamedValue& header : headers) {
    if (!EqualsIgnoreCase(header.name, "Cookie")) continue;
    if (credential.HasHeader(header.name)) continue;
    Result<void> added = AddCookieField(parts, header, rows, credential);
    if (!added) return added;
  }
  for (const NamedValue& row : rows) {
    if (credential.HasCookie(row.name)) continue;
    Result<void> added = AddCookie(parts, row.name, row.value);
    if (!added) return added;
  }
  for (const NamedValue& cookie : credential.cookies()) {
    Result<void> added = AddCookie(parts, cookie.name, http::EncodeCookieValue(cookie.value));
    if (!added) return added;
  }
  return {};
}

Position CookiePosition(std::string_view) { return Position::kCookie; }

}  // namespace

Position HeaderPosition(std::string_view name) {
  return EqualsIgnoreCase(name, "Cookie") ? Position::kCookieField : Position::kHeader;
}

Result<StaticParts> BuildStaticParts(const CompiledResource& resource, const http::Url& base,
                                     const Scope& scope, const AppliedCredential& credential) {
  StaticParts parts;
  parts.host_field = base.origin.HostField();
  Result<std::vector<NamedValue>> headers = ExpandRows(resource.headers, scope, HeaderPosition);
  if (!headers) return headers.error();
  Result<void> added = AddHeaders(parts, *headers, credential);
  if (!added) return added.error();
  Result<std::vector<NamedValue>> cookies = ExpandRows(resource.cookies, scope, CookiePosition);
  if (!cookies) return cookies.error();
  added = AddCookies(parts, *headers, *cookies, credential);
  if (!added) return added.error();
  added = AddParams(parts, resource, base, scope, credential);
  if (!added) return added.error();
  return parts;
}

}  // namespace sallyport::request
