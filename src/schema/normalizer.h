// Walks a field table and a document side by side; collects what is wrong, builds what is right.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sallyport/schema/field_table.h"

namespace sallyport::schema {

/// One run over one document. Every Take... returns the normalized value; after a violation the
/// returned value is of no use.
class Normalizer {
 public:
  [[nodiscard]] Json TakeObject(const Object& table, const Json& input, const std::string& pointer);
  [[nodiscard]] std::vector<Violation> TakeViolations() { return std::move(violations_); }

 private:
  Json TakeMembers(const Object& table, const Json& input, const std::string& pointer,
                   const char* also_known);
  Json TakeMember(const Field& field, const Json& object, const std::string& pointer);
  Json TakeValue(const Field& field, const Json& input, const std::string& pointer);
  Json TakeKind(const Field& field, const Json& input, const std::string& pointer);
  Json TakeString(const Field& field, const Json& input, const std::string& pointer);
  Json TakeInteger(const Field& field, const Json& input, const std::string& pointer);
  Json TakeBoolean(const Json& input, const std::string& pointer);
  Json TakePart(const Field& field, const Json& input, const std::string& pointer);
  Json TakeMap(const Json& input, const std::string& pointer);
  Json TakeArray(const Field& field, const Json& input, const std::string& pointer);
  Json TakeOneOf(const Field& field, const Json& input, const std::string& pointer);
  Json TakeRows(const Field& field, const Json& input, const std::string& pointer);
  void TakeRow(const Field& field, const Json& row, const std::string& pointer,
               const std::string& name_pointer, Json& rows);
  void RefuseUnknown(const Object& table, const Json& input, const std::string& pointer,
                     const char* also_known);
  void Judge(const Rule& rule, const Json& value, const std::string& pointer);

  /// False, with a violation, when a list or map is longer than any that means something.
  [[nodiscard]] bool HasRoom(const Json& input, const std::string& pointer);

  void Add(const std::string& pointer, std::string code, std::string message) {
    ++problems_;
    if (problems_ <= kMostViolations) {
      violations_.push_back({pointer, std::move(code), std::move(message)});
    }
  }

  std::vector<Violation> violations_;
  std::size_t problems_ = 0;  ///< those that are not told any more, too
};

/// "a string", "a number", "a list": for messages.
[[nodiscard]] std::string_view TypeName(const Json& value);
/// "must be a string, not a number".
[[nodiscard]] std::string MustBe(std::string_view wanted, const Json& got);
/// The pointer of a member of the object at `pointer`.
[[nodiscard]] std::string Child(const std::string& pointer, std::string_view member);

}  // namespace sallyport::schema
