// One field table per object of the API: it validates, fills defaults, documents (OpenAPI 3.1) and
// says what is secret.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"

namespace sallyport::schema {

struct Object;

/// A rule beyond the type: "" when the value is right, else what is wrong and what would be right.
using Rule = std::function<std::string(const Json& value)>;

enum class Kind : std::uint8_t {
  kString,
  kInteger,
  kBoolean,
  kObject,
  kMap /* string -> string */,
  kArray,
  kRows,
  kOneOf /* by a "type" member */,
  kAny
};

struct Field {
  std::string name;
  Kind kind = Kind::kString;
  std::string doc;
  Json default_value = nullptr;  ///< used when the member is absent; null = no default
  bool required = false;
  bool nullable = false;
  bool secret = false;               ///< write-only: masked on reads, sealed at rest
  bool read_only = false;            ///< ignored on input
  std::vector<std::string> choices;  ///< kString: one of these
  std::optional<std::int64_t> min,
      max;  ///< kInteger: range; kString: length in bytes; kArray: items
  Rule rule;
  const Object* object = nullptr;  ///< kObject; kArray of objects: the element
  std::shared_ptr<Field> element;  ///< kArray of scalars
  std::vector<std::pair<std::string, const Object*>>
      variants;  ///< kOneOf: value of "type" -> members
};

struct Object {
  std::string name;  ///< of the OpenAPI component: "Resource"
  std::string doc;
  std::vector<Field> fields;
};

/// Checks `input` against the table: unknown members, types, choices, ranges and rules, all
/// problems at once. Fills defaults, normalizes rows (objects to lists, empty names dropped), keeps
/// the order of the table.
[[nodiscard]] std::vector<Violation> Normalize(const Object& table, const Json& input,
                                               Json& output);

/// The JSON Schema (2020-12) of the object for `components.schemas`; nested tables are added to
/// `components` by their names.
void Describe(const Object& table, Json& components);

/// Pointers of every member that is secret in this document: by the table, and rows by `secret` or
/// by their name.
[[nodiscard]] std::vector<std::string> SecretPointers(const Object& table, const Json& document);

}  // namespace sallyport::schema
