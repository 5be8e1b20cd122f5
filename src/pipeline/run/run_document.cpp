#include "pipeline/run/run_document.h"

#include <string>
#include <utility>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/json_scan.h"

namespace sallyport::pipeline {
namespace {

Error Invalid(std::vector<Violation> violations) {
  std::string message;
  for (const Violation& violation : violations) {
    if (!message.empty()) message += "; ";
    const std::string field = DottedField(violation.pointer);
    message.append(field.empty() ? "the body" : field).append(" ").append(violation.message);
  }
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, std::move(message))
      .WithViolations(std::move(violations));
}

Error InvalidMember(std::string pointer, std::string code, std::string message) {
  std::vector<Violation> violations;
  violations.push_back({std::move(pointer), std::move(code), std::move(message)});
  return Invalid(std::move(violations));
}

Error NoObject(std::string pointer) {
  return InvalidMember(std::move(pointer), "type", "must be a JSON object");
}

bool IsObject(const request::Value& value) { return value.kind() == request::Value::Kind::kObject; }

std::vector<Violation> UnknownMembers(const request::Value& body, bool with_query) {
  const std::string known = with_query ? "query and params" : "params";
  std::vector<Violation> violations;
  for (const auto& [name, value] : body.members()) {
    if (name == "params" || (with_query && name == "query")) continue;
    violations.push_back({"/" + EscapePointerToken(name), "unknown_member",
                          "is not a member of a run; there is " + known});
  }
  return violations;
}

/// Would the text be read further if it might be one level deeper?
bool IsTooDeep(std::string_view text, std::size_t json_depth) {
  const auto flaw = ScanJson(text, json_depth);
  if (!flaw) return false;
  const auto deeper = ScanJson(text, json_depth + 1);
  return !deeper || deeper->offset != flaw->offset;
}

Result<request::Value> ParseWithin(std::string_view text, std::size_t json_depth) {
  Result<request::Value> parsed = request::Value::Parse(text, json_depth);
  if (parsed || !IsTooDeep(text, json_depth)) return parsed;
  return std::move(parsed).error().WithHint("limits.json_depth allows " +
                                            std::to_string(json_depth) + " levels");
}

/// null stands for "none".
Result<request::Value> ParamsOf(const request::Value* params) {
  if (params == nullptr || params->is_null()) return request::Value::Object({});
  if (!IsObject(*params)) return NoObject("/params");
  return *params;
}

}  // namespace

Error QueryMissing() {
  return InvalidMember("/query", "required", "is missing: it holds the query to run");
}

Error InsideQuery(const Error& error) {
  std::vector<Violation> violations = error.violations();
  for (Violation& violation : violations) violation.pointer.insert(0, "/query");
  return Error(error.kind(), error.source(), error.message())
      .WithHint(error.hint())
      .WithDetail(error.detail())
      .WithViolations(std::move(violations));
}

Result<RunDocument> ParseRunDocument(std::string_view body, std::size_t json_depth,
                                     QueryMember query) {
  const bool with_query = query == QueryMember::kRequired;
  RunDocument document;
  if (body.empty()) {
    if (with_query) return QueryMissing();
    return document;
  }
  Result<request::Value> root = ParseWithin(body, json_depth);
  if (!root) return std::move(root.error());
  if (!IsObject(*root)) return NoObject("");
  std::vector<Violation> unknown = UnknownMembers(*root, with_query);
  if (!unknown.empty()) return Invalid(std::move(unknown));
  Result<request::Value> params = ParamsOf(root->Find("params"));
  if (!params) return std::move(params.error());
  document.params = std::move(*params);
  if (!with_query) return document;
  const request::Value* const member = root->Find("query");
  if (member == nullptr) return QueryMissing();
  if (!IsObject(*member)) return NoObject("/query");
  document.query = *member;
  return document;
}

Result<request::Value> ParseParams(std::string_view text, std::size_t json_depth) {
  Result<request::Value> params = ParseWithin(text, json_depth);
  if (!params) return params;
  return ParamsOf(&*params);
}

Result<request::Value> ParseQuery(std::string_view text, std::size_t json_depth) {
  Result<request::Value> query = ParseWithin(text, json_depth);
  if (query && !IsObject(*query)) return NoObject("/query");
  return query;
}

}  // namespace sallyport::pipeline
