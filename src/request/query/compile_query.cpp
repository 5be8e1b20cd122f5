// From a stored query document to a CompiledQuery.
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "request/query/bodies.h"
#include "request/query/body_reader.h"
#include "request/query/document_members.h"
#include "request/query/template_reader.h"
#include "sallyport/http/method.h"
#include "sallyport/http/url.h"
#include "sallyport/request/compiled_query.h"

namespace sallyport::request {
namespace {

InputType ReadInputType(const std::string& name) {
  if (name.empty()) return InputType::kString;
  const std::optional<InputType> type = InputTypeOf(name);
  if (!type) throw std::runtime_error("stored query: unknown input type " + name);
  return *type;
}

std::vector<Input> ReadInputs(const store::Document& document) {
  std::vector<Input> inputs;
  const Json& list = ListOf(document.body, "inputs");
  for (std::size_t i = 0; i < list.size(); ++i) {
    Input input;
    input.name = TextOf(list[i], "name");
    input.type = ReadInputType(TextOf(list[i], "type"));
    input.required = FlagOf(list[i], "required", true);
    input.default_value = ValueOf(Member(list[i], "default"));
    input.secret = FlagOf(list[i], "secret", false);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

ArrayStyle ArrayStyleOf(const std::string& name) {
  if (name == "brackets") return ArrayStyle::kBrackets;
  if (name == "comma") return ArrayStyle::kComma;
  return name == "json" ? ArrayStyle::kJson : ArrayStyle::kRepeat;
}

std::optional<RedirectRules> ReadRedirects(const Json& redirects) {
  if (redirects.is_null()) return std::nullopt;
  RedirectRules rules;
  const std::string follow = TextOf(redirects, "follow");
  if (follow == "none") rules.follow = Follow::kNone;
  if (follow == "any") rules.follow = Follow::kAny;
  rules.max = static_cast<int>(NumberOf(redirects, "max").value_or(rules.max));
  return rules;
}

/// Where an absolute URL's path begins; nullopt for a path.
std::optional<std::size_t> EndOfOrigin(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  const bool scheme =
      std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '-' || c == '.';
      });
  if (!scheme) return std::nullopt;
  return std::min(text.find_first_of("/?#", mark + 3), text.size());
}

void JudgeAbsolute(const CompiledQuery& query, const CompiledResource& resource,
                   TemplateReader& templates) {
  const std::string base = resource.base.origin.ToString() + resource.base.path;
  if (*query.origin != resource.base.origin) {
    templates.Complain("/path", "outside_base_url",
                       "must lie inside the resource's base_url (" + base + ")");
    return;
  }
  if (resource.base_template) return;  // judged in every run
  const Template sample({Template::Piece(query.path.path.WithStandIns())});
  std::string path;
  const Result<void> expanded = Expand(sample, {}, Position::kPath, ArrayStyle::kRepeat, path);
  if (expanded && !http::PathHasPrefix(path.empty() ? "/" : path, resource.base.path)) {
    templates.Complain("/path", "outside_base_url",
                       "must lie inside the resource's base_url (" + base + ")");
  }
}

void ReadPath(CompiledQuery& query, const std::string& text, const CompiledResource* resource,
              TemplateReader& templates) {
  const std::optional<std::size_t> end = EndOfOrigin(text);
  if (!end) {
    query.path = templates.TakeUrl({text, "/path", false});
    return;
  }
  Result<http::Origin> origin = http::ParseOrigin(std::string_view(text).substr(0, *end));
  if (!origin) {
    templates.Complain("/path", "outside_base_url",
                       "must be a path below base_url, or a URL inside it; as a URL it " +
                           origin.error().message());
    return;
  }
  query.origin = std::move(*origin);
  query.path = templates.TakeUrl({text.substr(*end), "/path", false});
  if (resource != nullptr) JudgeAbsolute(query, *resource, templates);
}

void ReadSettings(CompiledQuery& query, const Json& body) {
  query.slug = TextOf(body, "slug");
  query.method = TextOf(body, "method");
  if (const auto timeout = NumberOf(body, "timeout_ms")) query.timeout = Milliseconds(*timeout);
  query.redirects = ReadRedirects(Member(body, "redirects"));
  query.retries = static_cast<int>(NumberOf(body, "retries").value_or(0));
  query.omit_empty_params = FlagOf(body, "omit_empty_params", false);
  query.array_style = ArrayStyleOf(TextOf(body, "array_style"));
}

Error SecretMissing(const std::string& pointer) {
  return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
               "A stored secret of this query (" + DottedField(pointer) +
                   ") does not open with the configured master keys.");
}

}  // namespace

CompiledQuery::CompiledQuery() : body(NoBody()) {}
CompiledQuery::~CompiledQuery() = default;

bool CompiledQuery::is_safe() const { return http::IsSafe(method); }

Result<std::shared_ptr<const CompiledQuery>> CompileQuery(const store::Document& document,
                                                          const CompiledResource* resource) {
  const Json& body = document.body;
  auto query = std::make_shared<CompiledQuery>();
  query->inputs.declared = ReadInputs(document);
  TemplateReader templates(query->inputs, resource);
  RowReader rows(document, templates);

  ReadSettings(*query, body);
  ReadPath(*query, TextOf(body, "path"), resource, templates);
  using Use = RowReader::Use;
  query->params = rows.Templates("params", Use::kParam, query->removed_params);
  query->headers = rows.Templates("headers", Use::kHeader, query->removed_headers);
  query->cookies = rows.Templates("cookies", Use::kCookie, query->removed_cookies);
  query->body = ReadBody(Member(body, "body"), rows, templates, query->notes);
  if (templates.failed()) return templates.TakeError();

  query->used_inputs = templates.used();
  if (!query->inputs.declares()) {
    query->inputs.implied = templates.used();
    query->inputs.implied_files = templates.files();
  }
  if (!rows.missing_secret().empty()) {
    query->problem = std::make_shared<const Error>(SecretMissing(rows.missing_secret()));
  }
  return std::shared_ptr<const CompiledQuery>(std::move(query));
}

std::shared_ptr<const store::Prepared> PrepareQuery(const store::Query& query) {
  Result<std::shared_ptr<const CompiledQuery>> compiled = CompileQuery(query.document, nullptr);
  if (compiled) return *compiled;
  // Saved by a version that judged otherwise: it cannot run, and everything else can.
  auto broken = std::make_shared<CompiledQuery>();
  broken->slug = query.slug;
  broken->problem = std::make_shared<const Error>(std::move(compiled).error());
  return broken;
}

}  // namespace sallyport::request
