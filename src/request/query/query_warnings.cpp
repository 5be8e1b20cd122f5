// What is allowed but probably not meant.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "request/applied_credential.h"
#include "request/query/query_body.h"
#include "request/query/run_templates.h"
#include "request/query/sent_rows.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/charset.h"
#include "sallyport/request/compiled_query.h"

namespace sallyport::request {
namespace {

class Warnings {
 public:
  Warnings(const CompiledQuery& query, const CompiledResource& resource)
      : query_(query), resource_(resource), rows_(SelectRows(resource, query, {})) {
    resource.credential->Apply(credential_);
    for (const Input& input : query.inputs.declared) {
      if (input.secret) secrets_.push_back(input.name);
    }
    scope_.secrets = &secrets_;
  }

  std::vector<std::string> Find() {
    SecretsInUrl();
    Duplicates();
    Overwritten();
    Bodies();
    UnusedInputs();
    UndeclaredInputs();
    PlainHttp();
    found_.insert(found_.end(), query_.notes.begin(), query_.notes.end());
    return std::move(found_);
  }

 private:
  void Add(std::string text) { found_.push_back(std::move(text)); }

  void SecretsInUrl() {
    const std::string why = "; URLs end up in logs, so a header is safer.";
    if (HoldsSecret(query_.path.path, scope_) || HoldsSecret(query_.path.query, scope_)) {
      Add("path puts a secret into the URL" + why);
    }
    for (const TemplateRow& row : query_.params) {
      const bool secret_name = row.name_template && HoldsSecret(*row.name_template, scope_);
      if (row.secret || secret_name || HoldsSecret(row.value, scope_)) {
        Add("The param \"" + row.name + "\" puts a secret into the URL" + why);
      }
    }
  }

  using Same = bool (*)(std::string_view, std::string_view);
  void DuplicatesOf(const std::vector<TemplateRow>& rows, const std::string& what, Same same) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto is_same = [&](const TemplateRow& row) { return same(row.name, rows[i].name); };
      const auto self = rows.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::any_of(rows.begin(), self, is_same)) continue;  // told already
      if (std::none_of(self + 1, rows.end(), is_same)) continue;
      Add("The " + what + " \"" + rows[i].name + "\" stands more than once; all are sent.");
    }
  }

  void Duplicates() {
    const Same exact = [](std::string_view a, std::string_view b) { return a == b; };
    DuplicatesOf(query_.params, "param", exact);
    DuplicatesOf(query_.headers, "header", EqualsIgnoreCase);
    DuplicatesOf(query_.cookies, "cookie", exact);
  }

  void OverwrittenIn(const std::vector<TemplateRow>& rows, const std::string& what,
                     const std::function<bool(std::string_view)>& is_set) {
    for (const TemplateRow& row : rows) {
      if (!is_set(row.name)) continue;
      Add("The " + what + " \"" + row.name +
          "\" is not sent: the resource's auth sets it, and wins.");
    }
  }

  void Overwritten() {
    OverwrittenIn(query_.params, "param",
                  [&](std::string_view name) { return credential_.HasParam(name); });
    OverwrittenIn(query_.headers, "header", [&](std::string_view name) {
      // A token that was not fetched yet is no header yet.
      return credential_.HasHeader(name) ||
             (resource_.uses_oauth && EqualsIgnoreCase(name, "Authorization"));
    });
    OverwrittenIn(query_.cookies, "cookie",
                  [&](std::string_view name) { return credential_.HasCookie(name); });
  }

  void Bodies() {
    const QueryBody& body = *query_.body;
    if (body.is_none()) return;
    if (query_.method == "GET" || query_.method == "HEAD") {
      Add("A " + query_.method + " with a body is refused or misread by many servers.");
    }
    if (body.type().empty()) return;
    for (const TemplateRow* row : rows_.headers) {
      if (!EqualsIgnoreCase(row->name, "Content-Type") || !row->value.is_literal()) continue;
      const std::string type = http::ParseMediaType(row->value.literal()).essence;
      const bool json = body.type() == "application/json" && http::IsJsonType(type);
      const bool multipart = body.is_multipart() && type.starts_with("multipart/");
      if (type == body.type() || json || multipart) continue;
      Add("The header \"" + row->name + "\" says \"" + row->value.literal() +
          "\", but the body is " + std::string(body.type()) + ".");
    }
  }

  /// A resource's own placeholders may take an input, too.
  [[nodiscard]] std::vector<std::string> UsedByResource() const {
    std::vector<std::string> used;
    ForEachResourceParam(
        resource_, query_, rows_,
        [&](const std::string& name, const TemplatePlace& /*place*/) { used.push_back(name); });
    return used;
  }

  void UnusedInputs() {
    std::vector<std::string> used = UsedByResource();
    used.insert(used.end(), query_.used_inputs.begin(), query_.used_inputs.end());
    for (const Input& input : query_.inputs.declared) {
      if (std::find(used.begin(), used.end(), input.name) != used.end()) continue;
      Add("The input \"" + input.name + "\" is not used by any placeholder.");
    }
  }

  void UndeclaredInputs() {
    const std::optional<InputRules> rules = RulesAt(resource_, query_);
    if (!rules) return;
    for (const UndeclaredParam& param : rules->undeclared) {
      Add("The resource's " + param.member + " uses {{ params." + param.name +
          " }}, which is no input of this query, so that no run can give it: declare it in "
          "inputs.");
    }
  }

  [[nodiscard]] bool IsLoopback() const {
    const std::string& host = resource_.base.origin.host;
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
           host == "::1";
  }

  void PlainHttp() {
    const bool credential = resource_.uses_oauth || !credential_.headers().empty() ||
                            !credential_.params().empty() || !credential_.cookies().empty();
    if (!credential || resource_.base.origin.scheme != "http" || IsLoopback()) return;
    Add("The resource's base_url is plain http: its credentials can be read on the way.");
  }

  const CompiledQuery& query_;
  const CompiledResource& resource_;
  SentRows rows_;
  AppliedCredential credential_;
  std::vector<std::string> secrets_;
  Scope scope_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> QueryWarnings(const CompiledQuery& query,
                                       const CompiledResource& resource) {
  return Warnings(query, resource).Find();
}

}  // namespace sallyport::request
