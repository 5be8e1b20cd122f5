#include "schema/normalizer.h"

namespace sallyport::schema {

bool Normalizer::HasRoom(const Json& input, const std::string& pointer) {
  if (input.size() <= kMostEntries) return true;
  Add(pointer, "range",
      "must have " + std::to_string(kMostEntries) + " entries at most, not " +
          std::to_string(input.size()));
  return false;
}

Json Normalizer::TakeMap(const Json& input, const std::string& pointer) {
  if (!input.is_object()) {
    Add(pointer, "type", MustBe("an object of strings", input));
    return nullptr;
  }
  if (!HasRoom(input, pointer)) return nullptr;
  for (const auto& [name, value] : input.items()) {
    if (!value.is_string()) Add(Child(pointer, name), "type", MustBe("a string", value));
  }
  return input;
}

Json Normalizer::TakeRows(const Field& field, const Json& input, const std::string& pointer) {
  Json rows = Json::array();
  const bool is_list = input.is_array() || input.is_object();
  if (is_list && !HasRoom(input, pointer)) return nullptr;
  if (input.is_object()) {
    for (const auto& [name, value] : input.items()) {
      const std::string place = Child(pointer, name);
      if (!value.is_string()) {
        Add(place, "type", MustBe("a string", value) + "; write it in quotes");
        continue;
      }
      TakeRow(field, Json{{"name", name}, {"value", value}}, place, place, rows);
    }
    return rows;
  }
  if (!input.is_array()) {
    Add(pointer, "type", MustBe("a list of rows {\"name\",\"value\"} or an object", input));
    return nullptr;
  }
  for (std::size_t i = 0; i < input.size(); ++i) {
    const std::string place = pointer + "/" + std::to_string(i);
    TakeRow(field, input[i], place, place + "/name", rows);
  }
  return rows;
}

void Normalizer::TakeRow(const Field& field, const Json& row, const std::string& pointer,
                         const std::string& name_pointer, Json& rows) {
  // NOLINTNEXTLINE(readability-container-size-empty): Json::empty() is false for ""
  if (row.is_object() && row.contains("name") && row["name"] == "") return;
  const std::size_t problems = problems_;
  Json taken = TakeObject(field.object == nullptr ? RowTable() : *field.object, row, pointer);
  if (problems_ != problems) return;
  if (!row.contains("secret")) {
    // Only a secret reads as the mask, so whoever sends the mask back means a secret.
    taken["secret"] =
        IsSecretName(taken["name"].get_ref<const std::string&>()) || taken["value"] == kMask;
  }
  Judge(field.row_name, taken["name"], name_pointer);
  const bool masked = taken["secret"] == true && taken["value"] == kMask;
  if (!masked) Judge(field.row_value, taken["value"], pointer + "/value");
  rows.push_back(std::move(taken));
}

}  // namespace sallyport::schema
