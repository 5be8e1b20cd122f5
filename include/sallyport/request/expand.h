// Expands templates by position: what a value may hold and how it is encoded depends on where it
// goes (contract section 6). Whatever the values are, the number of segments, parameters, lines and
// cookies is what the template says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

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
  const Secret* access_token = nullptr;
  const Secret* id_token = nullptr;
  /// Names of params whose values are secret.
  const std::vector<std::string>* secrets = nullptr;
  /// Show, not send: a secret param or a token becomes "********" as it stands, unencoded, whatever
  /// the position (in JSON outside quotes: with quotes).
  bool masked = false;

  /// Would this placeholder be masked?
  [[nodiscard]] bool IsSecret(const Placeholder& placeholder) const;
  /// The value, or null when the name leads nowhere. Precondition: not a token.
  [[nodiscard]] const Value* Find(const Placeholder& placeholder) const;
};

enum class Position : std::uint8_t {
  kHost,   ///< vars only, host characters
  kPath,   ///< one segment per value
  kParam,  ///< query parameter, names and values
  kHeader,
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

/// Names that have no value, each once, in order of appearance.
void CollectMissing(const Template& text, const Scope& scope, std::vector<std::string>& names);

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
  void ForEach(const std::function<void(const Template&)>& visit) const;

 private:
  /// Literal JSON bytes between the places; each place is a whole JSON string.
  std::vector<std::string> literals_;
  std::vector<Template> places_;
};

}  // namespace sallyport::request
