#include <cstdint>
#include <map>

#include "sallyport/base/strings.h"
#include "schema/rows_without_value.h"

namespace sallyport::schema {
namespace {

/// Which rows are places?
enum class Rows : std::uint8_t { kWithValue, kWithoutValue };

class PlaceFinder {
 public:
  explicit PlaceFinder(Rows rows) : rows_(rows) {}

  void Visit(const Object& table, const Json& document, const std::string& pointer,
             const std::string& identity) {
    if (!document.is_object()) return;
    for (const Field& field : table.fields) {
      const auto found = document.find(field.name);
      if (found == document.end()) continue;
      const std::string step = "/" + EscapePointerToken(field.name);
      VisitField(field, *found, pointer + step, identity + step);
    }
  }

  std::vector<Place> places;

 private:
  void VisitField(const Field& field, const Json& value, const std::string& pointer,
                  const std::string& identity) {
    switch (field.kind) {
      case Kind::kObject:
        if (field.object == nullptr) break;
        Visit(*field.object, value, pointer, identity);
        return;
      case Kind::kOneOf:
        VisitVariant(field, value, pointer, identity);
        return;
      case Kind::kRows:
        VisitRows(field, value, pointer, identity);
        return;
      case Kind::kArray:
        if (field.object == nullptr) break;
        for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
          const std::string step = "/" + std::to_string(i);
          Visit(*field.object, value[i], pointer + step, identity + step);
        }
        return;
      default:
        break;
    }
    places.push_back({pointer, identity, &field, &value, field.secret && value.is_string()});
  }

  void VisitVariant(const Field& field, const Json& value, const std::string& pointer,
                    const std::string& identity) {
    if (!value.is_object() || !value.contains("type")) return;
    for (const auto& [type, members] : field.variants) {
      if (value["type"] == type) Visit(*members, value, pointer, identity + "(" + type + ")");
    }
  }

  void VisitRows(const Field& field, const Json& rows, const std::string& pointer,
                 const std::string& identity) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; rows.is_array() && i < rows.size(); ++i) {
      const Json& row = rows[i];
      if (!row.is_object() || !row.contains("name") || !row["name"].is_string()) continue;
      const auto value = row.find("value");
      const bool has_value = value != row.end();
      const std::string name = row["name"].get<std::string>();
      const std::string key = field.names_without_case ? ToLowerAscii(name) : name;
      const bool secret = row.contains("secret") && row["secret"].is_boolean()
                              ? row["secret"].get<bool>()
                              : IsSecretName(name);
      // The number stands first: a name may hold any byte.
      const std::string number = std::to_string(seen[key]++);
      if (has_value != (rows_ == Rows::kWithValue)) continue;
      places.push_back(
          {pointer + "/" + std::to_string(i) + "/value", identity + "[" + number + " " + key + "]",
           &field, has_value ? &*value : nullptr, secret && (!has_value || value->is_string())});
    }
  }

  Rows rows_;
};

}  // namespace

std::vector<Place> Places(const Object& table, const Json& document) {
  PlaceFinder finder(Rows::kWithValue);
  finder.Visit(table, document, "", "");
  return std::move(finder.places);
}

std::vector<Place> RowsWithoutValue(const Object& table, const Json& document) {
  PlaceFinder finder(Rows::kWithoutValue);
  finder.Visit(table, document, "", "");
  std::erase_if(finder.places, [](const Place& place) { return place.value != nullptr; });
  return std::move(finder.places);
}

std::vector<std::string> SecretPointers(const Object& table, const Json& document) {
  std::vector<std::string> pointers;
  for (const Place& place : Places(table, document)) {
    if (place.secret) pointers.push_back(place.pointer);
  }
  return pointers;
}

}  // namespace sallyport::schema
