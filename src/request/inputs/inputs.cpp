// What a query takes against what a call gives.
#include "sallyport/request/inputs.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "request/inputs/input_errors.h"
#include "request/inputs/value_types.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::request {
namespace {

template <typename Files>
auto FileOf(Files& files, std::string_view input) {
  return std::find_if(files.begin(), files.end(),
                      [&](const FileValue& file) { return file.input == input; });
}

Result<void> JudgeNames(const InputRules& rules, const GivenInputs& given) {
  // Enough to see what is wrong; a body may hold a million names.
  constexpr std::size_t kListed = 100;
  Flaws flaws;
  const auto judge = [&](std::string_view name) {
    if (flaws.names.size() < kListed && rules.Find(name) == nullptr &&
        !Contains(flaws.names, name)) {
      const UndeclaredParam* const needed = FindUndeclared(rules, name);
      flaws.Add(name, "unknown_parameter",
                needed == nullptr ? "is not an input of this query" : WhyUndeclared(*needed));
    }
  };
  for (const Value::Member& member : given.params.members()) judge(member.first);
  for (const FileValue& file : given.files) judge(file.input);
  if (flaws.empty()) return {};
  return UnknownError(rules, std::move(flaws));
}

/// Resolves declared inputs one by one.
class Resolver {
 public:
  explicit Resolver(GivenInputs given) : given_(std::move(given)) {}

  void Take(const Input& input) {
    if (input.secret) resolved_.secrets.push_back(input.name);
    if (TakeUpload(input)) return;
    const Value* found = given_.params.Find(input.name);
    const bool absent = found == nullptr || (found->is_null() && input.required);
    if (absent && input.default_value.is_null() && input.required) {
      missing_.Add(input.name, "required", "is required, and null is no value");
      return;
    }
    Value value = absent ? input.default_value : *found;
    if (!absent && !value.is_null() && IsText(input.name))
      value = ReadText(input.type, std::move(value));
    if (value.is_null()) {
      Keep(input.name, Value());
    } else if (std::string flaw = TypeFlaw(input.type, value); !flaw.empty()) {
      invalid_.Add(input.name, "type", std::move(flaw));
    } else if (input.type == InputType::kFile) {
      TakeDataUrl(input, value.text());
    } else {
      Keep(input.name, std::move(value));
    }
  }

  /// Undeclared: any value but null, or a file.
  void TakeImplied(const std::string& name) {
    if (const auto file = FileOf(given_.files, name); file != given_.files.end()) {
      KeepFile(std::move(*file));
      return;
    }
    const Value* found = given_.params.Find(name);
    if (found == nullptr || found->is_null()) {
      missing_.Add(name, "required", "is required, and null is no value");
    } else {
      Keep(name, *found);
    }
  }

  /// No call can give it.
  void Lack(const UndeclaredParam& param) {
    missing_.Add(param.name, "required", WhyUndeclared(param));
  }

  Result<Inputs> Finish(const InputRules& rules, const FindMissing& find_missing) {
    resolved_.params = Value::Object(std::move(members_));
    if (!missing_.empty()) {
      MissingNames others;
      if (find_missing) others = Beside(find_missing(resolved_.params), missing_, invalid_);
      return MissingError(rules, std::move(missing_), others);
    }
    if (!invalid_.empty()) return InvalidError(std::move(invalid_));
    return std::move(resolved_);
  }

 private:
  [[nodiscard]] bool IsText(std::string_view name) const {
    return given_.coerce || Contains(given_.texts, name);
  }

  void Keep(const std::string& name, Value value) { members_.emplace_back(name, std::move(value)); }

  void KeepFile(FileValue file) {
    Keep(file.input, Value::String(file.filename.empty() ? file.input : file.filename));
    resolved_.files.push_back(std::move(file));
  }

