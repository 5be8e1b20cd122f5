#include "request/query/json_body.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "request/expand/append.h"
#include "sallyport/base/json.h"
#include "sallyport/base/json_scan.h"
#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

/// What the scanner can follow: a target may take deeper JSON than the gateway's own API.
constexpr std::size_t kDepth = 1024;

/// The end of the string that starts at `at`, behind its quote.
std::size_t EndOfString(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

std::string NameOf(std::string_view quoted) {
  if (quoted.find('\\') == std::string_view::npos) {
    return std::string(quoted.substr(1, quoted.size() - 2));
  }
  const Result<Value> name = Value::Parse(quoted, 1);
  return name ? name->text() : std::string(quoted);
}

/// The names of the members of the object that `json` is.
std::vector<std::string> MemberNames(std::string_view json) {
  std::vector<std::string> names;
  std::size_t depth = 0;
  bool name_next = false;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = EndOfString(json, at);
      if (depth == 1 && name_next) names.push_back(NameOf(json.substr(at, end - at)));
      name_next = false;
      at = end;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0) --depth;
    if (c == '{' || c == ',') name_next = true;
    ++at;
  }
  return names;
}

/// A value of a row in JSON: exactly one placeholder takes its type, anything else is a string.
Result<void> AppendField(const TemplateRow& row, const Scope& scope, std::string& out) {
  const Placeholder* only = row.value.only_placeholder();
  const bool masked = scope.masked && (row.secret || (only != nullptr && scope.IsSecret(*only)));
  if (only != nullptr && !masked && !IsToken(*only)) {
    const Value* value = scope.Find(*only);
    if (value == nullptr) return Missing(*only);
    value->AppendJson(out);
    return {};
  }
  std::string text;
  if (masked) {
    text = kMaskedText;
  } else {
    Result<void> expanded = Expand(row.value, scope, Position::kRaw, ArrayStyle::kJson, text);
    if (!expanded) return expanded;
  }
  out += '"';
  AppendJsonEscaped(out, text);
  out += '"';
  return {};
}

}  // namespace

JsonOutline::JsonOutline(std::string_view text)
    : may_be_object_(Trim(text).starts_with('{') || Trim(text).starts_with('x')) {
  if (Trim(text).starts_with('{')) members_ = MemberNames(text);
}

bool JsonOutline::HasMember(std::string_view name) const { return Contains(members_, name); }

Result<void> JudgeJson(std::string_view json, std::string_view what) {
  const auto flaw = ScanJson(json, kDepth);
  if (!flaw) return {};
  const std::string text =
      std::string(what) + " is no valid JSON once its placeholders are filled in: " +
      MalformedJson(json, flaw->offset, std::string(flaw->description)).message();
  return Error(ErrorKind::kInvalidParameter, ErrorSource::kCaller, text)
      .WithViolation({"/body", "json", text});
}

Result<void> MergeFields(const BodySources& sources, std::string& json) {
  if (sources.fields == nullptr || sources.fields->empty()) return {};
  const std::size_t end = json.find_last_of('}');
  if (!Trim(json).starts_with('{') || end == std::string::npos) return {};

  std::vector<std::string> names = MemberNames(json);
  const bool has_members = !names.empty();
  std::vector<std::pair<std::string_view, std::string>> added;
  for (const TemplateRow& row : *sources.fields) {
    if (std::find(names.begin(), names.end(), row.name) != names.end()) continue;
    if (LeavesOut(row.value, sources.scope, sources.omit_empty)) continue;
    std::string value;
    Result<void> appended = AppendField(row, sources.scope, value);
    if (!appended) return appended;
    const auto earlier = std::find_if(added.begin(), added.end(),
                                      [&](const auto& one) { return one.first == row.name; });
    if (earlier != added.end()) added.erase(earlier);
    added.emplace_back(row.name, std::move(value));
  }
  std::string text;
  for (const auto& [name, value] : added) {
    text += has_members || !text.empty() ? ",\"" : "\"";
    AppendJsonEscaped(text, name);
    text.append("\":").append(value);
  }
  json.insert(end, text);
  return {};
}

}  // namespace sallyport::request
