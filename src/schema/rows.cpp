#include <array>

#include "sallyport/base/strings.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::schema {
namespace {

Field RowField(std::string name, Kind kind, Json default_value, std::string doc) {
  Field field;
  field.name = std::move(name);
  field.kind = kind;
  field.default_value = std::move(default_value);
  field.doc = std::move(doc);
  return field;
}

Object MakeRowTable() {
  Object table;
  table.name = "Row";
  table.doc = "A named value. Names may repeat; the order is kept.";
  table.fields = {
      RowField("name", Kind::kString, nullptr, "Rows with an empty name are dropped."),
      RowField("value", Kind::kString, "", "Write numbers as strings: their spelling is kept."),
      RowField("enabled", Kind::kBoolean, true, "false: kept, not sent."),
      RowField("secret", Kind::kBoolean, nullptr,
               "true: the value is write-only. Left out, it is true for the names Authorization, "
               "Cookie and Proxy-Authorization and for names that hold api-key, api_key, apikey, "
               "token, secret or password, without case."),
      RowField("description", Kind::kString, "", "For people; never sent."),
  };
  table.fields.front().required = true;
  return table;
}

}  // namespace

const Object& RowTable() {
  static const Object table = MakeRowTable();
  return table;
}

bool IsSecretName(std::string_view name) {
  static constexpr std::array<std::string_view, 3> kWhole = {"authorization", "cookie",
                                                             "proxy-authorization"};
  static constexpr std::array<std::string_view, 6> kPart = {"api-key", "api_key", "apikey",
                                                            "token",   "secret",  "password"};
  const std::string lower = ToLowerAscii(name);
  for (const std::string_view whole : kWhole) {
    if (lower == whole) return true;
  }
  for (const std::string_view part : kPart) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace sallyport::schema