  bool TakeUpload(const Input& input) {
    const auto file = FileOf(given_.files, input.name);
    if (file == given_.files.end()) return false;
    if (input.type == InputType::kFile) {
      KeepFile(std::move(*file));
    } else {
      invalid_.Add(input.name, "type",
                   "must be " + std::string(Describe(input.type)) + ", not an uploaded file");
    }
    return true;
  }

  void TakeDataUrl(const Input& input, std::string_view url) {
    Result<FileValue> file = FileFromDataUrl(input.name, url);
    if (file) {
      KeepFile(std::move(*file));
    } else {
      invalid_.Add(input.name, "format", file.error().message());
    }
  }

  GivenInputs given_;
  Inputs resolved_;
  std::vector<Value::Member> members_;
  Flaws missing_, invalid_;
};

}  // namespace

const Input* InputRules::Find(std::string_view name) const {
  const auto found = std::find_if(declared.begin(), declared.end(),
                                  [&](const Input& input) { return input.name == name; });
  return found == declared.end() ? nullptr : &*found;
}

std::vector<std::string> InputRules::FileInputs() const {
  if (!declares()) return implied_files;
  std::vector<std::string> names;
  for (const Input& input : declared) {
    if (input.type == InputType::kFile) names.push_back(input.name);
  }
  return names;
}

const FileValue* Inputs::FindFile(std::string_view input) const {
  const auto file = FileOf(files, input);
  return file == files.end() ? nullptr : &*file;
}

Value ParamsFromQuery(std::string_view query) {
  struct Given {
    std::string name;
    std::vector<Value> values;
  };
  std::vector<Given> all;
  std::unordered_map<std::string, std::size_t> places;
  for (const http::QueryPiece& piece : http::SplitQuery(query)) {
    std::string name = http::FormDecode(piece.name);
    const auto [place, is_new] = places.try_emplace(name, all.size());
    if (is_new) all.push_back({std::move(name), {}});
    all[place->second].values.push_back(Value::String(http::FormDecode(piece.value)));
  }
  std::vector<Value::Member> members;
  for (Given& given : all) {
    Value value = given.values.size() == 1 ? std::move(given.values.front())
                                           : Value::Array(std::move(given.values));
    members.emplace_back(std::move(given.name), std::move(value));
  }
  return Value::Object(std::move(members));
}

Result<Inputs> ResolveInputs(const InputRules& rules, GivenInputs given,
                             const FindMissing& find_missing) {
  if (!given.params.is_null() && given.params.kind() != Value::Kind::kObject) {
    return Error(ErrorKind::kInvalidParameter, ErrorSource::kCaller,
                 "\"params\" must be an object, not " + std::string(ToString(given.params.kind())))
        .WithViolation({"/params", "type", "must be an object"});
  }
  if (rules.declares()) {
    Result<void> known = JudgeNames(rules, given);
    if (!known) return known.error();
  }
  Resolver resolver(std::move(given));
  for (const Input& input : rules.declared) resolver.Take(input);
  if (!rules.declares()) {
    for (const std::string& name : rules.implied) resolver.TakeImplied(name);
  }
  for (const UndeclaredParam& param : rules.undeclared) resolver.Lack(param);
  return resolver.Finish(rules, find_missing);
}

std::optional<InputType> InputTypeOf(std::string_view name) {
  for (const InputType type :
       {InputType::kString, InputType::kInteger, InputType::kNumber, InputType::kBoolean,
        InputType::kObject, InputType::kArray, InputType::kFile}) {
    if (ToString(type) == name) return type;
  }
  return std::nullopt;
}

std::string_view ToString(InputType type) {
  switch (type) {
    case InputType::kString:
      return "string";
    case InputType::kInteger:
      return "integer";
    case InputType::kNumber:
      return "number";
    case InputType::kBoolean:
      return "boolean";
    case InputType::kObject:
      return "object";
    case InputType::kArray:
      return "array";
    case InputType::kFile:
      return "file";
  }
  return "";
}

}  // namespace sallyport::request
