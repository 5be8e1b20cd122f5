// Expands templates by position: what a value may hold and how it is encoded depends on where it
// goes (contract section 6). Whatever the values are, the number of segments, parameters, lines and
// cookies is what the template says.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/request/template.h"
#include "sallyport/request/value.h"

namespace sallyport::request {

/// What the names stand for in one run. Pointers are not owned; null stands for "there is none".
struct Scope {
  const Value* params = nullptr;  ///< object
  const Value* user = nullptr;    ///< {"id":...,"attributes":{...}}; null without an end user
  const Value* vars = nullptr;    ///< object
  const Secret* access_token = nullptr;  ///< an empty token is none
  const Secret* id_token = nullptr;
  /// Names of params whose values are secret.
  const std::vector<std::string>* secrets = nullptr;
  /// Show, not send: a secret param or a token becomes "********" as it stands, unencoded, whatever
  /// the position (in JSON outside quotes: with quotes). A token needs no value for that.
  bool masked = false;

  /// Is its value secret: a token, a secret param or a part of one?
  [[nodiscard]] bool IsSecret(const Placeholder& placeholder) const;
  /// The value, or null when the name leads nowhere. What is below an omitted param (one that is
  /// null) is null, too. Precondition: not a token.
  [[nodiscard]] const Value* Find(const Placeholder& placeholder) const;
};

/// {"id":...,"attributes":{...}} for Scope::user. `attributes` is an object or null.
[[nodiscard]] Value UserValue(std::string_view id, const Json& attributes);

enum class Position : std::uint8_t {
  kHost,         ///< vars only, host characters
  kPath,         ///< one segment per value
  kQuery,        ///< the query of a path: text as it stands, values as kParam
  kParam,        ///< query parameter, names and values
  kHeader,       ///< any header but Cookie
  kCookieField,  ///< a header named Cookie: text as it stands, values as kCookie
  kCookie,
  kForm,       ///< application/x-www-form-urlencoded
  kMultipart,  ///< raw bytes
  kRaw,        ///< as is
  kXml,        ///< raw with XML escapes
};

enum class ArrayStyle : std::uint8_t { kRepeat, kBrackets, kComma, kJson };

/// Appends the expansion. Errors: missing_parameter, invalid_parameter, unsafe_value; they name the
/// parameter, never its value. Arrays and objects inside longer text are JSON (comma-joined where
/// `arrays` is kComma).
[[nodiscard]] Result<void> Expand(const Template& text, const Scope& scope, Position position,
                                  ArrayStyle arrays, std::string& out);

/// Is the value of one of its placeholders secret in this scope?
[[nodiscard]] bool HoldsSecret(const Template& text, const Scope& scope);

/// A row of params, headers, cookies or fields before its value is expanded. Names are expanded in
/// params only.
struct TemplateRow {
  std::string name;
  Template value;
  bool secret = false;
  /// A name with placeholders. `name` is then its text or, in a row of one call, what it stands
  /// for. Null: `name` as it stands.
  std::shared_ptr<const Template> name_template = nullptr;
};

/// Gives a row of params its name: its text without escapes, or a template where it holds
/// placeholders.
void SetName(TemplateRow& row, Template name);

/// The name of a row of params as the other side will read it. Errors as Expand's.
[[nodiscard]] Result<std::string> ExpandName(const TemplateRow& row, const Scope& scope);

/// Calls `visit` with the templates of a row: that of its name, if any, and its value.
template <typename Visit>
void ForEachTemplate(const TemplateRow& row, const Visit& visit) {
  if (row.name_template) visit(*row.name_template);
  visit(row.value);
}

/// Is a row of this value left out? When it is exactly one placeholder that stands for null (an
/// omitted input), with `omit_empty` also for "".
[[nodiscard]] bool LeavesOut(const Template& value, const Scope& scope, bool omit_empty);

/// Appends what a row of params becomes, "name=value" encoded once, each with '&' before it where
/// `query` is not empty: nothing when it is left out, an empty array or of an empty name, several
/// for an array that is repeated (kBrackets: "name%5B%5D=1"). A masked array is one. Errors as
/// Expand's.
[[nodiscard]] Result<void> ExpandParamRow(const TemplateRow& row, const Scope& scope,
                                          ArrayStyle arrays, bool omit_empty, std::string& query);

/// Appends a TemplateUrl's query in the same way: text outside placeholders keeps its bytes, and
/// what stands between '&' as "name={{ value }}" follows the rules of a row. Empty pieces ("a&&b")
/// are kept. Errors as Expand's.
[[nodiscard]] Result<void> ExpandQuery(const Template& text, const Scope& scope, ArrayStyle arrays,
                                       bool omit_empty, std::string& query);

/// Names that lead nowhere, each once, in order of appearance.
struct MissingNames {
  std::vector<std::string> params;   ///< "id", "user.name" of a param: missing_parameter
  std::vector<std::string> user;     ///< "user.id" of the end user: missing_parameter
  std::vector<std::string> unknown;  ///< "vars.org": unknown_placeholder
  /// Of each of `unknown`: a pointer to the member that uses it; "" where it was not told.
  std::vector<std::string> unknown_at;
  bool has_user = false;  ///< the call acts for somebody: only attributes lack

  [[nodiscard]] bool empty() const { return params.empty() && user.empty() && unknown.empty(); }
  /// unknown_placeholder when there is one of these, else missing_parameter; lists all of its kind.
  [[nodiscard]] Result<void> Judge() const;
};

/// Adds the names of `text` that lead nowhere. Tokens are not judged. `member` points to the text.
void CollectMissing(const Template& text, const Scope& scope, MissingNames& names,
                    const std::string& member = {});

/// What is known of names when a template is saved.
struct KnownNames {
  const Value* vars = nullptr;  ///< object; null: not known yet, every name passes
  bool tokens = true;           ///< magic strings have a meaning: the resource has oauth2
};

/// Adds a violation (code "unknown_placeholder") for every name that no call can give a value:
/// unknown variables and members of user, magic strings without oauth2.
void CheckNames(const Template& text, const KnownNames& known, const std::string& pointer,
                std::vector<Violation>& violations);

/// Puts variables in, so that fewer names are left for a call; the result expands at `position` to
/// what `text` does. Names that are unknown, or stand for null or a structure, stay. Errors:
/// unsafe_value, for a value that may not stand there.
[[nodiscard]] Result<Template> FoldVariables(const Template& text, const Value& vars,
                                             Position position);

/// A JSON text with placeholders: outside quotes they take the typed value, inside quotes its text,
/// escaped.
class JsonTemplate {
 public:
  static Result<JsonTemplate> Compile(std::string_view text);
  [[nodiscard]] const Template& text() const { return text_; }
  /// The bytes of the template with the values in their places; not yet judged to be JSON.
  [[nodiscard]] Result<void> Expand(const Scope& scope, std::string& out) const;

 private:
  Template text_;
  std::vector<bool> in_quotes_;  ///< per piece; of placeholders only
};

/// Expands a JSON tree: a string that is exactly one placeholder takes the typed value, else its
/// text is interpolated. Member names are not expanded.
class JsonTreeTemplate {
 public:
  static Result<JsonTreeTemplate> Compile(const Value& tree);
  [[nodiscard]] Result<void> Expand(const Scope& scope, std::string& out) const;
  /// The text with "x" for every placeholder.
  [[nodiscard]] std::string WithStandIns() const;
  void ForEach(const std::function<void(const Template&)>& visit) const;

 private:
  /// Literal JSON bytes between the places; each place is a whole JSON string.
  std::vector<std::string> literals_;
  std::vector<Template> places_;
};

}  // namespace sallyport::request
