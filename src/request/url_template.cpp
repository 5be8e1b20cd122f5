#include "request/url_template.h"

#include <utility>
#include <vector>

#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

using Pieces = std::vector<Template::Piece>;

Error Wrong(std::string message) {
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, std::move(message));
}

/// scheme and authority, and what follows them.
struct Halves {
  Pieces front, rest;
};

/// Splits at the first '/' or '?' of the literal text behind "://".
Halves SplitAtPath(const Template& text) {
  constexpr std::string_view kAfterScheme = "://";
  Halves halves;
  std::size_t from = std::string::npos;  // in the first piece: behind the scheme
  bool in_rest = false;
  for (const Template::Piece& piece : text.pieces()) {
    const auto* literal = std::get_if<std::string>(&piece);
    if (literal == nullptr || in_rest) {
      (in_rest ? halves.rest : halves.front).push_back(piece);
      continue;
    }
    const std::size_t scheme = from == std::string::npos ? literal->find(kAfterScheme) : 0;
    from = scheme == std::string::npos ? 0 : scheme + (from == std::string::npos ? 3 : 0);
    const std::size_t end = literal->find_first_of("/?", from);
    from = 0;
    halves.front.emplace_back(literal->substr(0, end));
    if (end == std::string::npos) continue;
    in_rest = true;
    halves.rest.emplace_back(literal->substr(end));
  }
  return halves;
}

/// Variables put in; unknown ones are an error.
Result<Template> Folded(const Template& text, const Value& vars, Position position) {
  std::vector<Violation> unknown;
  KnownNames known;
  known.vars = &vars;
  CheckNames(text, known, "", unknown);
  if (!unknown.empty()) {
    return Error(ErrorKind::kUnknownPlaceholder, ErrorSource::kCaller,
                 "holds " + unknown.front().message);
  }
  Result<Template> folded = FoldVariables(text, vars, position);
  if (!folded) return Wrong("cannot be expanded: " + folded.error().message());
  return folded;
}

Result<std::string> ReadFront(const Template& front, const Value& vars) {
  Result<Template> folded = Folded(front, vars, Position::kHost);
  if (!folded) return folded.error();
  if (!folded->is_literal()) {
    return Wrong(
        "may hold only {{ vars.NAME }} before its path, with a text as value; where calls go to "
        "must not depend on the call");
  }
  return folded->literal();
}

Result<TemplateUrl> ReadRest(const Template& rest, const Value& vars) {
  Result<TemplateUrl> split = SplitUrl(rest);
  if (!split) return Wrong(split.error().message());
  Result<Template> path = Folded(split->path, vars, Position::kPath);
  if (!path) return path.error();
  Result<Template> query = Folded(split->query, vars, Position::kQuery);
  if (!query) return query.error();
  split->path = std::move(*path);
  split->query = std::move(*query);
  return split;
}

}  // namespace

Result<UrlTemplate> ReadUrlTemplate(std::string_view text, const Value& vars) {
  Result<Template> compiled = Template::Compile(Trim(text));
  if (!compiled) return compiled.error();
  const Halves halves = SplitAtPath(*compiled);
  Result<std::string> front = ReadFront(Template(halves.front), vars);
  if (!front) return front.error();
  Result<TemplateUrl> rest = ReadRest(Template(halves.rest), vars);
  if (!rest) return rest.error();
  std::string sample = *front + rest->path.WithStandIns();
  if (rest->has_query) sample += "?" + rest->query.WithStandIns();
  Result<http::Url> url = http::ParseUrl(sample);
  if (!url) return url.error();
  UrlTemplate result;
  result.url = std::move(*url);
  if (!rest->path.is_literal() || !rest->query.is_literal()) result.rest = std::move(*rest);
  return result;
}

}  // namespace sallyport::request
