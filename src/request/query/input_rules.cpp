// What a query takes at its resource.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "request/query/run_templates.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/compiled_query.h"

namespace sallyport::request {
namespace {

/// The params of the resource's own templates, each once, with the first member that uses it.
std::vector<UndeclaredParam> NeededByResource(const CompiledResource& resource,
                                              const CompiledQuery& query) {
  std::vector<UndeclaredParam> needed;
  std::unordered_set<std::string> known;
  const auto add = [&](const std::string& name, const TemplatePlace& place) {
    if (known.insert(name).second) needed.push_back({name, DottedField(place.pointer)});
  };
  ForEachResourceParam(resource, query, SelectRows(resource, query, {}), add);
  return needed;
}

/// Of most resources nothing waits for a call.
bool HoldsPlaceholders(const CompiledResource& resource) {
  return !resource.is_static ||
         std::any_of(resource.body_fields.begin(), resource.body_fields.end(),
                     [](const TemplateRow& row) { return !row.value.is_literal(); });
}

}  // namespace

std::optional<InputRules> RulesAt(const CompiledResource& resource, const CompiledQuery& query) {
  if (!HoldsPlaceholders(resource)) return std::nullopt;
  std::vector<UndeclaredParam> needed = NeededByResource(resource, query);
  const InputRules& own = query.inputs;
  std::erase_if(needed, [&](const UndeclaredParam& param) {
    return own.declares() ? own.Find(param.name) != nullptr : Contains(own.implied, param.name);
  });
  if (needed.empty()) return std::nullopt;
  InputRules rules = own;
  if (own.declares()) {
    rules.undeclared = std::move(needed);
  } else {
    for (UndeclaredParam& param : needed) rules.implied.push_back(std::move(param.name));
  }
  return rules;
}

MissingNames MissingIn(const CompiledResource& resource, const CompiledQuery& query,
                       const Value& params, const Value* user) {
  Scope scope;
  scope.params = &params;
  scope.user = user;
  scope.vars = &resource.variables;
  const SentRows rows = SelectRows(resource, query, scope);
  MissingNames names;
  ForEachTemplate(resource, query, rows, [&](const Template& text, const TemplatePlace& place) {
    CollectMissing(text, scope, names, place.pointer);
  });
  return names;
}

}  // namespace sallyport::request
