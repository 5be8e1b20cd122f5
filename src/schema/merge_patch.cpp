#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sallyport/schema/field_table.h"
#include "schema/rows_without_value.h"

namespace sallyport::schema {
namespace {

/// Behind the others; operator[] would search all of them first.
void Append(Json& object, const std::string& name, Json value) {
  object.get_ref<Json::object_t&>().Container::emplace_back(name, std::move(value));
}

/// RFC 7396 section 2, MergePatch, in time that grows with the members of both.
Json Merge(Json target, const Json& patch) {
  if (!patch.is_object()) return patch;
  if (!target.is_object()) target = Json::object();
  std::unordered_map<std::string_view, const Json*> changes;
  for (const auto& [name, value] : patch.items()) changes.emplace(name, &value);

  Json merged = Json::object();
  for (const auto& [name, old] : target.items()) {
    const auto change = changes.find(name);
    if (change == changes.end()) {
      Append(merged, name, std::move(old));
      continue;
    }
    if (!change->second->is_null()) Append(merged, name, Merge(std::move(old), *change->second));
    changes.erase(change);
  }
  for (const auto& [name, value] : patch.items()) {
    if (!value.is_null() && changes.contains(name)) Append(merged, name, Merge(Json(), value));
  }
  return merged;
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

/// A patch replaces a list of rows whole, but nobody can read a secret back to send it again: left
/// out it stays, as the mask says. Where nothing is stored for it the mask is refused later, unless
/// the row is not sent and may only be there to remove another.
void MaskWhatWasLeftOut(const Object& table, const std::set<std::string>& stored_secrets,
                        Json& merged) {
  for (const Place& place : RowsWithoutValue(table, merged)) {
    const Json::json_pointer value(place.pointer);
    Json& row = merged[value.parent_pointer()];
    const bool is_sent = !row.contains("enabled") || row["enabled"] != false;
    const bool is_stored = stored_secrets.contains(place.identity);
    if (is_stored || (place.secret && is_sent)) row["value"] = kMask;
  }
}

std::set<std::string> SecretIdentities(const Object& table, const Json& document) {
  std::set<std::string> identities;
  for (const Place& place : Places(table, document)) {
    if (place.secret) identities.insert(place.identity);
  }
  return identities;
}

}  // namespace

Json MergePatch(const Object& table, Json target, const Json& patch) {
  const std::set<std::string> stored_secrets = SecretIdentities(table, target);
  for (const auto& [name, value] : patch.items()) {
    if (target.contains(name) && ChangesType(FindField(table, name), target[name], value)) {
      target.erase(name);
    }
  }
  Json merged = Merge(std::move(target), patch);
  MaskWhatWasLeftOut(table, stored_secrets, merged);
  return merged;
}

}  // namespace sallyport::schema
