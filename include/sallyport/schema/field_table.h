// One field table per object of the API: it validates, fills defaults, documents (OpenAPI 3.1) and
// says what is secret.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"

namespace sallyport::schema {

struct Object;

/// What a read shows instead of a secret, and what a write sends to keep the stored one.
inline constexpr std::string_view kMask = "********";

/// A rule beyond the type: "" when the value is right, else what is wrong and what would be right,
/// as the end of a sentence that begins with the field's name ("must start with '/'").
using Rule = std::function<std::string(const Json& value)>;

/// A rule over several members of one normalized object; adds violations whose pointers start with
/// `pointer`, the place of the object.
using ObjectRule = std::function<void(const Json& object, const std::string& pointer,
                                      std::vector<Violation>& violations)>;

enum class Kind : std::uint8_t {
  kString,
  kInteger,
  kBoolean,
  kObject,
  kMap /* string -> string */,
  kArray,
  kRows,
  kOneOf /* by a "type" member */,
  kAny,
  kNumber /* of answers: it is documented, not judged */,
  kJson /* any JSON value, normalized to a string of its text: numbers keep their spelling */
};

/// Does a field name an origin that is trusted with secrets? Changing such a field while secrets
/// are kept unseen would send them to somebody else.
enum class OriginGuard : std::uint8_t {
  kNone,
  kStrict,  ///< any other origin is a change
  kLenient  ///< the origin of base_url is no change: it has the secrets already
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
  /// kObject (null: any object); kArray of objects: the element; kRows: the row (null: RowTable(),
  /// and every other one has its members name, value and secret).
  const Object* object = nullptr;
  std::shared_ptr<Field> element;  ///< kArray of scalars
  std::vector<std::pair<std::string, const Object*>>
      variants;  ///< kOneOf: value of "type" -> members

  bool trim = false;                ///< kString: blanks around it are dropped
  bool names_without_case = false;  ///< kRows: names are compared without case (header fields)
  Rule row_name = {};               ///< kRows: judges each name, given as a JSON string
  Rule row_value = {};              ///< kRows: judges each value, given as a JSON string
  OriginGuard origin_guard = OriginGuard::kNone;  ///< kString or kArray of strings
  std::string format = {};                        ///< documentation: "uri", "date-time"
  std::string pattern = {};  ///< documentation of `rule` as an ECMA 262 regular expression
};

struct Object {
  std::string name;  ///< of the OpenAPI component: "Resource"
  std::string doc;
  std::vector<Field> fields;
  ObjectRule rule = {};  ///< called when every member by itself is right
};

/// More rows, items or members of a map than this are one violation: what is longer is no list that
/// somebody wrote, and would cost every later use of the document.
inline constexpr std::size_t kMostEntries = 1000;

/// Checks `input` against the table: unknown members, types, choices, ranges and rules, all
/// problems at once (the first kMostViolations). Fills defaults, normalizes rows (objects to lists,
/// empty names dropped), keeps the order of the table. A secret that is the mask is not judged
/// further: whoever knows the stored value does that. Pointers are those of `input`.
[[nodiscard]] std::vector<Violation> Normalize(const Object& table, const Json& input,
                                               Json& output);

/// RFC 7396, with two exceptions that a table knows: when the patch changes the `type` of a kOneOf,
/// the members of the old type are not carried over; and a secret row that leaves its value out
/// gets the mask. `patch` must be an object.
[[nodiscard]] Json MergePatch(const Object& table, Json target, const Json& patch);

/// The JSON Schema (2020-12) of the object for `components.schemas`; nested tables are added to
/// `components` by their names.
void Describe(const Object& table, Json& components);

/// The schema of a merge patch of the object: component "<name>Patch", nothing required, null
/// allowed everywhere. Call Describe first.
void DescribePatch(const Object& table, Json& components);

/// One row of params, headers, cookies or body_fields: {name, value, enabled, secret, description}.
[[nodiscard]] const Object& RowTable();

/// Is a row of this name secret unless it says otherwise? (Authorization, Cookie, *token*, ...)
[[nodiscard]] bool IsSecretName(std::string_view name);

/// A leaf of a document as its table sees it: a scalar, a list of scalars, or one row.
struct Place {
  std::string pointer;
  /// The same in two documents when both mean the same thing: rows by name and order among their
  /// namesakes, members of a kOneOf with their type.
  std::string identity;
  const Field* field = nullptr;
  const Json* value = nullptr;  ///< points into the document
  bool secret = false;          ///< a stored string that must not be shown
};

/// Every leaf of a normalized document. A secret row's pointer names its value
/// ("/headers/0/value").
[[nodiscard]] std::vector<Place> Places(const Object& table, const Json& document);

/// Pointers of every member that is secret in this document: by the table, and rows by `secret` or
/// by their name.
[[nodiscard]] std::vector<std::string> SecretPointers(const Object& table, const Json& document);

}  // namespace sallyport::schema
