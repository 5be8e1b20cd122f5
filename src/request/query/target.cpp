#include "request/query/target.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sallyport/request/template.h"
#include "sallyport/schema/field_table.h"
#include "sallyport/store/model.h"

namespace sallyport::request {
namespace {

Error Outside(std::string_view why) {
  return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller,
               "The request's URL would lie outside the resource's base_url: " + std::string(why) +
                   ".")
      .WithViolation({"/path", "outside_base_url",
                      "would lead outside the resource's base_url: " + std::string(why)});
}

/// Where the path `rest` of the query leads, below `base` or, when it was a URL, by itself.
std::string PathOf(const Run& run, const http::Url& base, std::string rest) {
  if (!run.query.origin) return http::JoinPath(base.path, rest);
  return rest.empty() ? "/" : std::move(rest);
}

Result<void> JudgePlace(const Run& run, const http::Url& base, const std::string& rest,
                        const std::string& path) {
  if (LeadsOutside(rest)) {
    return Outside("its path holds a dot segment (also percent-encoded)");
  }
  if (run.query.origin && *run.query.origin != base.origin) {
    return Outside("the query's URL has another origin");
  }
  if (!http::PathHasPrefix(path, base.path)) return Outside("its path is not below base_url's");
  return {};
}

/// Two queries, as sent and as shown, that grow together.
class QueryWriter {
 public:
  explicit QueryWriter(Target& target) : target_(target) {}

  void Add(std::string_view sent, std::string_view shown) {
    Append(target_.url.query, sent);
    Append(target_.shown_query, shown);
  }
  /// A parameter whose name alone is shown.
  void AddSecret(std::string_view sent, std::string_view encoded_name) {
    Add(sent, std::string(encoded_name) + "=" + std::string(store::kMask));
    Remember(sent);
  }
  /// The values of these parameters are secret.
  void Remember(std::string_view sent) {
    for (const http::QueryPiece& piece : http::SplitQuery(sent)) {
      if (!piece.value.empty()) target_.secrets.push_back(http::PercentDecode(piece.value));
    }
  }
  void RememberText(const std::string& text) {
    if (!text.empty()) target_.secrets.push_back(text);
  }

 private:
  static void Append(std::string& query, std::string_view piece) {
    if (piece.empty()) return;
    if (!query.empty()) query += '&';
    query += piece;
  }

