#include "schema/normalizer.h"

#include <cmath>

#include "sallyport/base/strings.h"
#include "sallyport/schema/spelling.h"

namespace sallyport::schema {
namespace {

std::string Quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string JoinQuoted(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += Quote(word);
  }
  return text;
}

/// "from 1 to 5", "at most 5", "at least 1".
std::string Range(const Field& field) {
  if (field.min && field.max) {
    return "from " + std::to_string(*field.min) + " to " + std::to_string(*field.max);
  }
  if (field.max) return "at most " + std::to_string(*field.max);
  return "at least " + std::to_string(field.min.value_or(0));
}

bool InRange(const Field& field, std::int64_t number) {
  return (!field.min || number >= *field.min) && (!field.max || number <= *field.max);
}

bool IsMask(const Field& field, const std::string& text) { return field.secret && text == kMask; }

/// 5 and 5.0 are the same integer in JSON Schema.
std::optional<std::int64_t> ToInteger(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::trunc(number) != number || std::fabs(number) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::string_view TypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    default:
      return "a number";
  }
}

std::string MustBe(std::string_view wanted, const Json& got) {
  return "must be " + std::string(wanted) + ", not " + std::string(TypeName(got));
}

std::string Child(const std::string& pointer, std::string_view member) {
  return pointer + "/" + EscapePointerToken(member);
}

Json Normalizer::TakeObject(const Object& table, const Json& input, const std::string& pointer) {
  if (!input.is_object()) {
    Add(pointer, "type", MustBe("an object", input));
    return nullptr;
  }
  return TakeMembers(table, input, pointer, nullptr);
}

Json Normalizer::TakeMembers(const Object& table, const Json& input, const std::string& pointer,
                             const char* also_known) {
  const std::size_t problems = problems_;
  RefuseUnknown(table, input, pointer, also_known);
  Json output = Json::object();
  for (const Field& field : table.fields) {
    if (!field.read_only) output[field.name] = TakeMember(field, input, pointer);
  }
  if (table.rule && problems_ == problems) {
    const std::size_t told = violations_.size();
    table.rule(output, pointer, violations_);
    problems_ += violations_.size() - told;
  }
  return output;
}

void Normalizer::RefuseUnknown(const Object& table, const Json& input, const std::string& pointer,
                               const char* also_known) {
  std::vector<std::string_view> known;
  if (also_known != nullptr) known.emplace_back(also_known);
  for (const Field& field : table.fields) known.emplace_back(field.name);
  for (const auto& [name, value] : input.items()) {
    bool found = false;
    for (const std::string_view candidate : known) found = found || candidate == name;
    if (found) continue;
    if (problems_ > kMostViolations) return;  // nothing more is told
    const std::string_view nearest = Nearest(name, known);
    Add(Child(pointer, name), "unknown_member",
        nearest.empty() ? "is not a known member; known ones are " + JoinQuoted(known)
                        : "is not a known member; did you mean " + Quote(nearest) + "?");
  }
}

Json Normalizer::TakeMember(const Field& field, const Json& object, const std::string& pointer) {
  const std::string place = Child(pointer, field.name);
  const auto found = object.find(field.name);
  if (found != object.end()) return TakeValue(field, *found, place);
  if (field.required) {
    Add(place, "required", "is required");
    return nullptr;
  }
  if (!field.default_value.is_null()) return TakeValue(field, field.default_value, place);
  if (field.nullable) return nullptr;
  switch (field.kind) {
    case Kind::kString:
      return "";
    case Kind::kObject:
    case Kind::kMap:
      return TakeValue(field, Json::object(), place);
    case Kind::kArray:
    case Kind::kRows:
      return Json::array();
    case Kind::kInteger:
      return 0;
    case Kind::kBoolean:
      return false;
    default:
      return nullptr;
  }
}

Json Normalizer::TakeValue(const Field& field, const Json& input, const std::string& pointer) {
  const bool may_be_anything = field.kind == Kind::kAny || field.kind == Kind::kJson;
  if (input.is_null() && (field.nullable || !may_be_anything)) {
    if (!field.nullable) {
      Add(pointer, "type",
          field.required ? "must not be null" : "must not be null; leave it out for its default");
    }
    return nullptr;
  }
  const std::size_t problems = problems_;
  Json value = TakeKind(field, input, pointer);
  const bool masked = value.is_string() && IsMask(field, value.get_ref<const std::string&>());
  if (!masked && problems_ == problems) Judge(field.rule, value, pointer);
  return value;
}

