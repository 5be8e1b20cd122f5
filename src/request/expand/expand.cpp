#include "sallyport/request/expand.h"

#include <algorithm>

#include "request/expand/missing.h"
#include "request/expand/positions.h"

namespace sallyport::request {
namespace {

Error About(ErrorKind kind, const Placeholder& placeholder, std::string_view what) {
  const std::string name = placeholder.Name();
  return Error(kind, ErrorSource::kCaller, "the value of \"" + name + "\" " + std::string(what))
      .WithViolation({"/params/" + name,
                      std::string(kind == ErrorKind::kUnsafeValue ? "unsafe" : "type"),
                      "the value " + std::string(what)});
}

bool IsStructure(const Value& value) {
  return value.kind() == Value::Kind::kArray || value.kind() == Value::Kind::kObject;
}

/// A value as text: scalars without quotes, null as nothing, structures as JSON or joined by
/// commas.
std::string TextOf(const Value& value, ArrayStyle arrays) {
  if (value.kind() == Value::Kind::kObject) return value.ToJson();
  if (value.kind() != Value::Kind::kArray) return value.text();
  if (arrays != ArrayStyle::kComma) return value.ToJson();
  std::string joined;
  for (const Value& item : value.items()) {
    if (!joined.empty()) joined += ',';
    joined += TextOf(item, ArrayStyle::kJson);
  }
  return joined;
}

bool IsToken(const Placeholder& placeholder) {
  return placeholder.root == Root::kAccessToken || placeholder.root == Root::kIdToken;
}

Result<void> AppendPlaceholder(const Placeholder& placeholder, const Scope& scope,
                               const PositionRules& rules, ArrayStyle arrays, std::string& out) {
  std::string_view complaint;
  if (IsToken(placeholder)) {
    const Secret* token =
        placeholder.root == Root::kAccessToken ? scope.access_token : scope.id_token;
    if (token == nullptr) return Missing(placeholder);
    complaint = token->Reveal([&](std::string_view bytes) { return rules.value(out, bytes); });
  } else {
    const Value* value = scope.Find(placeholder);
    if (value == nullptr) return Missing(placeholder);
    if (IsStructure(*value) && !rules.takes_structures) {
      return About(ErrorKind::kInvalidParameter, placeholder,
                   "is an " + std::string(ToString(value->kind())) +
                       "; a string, number or boolean is needed here");
    }
    complaint = rules.value(out, TextOf(*value, arrays));
  }
  if (!complaint.empty()) return About(ErrorKind::kUnsafeValue, placeholder, complaint);
  return {};
}

}  // namespace

Error Missing(const Placeholder& placeholder) {
  const std::string name = placeholder.Name();
  return Error(ErrorKind::kMissingParameter, ErrorSource::kCaller, "\"" + name + "\" has no value")
      .WithViolation({"/params/" + name, "required", "a value is required"});
}

const Value* Scope::Find(const Placeholder& placeholder) const {
  const Value* value = placeholder.root == Root::kUser   ? user
                       : placeholder.root == Root::kVars ? vars
                                                         : params;
  for (const std::string& part : placeholder.path) {
    if (value == nullptr) return nullptr;
    value = value->Find(part);
  }
  return value;
}

Result<void> Expand(const Template& text, const Scope& scope, Position position, ArrayStyle arrays,
                    std::string& out) {
  const PositionRules& rules = RulesOf(position);
  for (const Template::Piece& piece : text.pieces()) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      rules.literal(out, *literal);
      continue;
    }
    Result<void> appended =
        AppendPlaceholder(std::get<Placeholder>(piece), scope, rules, arrays, out);
    if (!appended) return appended;
  }
  return {};
}

void CollectMissing(const Template& text, const Scope& scope, std::vector<std::string>& names) {
  for (const Template::Piece& piece : text.pieces()) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    if (placeholder == nullptr || IsToken(*placeholder) || scope.Find(*placeholder) != nullptr)
      continue;
    std::string name = placeholder->Name();
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
}

}  // namespace sallyport::request
