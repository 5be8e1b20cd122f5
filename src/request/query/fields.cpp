#include "request/query/fields.h"

#include <algorithm>
#include <utility>

#include "request/cannot_be_sent.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/request/own_fields.h"
#include "sallyport/store/model.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kCookie = "Cookie";

/// The value of a row, sent and shown.
Result<OutgoingField> ExpandField(const Run& run, const TemplateRow& row, Position position) {
  OutgoingField field;
  field.name = row.name;
  Result<void> step = Expand(row.value, run.scope, position, run.query.array_style, field.value);
  if (!step) return step.error();
  field.confined = run.IsSecret(row);
  if (row.secret) {
    field.shown = store::kMask;
  } else if (field.confined) {
    step = Expand(row.value, run.shown, position, run.query.array_style, field.shown);
    if (!step) return step.error();
  } else {
    field.shown = field.value;
  }
  return field;
}

bool HasRow(const SentRows::List& rows, std::string_view name) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const TemplateRow* row) { return row->name == name; });
}

/// The Cookie field while it grows.
class CookieWriter {
 public:
  Result<void> Add(std::string_view name, std::string_view value, std::string_view shown) {
    if (!http::IsToken(name)) {
      return CannotBeSent(RowOf::kQuery, "cookie", name, "its name is no token");
    }
    Append(field_.value, name, value);
    Append(field_.shown, name, shown);
    return {};
  }
  [[nodiscard]] bool empty() const { return field_.value.empty(); }
  [[nodiscard]] OutgoingField Take() {
    field_.name = kCookie;
    field_.confined = true;
    return std::move(field_);
  }

 private:
  static void Append(std::string& cookies, std::string_view name, std::string_view value) {
    if (!cookies.empty()) cookies += "; ";
    cookies.append(name).append("=").append(value);
  }

  OutgoingField field_;
};

/// A header row named Cookie, pair by pair.
Result<void> AddCookieHeader(const Run& run, const AppliedCredential& credential,
                             const TemplateRow& row, CookieWriter& cookies) {
  std::string value;
  Result<void> step =
      Expand(row.value, run.scope, Position::kCookieField, run.query.array_style, value);
  if (!step) return step;
  const bool secret = run.IsSecret(row);
  for (const http::CookiePair& pair : http::ParseCookies(value)) {
    if (HasRow(run.rows.cookies, pair.name) || credential.HasCookie(pair.name)) continue;
    step = cookies.Add(pair.name, pair.value, secret ? store::kMask : pair.value);
    if (!step) return step;
  }
  return {};
}

Result<void> AddCookieRow(const Run& run, const TemplateRow& row, CookieWriter& cookies) {
  Result<OutgoingField> cookie = ExpandField(run, row, Position::kCookie);
  if (!cookie) return cookie.error();
  return cookies.Add(row.name, cookie->value, cookie->shown);
}

void AddDefault(std::string_view name, std::string_view value, const AppliedCredential& credential,
                std::vector<OutgoingField>& fields) {
  if (value.empty() || credential.HasHeader(name) || FindField(fields, name) != nullptr) return;
  fields.push_back({std::string(name), std::string(value), std::string(value), false});
}

}  // namespace

OutgoingField* FindField(std::vector<OutgoingField>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const OutgoingField& field) {
    return EqualsIgnoreCase(field.name, name);
  });
  return found == fields.end() ? nullptr : &*found;
}

Result<void> AddHeaderRows(const Run& run, const AppliedCredential& credential,
                           std::vector<OutgoingField>& fields) {
  for (const TemplateRow* row : run.rows.headers) {
    if (EqualsIgnoreCase(row->name, kCookie) || credential.HasHeader(row->name)) continue;
    if (run.LeavesOut(*row)) continue;
    // Such rows are refused when they are saved; this holds if one was stored otherwise.
    if (IsOwnField(row->name)) {
      return CannotBeSent(RowOf::kQuery, "header", row->name,
                          "the gateway writes this field itself");
    }
    Result<OutgoingField> field = ExpandField(run, *row, Position::kHeader);
    if (!field) return field.error();
    fields.push_back(std::move(*field));
  }
  return {};
}

void AddDefaults(const Run& run, const AppliedCredential& credential,
                 std::vector<OutgoingField>& fields) {
  AddDefault("User-Agent", run.context.user_agent, credential, fields);
  AddDefault("Accept", "*/*", credential, fields);
  AddDefault("Accept-Encoding", run.context.accept_encoding, credential, fields);
}

Result<void> AddCookies(const Run& run, const AppliedCredential& credential,
                        std::vector<OutgoingField>& fields) {
  CookieWriter cookies;
  for (const TemplateRow* row : run.rows.headers) {
    if (!EqualsIgnoreCase(row->name, kCookie) || credential.HasHeader(kCookie)) continue;
    if (run.LeavesOut(*row)) continue;
    Result<void> added = AddCookieHeader(run, credential, *row, cookies);
    if (!added) return added;
  }
  for (const TemplateRow* row : run.rows.cookies) {
    if (credential.HasCookie(row->name) || run.LeavesOut(*row)) continue;
    Result<void> added = AddCookieRow(run, *row, cookies);
    if (!added) return added;
  }
  for (const AppliedCredential::Item& cookie : credential.cookies()) {
    Result<void> added =
        cookies.Add(cookie.name, http::EncodeCookieValue(cookie.value), store::kMask);
    if (!added) return added;
  }
  if (!cookies.empty()) fields.push_back(cookies.Take());
  return {};
}

void AddCredential(const AppliedCredential& credential, std::vector<OutgoingField>& fields) {
  for (const AppliedCredential::Item& header : credential.headers()) {
    fields.push_back({header.name, header.value, std::string(store::kMask), true});
  }
}

}  // namespace sallyport::request