Json Normalizer::TakeKind(const Field& field, const Json& input, const std::string& pointer) {
  switch (field.kind) {
    case Kind::kString:
      return TakeString(field, input, pointer);
    case Kind::kInteger:
      return TakeInteger(field, input, pointer);
    case Kind::kBoolean:
      return TakeBoolean(input, pointer);
    case Kind::kObject:
      return TakePart(field, input, pointer);
    case Kind::kMap:
      return TakeMap(input, pointer);
    case Kind::kArray:
      return TakeArray(field, input, pointer);
    case Kind::kRows:
      return TakeRows(field, input, pointer);
    case Kind::kOneOf:
      return TakeOneOf(field, input, pointer);
    case Kind::kJson:
      return DumpSpelled(input);
    case Kind::kAny:
    case Kind::kNumber:
      break;
  }
  return input;
}

Json Normalizer::TakePart(const Field& field, const Json& input, const std::string& pointer) {
  if (field.object != nullptr) return TakeObject(*field.object, input, pointer);
  if (!input.is_object()) Add(pointer, "type", MustBe("an object", input));
  return input;
}

Json Normalizer::TakeBoolean(const Json& input, const std::string& pointer) {
  if (!input.is_boolean()) Add(pointer, "type", MustBe("true or false", input));
  return input;
}

void Normalizer::Judge(const Rule& rule, const Json& value, const std::string& pointer) {
  if (!rule) return;
  std::string problem = rule(value);
  if (!problem.empty()) Add(pointer, "format", std::move(problem));
}

Json Normalizer::TakeString(const Field& field, const Json& input, const std::string& pointer) {
  if (!input.is_string()) {
    Add(pointer, "type", MustBe("a string", input));
    return nullptr;
  }
  std::string text = input.get<std::string>();
  if (field.trim) text = std::string(Trim(text));
  if (IsMask(field, text)) return text;
  if (!field.choices.empty()) {
    std::vector<std::string_view> choices(field.choices.begin(), field.choices.end());
    for (const std::string_view choice : choices) {
      if (choice == text) return text;
    }
    Add(pointer, "choice", "must be one of " + JoinQuoted(choices));
    return nullptr;
  }
  if (field.min == 1 && text.empty()) {
    Add(pointer, "range", "must not be empty");
  } else if (!InRange(field, static_cast<std::int64_t>(text.size()))) {
    Add(pointer, "range",
        "must be " + Range(field) + " bytes long, not " + std::to_string(text.size()));
  }
  return text;
}

Json Normalizer::TakeInteger(const Field& field, const Json& input, const std::string& pointer) {
  if (!input.is_number() && !IsSpelledNumber(input)) {
    Add(pointer, "type", MustBe("an integer", input));
    return nullptr;
  }
  const std::optional<std::int64_t> number = ToInteger(WithoutSpelling(input));
  if (!number) {
    Add(pointer, "type", "must be an integer, without fraction");
    return nullptr;
  }
  if (!InRange(field, *number)) {
    Add(pointer, "range", "must be " + Range(field) + ", not " + std::to_string(*number));
  }
  return *number;
}

Json Normalizer::TakeArray(const Field& field, const Json& input, const std::string& pointer) {
  if (!input.is_array()) {
    Add(pointer, "type", MustBe("a list", input));
    return nullptr;
  }
  if (!InRange(field, static_cast<std::int64_t>(input.size()))) {
    Add(pointer, "range",
        "must have " + Range(field) + " items, not " + std::to_string(input.size()));
    return nullptr;
  }
  if (!HasRoom(input, pointer)) return nullptr;
  Json output = Json::array();
  for (std::size_t i = 0; i < input.size(); ++i) {
    const std::string place = pointer + "/" + std::to_string(i);
    output.push_back(field.element ? TakeValue(*field.element, input[i], place)
                                   : TakeObject(*field.object, input[i], place));
  }
  return output;
}

Json Normalizer::TakeOneOf(const Field& field, const Json& input, const std::string& pointer) {
  if (!input.is_object()) {
    Add(pointer, "type", MustBe("an object", input));
    return nullptr;
  }
  std::vector<std::string_view> types;
  for (const auto& [type, members] : field.variants) types.emplace_back(type);
  const auto found = input.find("type");
  if (found == input.end()) {
    Add(pointer + "/type", "required", "is required: one of " + JoinQuoted(types));
    return nullptr;
  }
  for (const auto& [type, members] : field.variants) {
    if (*found != type) continue;
    Json output = Json::object();
    output["type"] = type;
    const Json taken = TakeMembers(*members, input, pointer, "type");
    for (const auto& [name, value] : taken.items()) output[name] = value;
    return output;
  }
  Add(pointer + "/type", "choice", "must be one of " + JoinQuoted(types));
  return nullptr;
}

std::vector<Violation> Normalize(const Object& table, const Json& input, Json& output) {
  Normalizer normalizer;
  output = normalizer.TakeObject(table, input, "");
  return normalizer.TakeViolations();
}

}  // namespace sallyport::schema
