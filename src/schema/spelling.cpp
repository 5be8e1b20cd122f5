#include "sallyport/schema/spelling.h"

#include <limits>

namespace sallyport::schema {
namespace {

void Append(std::string& text, const Json& tree) {
  if (IsSpelledNumber(tree)) {
    const Json::binary_t& digits = tree.get_binary();
    text.append(digits.begin(), digits.end());
    return;
  }
  if (!tree.is_structured()) {
    text += DumpJson(tree);
    return;
  }
  const bool object = tree.is_object();
  text += object ? '{' : '[';
  bool first = true;
  for (auto item = tree.begin(); item != tree.end(); ++item) {
    if (!first) text += ',';
    first = false;
    if (object) text += DumpJson(Json(item.key())) + ":";
    Append(text, *item);
  }
  text += object ? '}' : ']';
}

}  // namespace

Json SpelledNumber(std::string_view digits) {
  Json number = Json::parse(digits, nullptr, false);
  if (number.is_number() && number.dump() == digits) return number;
  return Json::binary(Json::binary_t::container_type(digits.begin(), digits.end()));
}

bool IsSpelledNumber(const Json& value) { return value.is_binary(); }

Json WithoutSpelling(const Json& value) {
  if (!IsSpelledNumber(value)) return value;
  const Json::binary_t& digits = value.get_binary();
  Json number = Json::parse(digits.begin(), digits.end(), nullptr, false);
  // nlohmann refuses what no double holds.
  if (number.is_discarded()) {
    const double infinity = std::numeric_limits<double>::infinity();
    return digits.front() == '-' ? -infinity : infinity;
  }
  return number;
}

std::string DumpSpelled(const Json& tree) {
  std::string text;
  Append(text, tree);
  return text;
}

}  // namespace sallyport::schema