  Target& target_;
};

/// Without the parameters that the credential sets.
std::string Without(std::string query, const AppliedCredential& credential) {
  if (credential.params().empty()) return query;
  const auto is_set = [&](const http::QueryPiece& piece) {
    return credential.HasParam(http::FormDecode(piece.name));
  };
  const std::vector<http::QueryPiece> pieces = http::SplitQuery(query);
  if (std::none_of(pieces.begin(), pieces.end(), is_set)) return query;  // as it was written
  std::string kept;
  for (const http::QueryPiece& piece : pieces) {
    if (is_set(piece)) continue;
    if (!kept.empty()) kept += '&';
    kept += piece.raw;
  }
  return kept;
}

/// base_url is not shown to everyone who may run a query, and nobody can say there what is secret.
void AddBaseQuery(const Run& run, const std::string& query, QueryWriter& writer) {
  const auto& base = run.resource.base_template;
  const bool secret = base && HoldsSecret(base->query, run.scope);
  for (const http::QueryPiece& piece : http::SplitQuery(query)) {
    if (secret || schema::IsSecretName(http::FormDecode(piece.name))) {
      writer.AddSecret(piece.raw, piece.name);
    } else {
      writer.Add(piece.raw, piece.raw);
    }
  }
}

Result<void> AddPathQuery(const Run& run, const AppliedCredential& credential,
                          QueryWriter& writer) {
  const Template& text = run.query.path.query;
  std::string sent;
  Result<void> expanded =
      ExpandQuery(text, run.scope, run.query.array_style, run.query.omit_empty_params, sent);
  if (!expanded) return expanded;
  sent = Without(std::move(sent), credential);
  if (!HoldsSecret(text, run.scope)) {
    writer.Add(sent, sent);
    return {};
  }
  std::string shown;
  expanded =
      ExpandQuery(text, run.shown, run.query.array_style, run.query.omit_empty_params, shown);
  if (!expanded) return expanded;
  writer.Add(sent, Without(std::move(shown), credential));
  writer.Remember(sent);
  return {};
}

/// A secret name is masked, too.
Result<std::string> ShownName(const Run& run, const TemplateRow& row) {
  if (!row.name_template) return http::PercentEncode(row.name);
  std::string name;
  Result<void> expanded =
      Expand(*row.name_template, run.shown, Position::kParam, run.query.array_style, name);
  if (!expanded) return expanded.error();
  return name;
}

Result<void> AddRow(const Run& run, const TemplateRow& row, QueryWriter& writer) {
  const bool omit_empty = run.query.omit_empty_params;
  std::string sent;
  Result<void> expanded = ExpandParamRow(row, run.scope, run.query.array_style, omit_empty, sent);
  if (!expanded || sent.empty()) return expanded;
  const bool secret_name = row.name_template && HoldsSecret(*row.name_template, run.scope);
  if (secret_name) writer.RememberText(row.name);
  if (row.secret) {
    Result<std::string> name = ShownName(run, row);
    if (!name) return name.error();
    writer.AddSecret(sent, *name);
  } else if (secret_name || HoldsSecret(row.value, run.scope)) {
    std::string shown;
    expanded = ExpandParamRow(row, run.shown, run.query.array_style, omit_empty, shown);
    writer.Add(sent, shown);
    writer.Remember(sent);
  } else {
    writer.Add(sent, sent);
  }
  return expanded;
}

Result<std::string> ShownPath(const Run& run, const http::Url& base, const std::string& path) {
  const auto& base_template = run.resource.base_template;
  const bool secret_base = base_template && HoldsSecret(base_template->path, run.scope);
  if (!secret_base && !HoldsSecret(run.query.path.path, run.scope)) return path;
  http::Url shown_base = base;
  if (secret_base) {
    Result<http::Url> masked = BaseFor(run.resource, run.shown);
    if (!masked) return masked.error();
    shown_base = std::move(*masked);
  }
  std::string shown;
  Result<void> step =
      Expand(run.query.path.path, run.shown, Position::kPath, run.query.array_style, shown);
  if (!step) return step.error();
  return PathOf(run, shown_base, std::move(shown));
}

}  // namespace

std::string Target::ShownUrl() const {
  std::string text = url.origin.ToString() + shown_path;
  if (!shown_query.empty()) text.append("?").append(shown_query);
  return text;
}

Result<Target> BuildPath(const Run& run) {
  const CompiledResource& resource = run.resource;
  Target target;
  target.url = resource.base;
  if (resource.base_template) {
    Result<http::Url> base = BaseFor(resource, run.scope);
    if (!base) return base.error();
    target.url = std::move(*base);
  }
  std::string rest;
  Result<void> step =
      Expand(run.query.path.path, run.scope, Position::kPath, run.query.array_style, rest);
  if (!step) return step.error();
  std::string path = PathOf(run, target.url, rest);
  step = JudgePlace(run, target.url, rest, path);
  if (!step) return step.error();

  Result<std::string> shown = ShownPath(run, target.url, path);
  if (!shown) return shown.error();
  target.shown_path = std::move(*shown);
  target.url.path = std::move(path);
  return target;
}

Result<void> BuildQuery(const Run& run, const AppliedCredential& credential, Target& target) {
  QueryWriter writer(target);
  const std::string base_query = Without(std::exchange(target.url.query, {}), credential);
  AddBaseQuery(run, base_query, writer);
  if (run.query.path.has_query) {
    Result<void> added = AddPathQuery(run, credential, writer);
    if (!added) return added;
  }
  for (const TemplateRow* row : run.rows.params) {
    if (credential.HasParam(row->name)) continue;
    Result<void> added = AddRow(run, *row, writer);
    if (!added) return added;
  }
  for (const AppliedCredential::Item& param : credential.params()) {
    const std::string name = http::PercentEncode(param.name);
    writer.AddSecret(name + "=" + http::PercentEncode(param.value), name);
  }
  return {};
}

}  // namespace sallyport::request
