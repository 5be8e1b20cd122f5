#include "sallyport/schema/field_table.h"

namespace sallyport::schema {
namespace {

/// RFC 7396 section 2, MergePatch.
Json Merge(Json target, const Json& patch) {
  if (!patch.is_object()) return patch;
  if (!target.is_object()) target = Json::object();
  for (const auto& [name, value] : patch.items()) {
    if (value.is_null()) {
      target.erase(name);
      continue;
    }
    Json old = target.contains(name) ? target[name] : Json();
    target[name] = Merge(std::move(old), value);
  }
  return target;
}

const Field* FindField(const Object& table, std::string_view name) {
  for (const Field& field : table.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool ChangesType(const Field* field, const Json& old, const Json& patch) {
  if (field == nullptr || field->kind != Kind::kOneOf) return false;
  if (!old.is_object() || !patch.is_object()) return false;
  const auto type = patch.find("type");
  return type != patch.end() && (!old.contains("type") || old["type"] != *type);
}

}  // namespace

Json MergePatch(const Object& table, Json target, const Json& patch) {
  for (const auto& [name, value] : patch.items()) {
    if (target.contains(name) && ChangesType(FindField(table, name), target[name], value)) {
      target.erase(name);
    }
  }
  return Merge(std::move(target), patch);
}

}  // namespace sallyport::schema
