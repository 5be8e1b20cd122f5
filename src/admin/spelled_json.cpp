#include "admin/spelled_json.h"

#include "sallyport/schema/spelling.h"

namespace sallyport::admin {

using request::Value;

Json SpelledJson(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      break;
    case Value::Kind::kBoolean:
      return value.text() == "true";
    case Value::Kind::kNumber:
      return schema::SpelledNumber(value.text());
    case Value::Kind::kString:
      return value.text();
    case Value::Kind::kArray: {
      Json items = Json::array();
      for (const Value& item : value.items()) items.push_back(SpelledJson(item));
      return items;
    }
    case Value::Kind::kObject: {
      // Names are unique: operator[] would search all earlier ones first.
      Json::object_t members;
      for (const auto& [name, member] : value.members()) {
        members.Container::emplace_back(name, SpelledJson(member));
      }
      return members;
    }
  }
  return nullptr;
}

Result<Json> ParseSpelled(std::string_view text, std::size_t max_depth) {
  Result<Value> value = Value::Parse(text, max_depth);
  if (!value) return std::move(value).error();
  return SpelledJson(*value);
}

}  // namespace sallyport::admin
