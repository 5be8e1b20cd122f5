#include "store/sqlite/columns.h"

#include <algorithm>
#include <chrono>

#include "sallyport/base/strings.h"
#include "store/sqlite/sqlite_error.h"

namespace sallyport::store::sqlite {

using std::chrono::floor;
using std::chrono::milliseconds;

std::int64_t ToMillis(SystemTime time) {
  return floor<milliseconds>(time.time_since_epoch()).count();
}

SystemTime FromMillis(std::int64_t millis) { return SystemTime(milliseconds(millis)); }

std::optional<std::int64_t> ToMillis(const std::optional<SystemTime>& time) {
  if (!time) return std::nullopt;
  return ToMillis(*time);
}

std::optional<SystemTime> FromMillis(const std::optional<std::int64_t>& millis) {
  if (!millis) return std::nullopt;
  return FromMillis(*millis);
}

std::string_view DigestBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest DigestFrom(std::string_view bytes) {
  Digest digest{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

std::string ToText(const std::vector<std::string>& values) { return DumpJson(Json(values)); }

Result<std::vector<std::string>> ListFrom(std::string_view text) {
  Result<Json> array = JsonFrom(text);
  if (!array) return array.error();
  std::vector<std::string> values;
  for (const Json& item : *array) {
    if (!item.is_string()) return Damaged("a list of strings holds something else");
    values.push_back(item.get<std::string>());
  }
  return values;
}

Result<Json> JsonFrom(std::string_view text) {
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return Damaged("a JSON column holds no JSON");
  return value;
}

std::string SearchText(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    if (!joined.empty()) joined += '\n';
    joined += FoldCase(part);
  }
  return joined;
}

}  // namespace sallyport::store::sqlite
