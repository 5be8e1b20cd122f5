#include "admin/query_input_table.h"

#include <optional>

#include "admin/field_rules.h"
#include "sallyport/request/inputs.h"
#include "sallyport/request/value.h"

namespace sallyport::admin {
namespace {

using request::Value;
using schema::Field;
using schema::Kind;
using schema::Object;

constexpr std::int64_t kMaxInputName = 128;
constexpr std::size_t kNoLimit = 1024;  // the document was read within limits.json_depth

/// The normalized default is the text of its JSON.
std::string ProblemOfDefault(const Json& input, std::string_view type) {
  if (type == "file") return "must be left out: a file has no default";
  if (input["secret"] == true) {
    return "must be left out: everyone who reads the query would see the value of a secret input";
  }
  const Result<Value> value = Value::Parse(input["default"].get<std::string>(), kNoLimit);
  const std::optional<request::InputType> wanted = request::InputTypeOf(type);
  if (value && wanted && request::HasType(*wanted, *value)) return {};
  return "must be of the input's type, " + std::string(type);
}

void DefaultFitsType(const Json& input, const std::string& pointer,
                     std::vector<Violation>& violations) {
  if (input["default"].is_null()) return;
  std::string problem = ProblemOfDefault(input, input["type"].get<std::string>());
  if (problem.empty()) return;
  violations.push_back({pointer + "/default", "type", std::move(problem)});
}

Field Default() {
  Field field = OrNull(Text("default",
                            "Of the input's type; null: none. Numbers keep their "
                            "spelling."));
  field.kind = Kind::kJson;
  return field;
}

}  // namespace

const Object& QueryInputTable() {
  static const Object table = [] {
    Field name = Text("name", "As in {{ params.name }}.");
    name.required = true;
    name.min = 1;
    name.max = kMaxInputName;
    name.rule = InputNameRule;
    Field type = Text("type", "What a caller must send.");
    type.choices = {"string", "integer", "number", "boolean", "object", "array", "file"};
    type.default_value = "string";
    Field required = OrNull(Flag("required", true, "Left out: true, but false with a default."));
    required.default_value = nullptr;
    Object object;
    object.name = "QueryInput";
    object.doc = "A parameter that a run takes.";
    object.fields = {std::move(name), std::move(type), std::move(required), Default(),
                     Flag("secret", false, "Its value is masked wherever a request is shown.")};
    object.rule = DefaultFitsType;
    return object;
  }();
  return table;
}

void FillRequired(Json& query) {
  for (Json& input : query["inputs"]) {
    if (input["required"].is_null()) input["required"] = input["default"].is_null();
  }
}

}  // namespace sallyport::admin
