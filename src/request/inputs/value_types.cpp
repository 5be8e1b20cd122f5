#include "request/inputs/value_types.h"

#include <utility>
#include <vector>

#include "sallyport/base/json_scan.h"

namespace sallyport::request {
namespace {

constexpr std::size_t kTextDepth = 64;

bool IsInteger(std::string_view spelling) {
  return spelling.find_first_of(".eE") == std::string_view::npos;
}

/// Is the whole text a JSON number, without blanks around it?
bool IsNumber(std::string_view text) {
  const bool starts =
      !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
  const bool ends = starts && text.back() >= '0' && text.back() <= '9';
  return ends && !ScanJson(text, 1);
}

std::string_view WithArticle(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kBoolean:
      return "a boolean";
    case Value::Kind::kNumber:
      return "a number";
    case Value::Kind::kString:
      return "a string";
    case Value::Kind::kArray:
      return "an array";
    case Value::Kind::kObject:
      return "an object";
  }
  return "";
}

Value ReadOne(InputType type, Value text) {
  switch (type) {
    case InputType::kInteger:
    case InputType::kNumber:
      return IsNumber(text.text()) ? Value::Number(text.text()) : text;
    case InputType::kBoolean:
      if (text.text() == "true") return Value::Boolean(true);
      return text.text() == "false" ? Value::Boolean(false) : text;
    case InputType::kObject: {
      Result<Value> parsed = Value::Parse(text.text(), kTextDepth);
      return parsed && parsed->kind() == Value::Kind::kObject ? std::move(*parsed) : text;
    }
    default:
      return text;
  }
}

}  // namespace

bool HasType(InputType type, const Value& value) {
  switch (type) {
    case InputType::kString:
    case InputType::kFile:
      return value.kind() == Value::Kind::kString;
    case InputType::kInteger:
      return value.kind() == Value::Kind::kNumber && IsInteger(value.text());
    case InputType::kNumber:
      return value.kind() == Value::Kind::kNumber;
    case InputType::kBoolean:
      return value.kind() == Value::Kind::kBoolean;
    case InputType::kObject:
      return value.kind() == Value::Kind::kObject;
    case InputType::kArray:
      return value.kind() == Value::Kind::kArray;
  }
  return false;
}

std::string_view Describe(InputType type) {
  switch (type) {
    case InputType::kString:
      return "a string";
    case InputType::kInteger:
      return "an integer";
    case InputType::kNumber:
      return "a number";
    case InputType::kBoolean:
      return "true or false";
    case InputType::kObject:
      return "an object";
    case InputType::kArray:
      return "an array";
    case InputType::kFile:
      return "a file: an uploaded part or a base64 data URL (\"data:image/png;base64,...\")";
  }
  return "";
}

std::string TypeFlaw(InputType type, const Value& value) {
  if (HasType(type, value)) return {};
  const bool fraction = type == InputType::kInteger && value.kind() == Value::Kind::kNumber;
  return "must be " + std::string(Describe(type)) + ", not " +
         std::string(fraction ? "a number with a fraction or an exponent"
                              : WithArticle(value.kind()));
}

Value ReadText(InputType type, Value value) {
  if (type == InputType::kArray) {
    if (value.kind() == Value::Kind::kArray) return value;
    std::vector<Value> items;
    items.push_back(std::move(value));
    return Value::Array(std::move(items));
  }
  return value.kind() == Value::Kind::kString ? ReadOne(type, std::move(value)) : value;
}

}  // namespace sallyport::request
