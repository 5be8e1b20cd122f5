// The templates of a resource: judged when it is saved, expanded for one call.
#include <algorithm>
#include <utility>

#include "request/document_reader.h"
#include "request/static_parts.h"
#include "request/url_template.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {
namespace {

/// Judges one document; collects what is wrong.
class TemplateJudge {
 public:
  explicit TemplateJudge(const store::Document& document)
      : document_(document), reader_(document), vars_(reader_.Any("/variables")) {
    if (vars_.is_null()) vars_ = Value::Object({});
    known_.vars = &vars_;
    known_.tokens = reader_.Text("/auth/type") == "oauth2";
  }

  Result<void> Judge() {
    JudgeUrl("/base_url");
    JudgeUrl("/login_test_url");
    for (const std::string_view list : {"/params", "/headers", "/cookies", "/body_fields"})
      JudgeRows(list);
    if (violations_.empty()) return {};
    const bool only_names = std::all_of(violations_.begin(), violations_.end(),
                                        [](const Violation& v) { return v.code == kUnknownName; });
    std::string message =
        DottedField(violations_.front().pointer) + " " + violations_.front().message;
    return Error(only_names ? ErrorKind::kUnknownPlaceholder : ErrorKind::kValidationFailed,
                 ErrorSource::kCaller, std::move(message))
        .WithViolations(std::move(violations_));
  }

 private:
  static constexpr std::string_view kUnknownName = "unknown_placeholder";

  void JudgeUrl(const std::string& pointer) {
    const std::string text = reader_.Text(pointer);
    if (text.empty()) return;
    const Result<Template> compiled = Template::Compile(text);
    if (compiled) {
      const std::size_t before = violations_.size();
      CheckNames(*compiled, known_, pointer, violations_);
      if (violations_.size() != before) return;  // said once is enough
    }
    const Result<UrlTemplate> url = ReadUrlTemplate(text, vars_);
    if (!url) violations_.push_back({pointer, "format", url.error().message()});
  }

  void JudgeRows(std::string_view list) {
    const auto rows = document_.body.find(list.substr(1));
    if (rows == document_.body.end() || !rows->is_array()) return;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      if (list == "/params") JudgeName((*rows)[i], std::string(list) + "/" + std::to_string(i));
      const auto value = (*rows)[i].find("value");
      if (value == (*rows)[i].end() || !value->is_string()) continue;
      const std::string pointer = std::string(list) + "/" + std::to_string(i) + "/value";
      const auto secret = document_.secrets.find(pointer);
      if (secret == document_.secrets.end()) {
        JudgeText(value->get_ref<const std::string&>(), pointer);
      } else {
        secret->second.Reveal([&](std::string_view text) { JudgeSecret(text, pointer); });
      }
    }
  }

  /// Of a param: other names are not expanded.
  void JudgeName(const Json& row, const std::string& pointer) {
    const auto name = row.find("name");
    if (name == row.end() || !name->is_string()) return;
    JudgeText(name->get_ref<const std::string&>(), pointer + "/name");
  }

  void JudgeText(std::string_view text, const std::string& pointer) {
    const Result<Template> compiled = Template::Compile(text);
    if (compiled) {
      CheckNames(*compiled, known_, pointer, violations_);
    } else {
      violations_.push_back({pointer, "format", compiled.error().message()});
    }
  }

  /// What stands between braces may be a part of the secret that was no placeholder.
  void JudgeSecret(std::string_view text, const std::string& pointer) {
    const std::size_t before = violations_.size();
    JudgeText(text, pointer);
    for (std::size_t i = before; i < violations_.size(); ++i) {
      violations_[i].message =
          "holds a placeholder that is not right (a name that does not exist, or \"{{\" that is "
          "not closed); write \\{{ for the braces themselves";
    }
  }

  const store::Document& document_;
  DocumentReader reader_;
  Value vars_;
  KnownNames known_;
  std::vector<Violation> violations_;
};

void CollectFrom(const std::vector<TemplateRow>& rows, const Scope& scope, MissingNames& names) {
  for (const TemplateRow& row : rows) {
    ForEachTemplate(row, [&](const Template& text) { CollectMissing(text, scope, names); });
  }
}

}  // namespace

Result<http::Url> BaseUrlOf(const Json& body) {
  const store::Document document{body, {}};
  const DocumentReader reader(document);
  Value vars = reader.Any("/variables");
  if (vars.is_null()) vars = Value::Object({});
  Result<UrlTemplate> base = ReadUrlTemplate(reader.Text("/base_url"), vars);
  if (!base) return base.error();
  return std::move(base->url);
}

Result<void> CheckResourceTemplates(const Json& body) {
  const store::Document document{body, {}};
  return CheckResourceTemplates(document);
}

Result<void> CheckResourceTemplates(const store::Document& document) {
  return TemplateJudge(document).Judge();
}

Result<http::Url> BaseFor(const CompiledResource& resource, const Scope& scope) {
  if (!resource.base_template) return resource.base;
  http::Url url;
  url.origin = resource.base.origin;
  Result<void> expanded =
      Expand(resource.base_template->path, scope, Position::kPath, ArrayStyle::kJson, url.path);
  if (!expanded) return expanded.error();
  if (url.path.empty()) url.path = "/";
  if (LeadsOutside(url.path)) {
    return Error(ErrorKind::kOutsideBaseUrl, ErrorSource::kCaller,
                 "The resource's base_url holds a dot segment once its placeholders are filled.")
        .WithViolation({"/base_url", "outside_base_url",
                        "holds a dot segment once its placeholders are filled"});
  }
  expanded =
      ExpandQuery(resource.base_template->query, scope, ArrayStyle::kRepeat, false, url.query);
  if (!expanded) return expanded.error();
  return url;
}

Result<StaticParts> ExpandParts(const CompiledResource& resource, const Scope& scope,
                                bool url_holds_token) {
  if (resource.problem) return *resource.problem;
  MissingNames missing;
  if (resource.base_template) {
    CollectMissing(resource.base_template->path, scope, missing);
    CollectMissing(resource.base_template->query, scope, missing);
  }
  CollectFrom(resource.params, scope, missing);
  CollectFrom(resource.headers, scope, missing);
  CollectFrom(resource.cookies, scope, missing);
  Result<void> complete = missing.Judge();
  if (!complete) return complete.error();
  Result<http::Url> base = BaseFor(resource, scope);
  if (!base) return base.error();
  const AppliedCredential credential =
      CredentialOf(resource, scope.access_token, resource.holds_token || url_holds_token);
  Result<StaticParts> parts = BuildStaticParts(resource, *base, scope, credential);
  if (parts && resource.base_template)
    parts->own_base = std::make_shared<const http::Url>(std::move(*base));
  return parts;
}

const http::Url& BaseOf(const CompiledResource& resource, const StaticParts& parts) {
  return parts.own_base ? *parts.own_base : resource.base;
}

bool IsTrusted(const CompiledResource& resource, const http::Origin& origin) {
  return origin == resource.base.origin ||
         std::find(resource.extra_origins.begin(), resource.extra_origins.end(), origin) !=
             resource.extra_origins.end();
}

}  // namespace sallyport::request
