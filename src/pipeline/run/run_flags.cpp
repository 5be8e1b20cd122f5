#include "pipeline/run/run_flags.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::pipeline {
namespace {

constexpr std::string_view kRaw = "raw";

}  // namespace

bool PrefersRaw(const http::RequestHead& head) {
  for (const std::string_view value : head.fields.FindAll("Prefer")) {
    for (const std::string_view item : Split(value, ',')) {
      const std::string_view name = item.substr(0, item.find_first_of(";="));
      if (EqualsIgnoreCase(TrimOws(name), kRaw)) return true;
    }
  }
  return false;
}

bool HasRawFlag(const http::RequestHead& head) {
  for (const http::QueryPiece& piece : http::SplitQuery(head.query)) {
    if (http::FormDecode(piece.name) != kRaw) continue;
    const std::string value = ToLowerAscii(http::FormDecode(piece.value));
    return value != "0" && value != "false";
  }
  return false;
}

bool TakesInput(const request::InputRules& rules, std::string_view name) {
  if (rules.declares()) return rules.Find(name) != nullptr;
  return std::find(rules.implied.begin(), rules.implied.end(), name) != rules.implied.end();
}

request::Value ParamsOfGet(const http::RequestHead& head, const request::InputRules& rules) {
  request::Value params = request::ParamsFromQuery(head.query);
  if (TakesInput(rules, kRaw) || params.Find(kRaw) == nullptr) return params;
  std::vector<request::Value::Member> kept;
  for (const request::Value::Member& member : params.members()) {
    if (member.first != kRaw) kept.push_back(member);
  }
  return request::Value::Object(std::move(kept));
}

}  // namespace sallyport::pipeline
