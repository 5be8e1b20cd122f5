// A JSON value as a caller wrote it: numbers keep their spelling, members their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/result.h"

namespace sallyport::request {

/// Plain data; immutable once built. Read from any thread.
class Value {
 public:
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  using Member = std::pair<std::string, Value>;

  /// A value takes many times the bytes of its text; more are refused.
  static constexpr std::size_t kMostValues = 1'000'000;

  Value() = default;  ///< null
  static Value Boolean(bool value);
  /// `spelling` must be a JSON number; it is kept as it stands.
  static Value Number(std::string spelling);
  static Value String(std::string text);
  static Value Array(std::vector<Value> items);
  static Value Object(std::vector<Member> members);
  /// Strict: malformed_json with line and column for anything but one JSON value, duplicate
  /// members, lone surrogates, nesting deeper than `max_depth` and more than kMostValues values.
  static Result<Value> Parse(std::string_view json, std::size_t max_depth);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }
  /// Strings: their content; numbers: their spelling; booleans: "true" or "false"; else "".
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<Value>& items() const { return items_; }
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  /// The member of an object or, for digits, the item of an array; null when there is none.
  [[nodiscard]] const Value* Find(std::string_view key) const;
  /// Compact JSON; numbers as they were written.
  void AppendJson(std::string& out) const;
  [[nodiscard]] std::string ToJson() const;

 private:
  Kind kind_ = Kind::kNull;
  std::string text_;
  std::vector<Value> items_;
  std::vector<Member> members_;
};

[[nodiscard]] std::string_view ToString(Value::Kind kind);  ///< "null", "boolean", "number", ...

/// Appends `text` as the content of a JSON string, without quotes.
void AppendJsonEscaped(std::string& out, std::string_view text);

}  // namespace sallyport::request
