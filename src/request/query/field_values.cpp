#include "request/query/field_values.h"

#include <algorithm>

#include "request/expand/append.h"

namespace sallyport::request {
namespace {

bool Repeats(ArrayStyle arrays) {
  return arrays == ArrayStyle::kRepeat || arrays == ArrayStyle::kBrackets;
}

Result<void> UseItems(std::string_view name, const Placeholder& placeholder, const Value& array,
                      Position position, const FieldUse& use) {
  for (const Value& item : array.items()) {
    std::string value;
    Result<void> step =
        AppendText(placeholder, TextOf(item, ArrayStyle::kJson), RulesOf(position), value);
    if (step) step = use(name, value);
    if (!step) return step;
  }
  return {};
}

}  // namespace

Result<void> ForEachField(const TemplateRow& row, const BodySources& sources, Position position,
                          const FieldUse& use) {
  const Scope& scope = sources.scope;
  if (LeavesOut(row.value, scope, sources.omit_empty)) return {};
  std::string name = row.name;
  const Placeholder* only = row.value.only_placeholder();
  const Value* value = only == nullptr || IsToken(*only) ? nullptr : scope.Find(*only);
  const bool is_array = value != nullptr && value->kind() == Value::Kind::kArray;
  if (is_array && value->items().empty()) return {};
  if (is_array && sources.arrays == ArrayStyle::kBrackets) name += "[]";
  if (scope.masked && row.secret) return use(name, kMaskedText);
  const bool masked = only != nullptr && scope.masked && scope.IsSecret(*only);
  if (is_array && !masked && Repeats(sources.arrays)) {
    return UseItems(name, *only, *value, position, use);
  }
  std::string text;
  Result<void> expanded = Expand(row.value, scope, position, sources.arrays, text);
  if (!expanded) return expanded;
  return use(name, text);
}

std::vector<const TemplateRow*> FieldsBeside(const std::vector<std::string>& names,
                                             const BodySources& sources) {
  std::vector<const TemplateRow*> rows;
  if (sources.fields == nullptr) return rows;
  for (const TemplateRow& row : *sources.fields) {
    if (std::find(names.begin(), names.end(), row.name) == names.end()) rows.push_back(&row);
  }
  return rows;
}

}  // namespace sallyport::request
