#include "pipeline/run/form_inputs.h"

#include <algorithm>
#include <unordered_set>

#include "pipeline/run/run_flags.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"

namespace sallyport::pipeline {
namespace {

Error InvalidParameter(const std::string& name, std::string_view code, const std::string& message) {
  return Error(ErrorKind::kInvalidParameter, ErrorSource::kCaller, "\"" + name + "\" " + message)
      .WithViolation({"/params/" + EscapePointerToken(name), std::string(code), message});
}

Error UnknownFile(const std::string& name, const request::InputRules& rules) {
  std::vector<std::string_view> known;
  for (const request::Input& input : rules.declared) known.push_back(input.name);
  const std::string_view nearest = Nearest(name, known);
  Error error = Error(ErrorKind::kUnknownParameter, ErrorSource::kCaller,
                      "\"" + name + "\" was uploaded, but is not an input of this query")
                    .WithViolation({"/params/" + EscapePointerToken(name), "unknown_parameter",
                                    "is not an input of this query"});
  if (nearest.empty()) return error;
  return std::move(error).WithHint("did you mean \"" + std::string(nearest) + "\"?");
}

}  // namespace

Result<PartUse> UseOf(const http::PartHead& head, const request::InputRules& rules) {
  if (!rules.declares()) {
    if (!TakesInput(rules, head.name)) return PartUse::kIgnored;
    const bool is_file = head.filename || Contains(rules.implied_files, head.name);
    return is_file ? PartUse::kFile : PartUse::kText;
  }
  const request::Input* const input = rules.Find(head.name);
  if (input != nullptr && input->type == request::InputType::kFile) return PartUse::kFile;
  if (input == nullptr && head.filename) return UnknownFile(head.name, rules);
  if (input != nullptr && head.filename) {
    return InvalidParameter(
        head.name, "type",
        "takes a value of type " + std::string(ToString(input->type)) + ", not a file");
  }
  return PartUse::kText;
}

request::FileValue FileOfPart(const http::PartHead& head) {
  request::FileValue file;
  file.input = head.name;
  file.filename = head.filename.value_or("");
  file.content_type = head.content_type;
  return file;
}

Result<void> FormInputs::TakeParams(request::Value params) {
  if (params_) {
    return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller,
                 "The form holds the part \"params\" twice; one takes all params.");
  }
  params_ = std::move(params);
  return {};
}

Result<void> FormInputs::TakeText(const std::string& name, std::string text) {
  if (!IsUtf8(text)) {
    return InvalidParameter(name, "format", "must be UTF-8, unless it is a file's part");
  }
  const auto [place, is_new] = text_places_.try_emplace(name, texts_.size());
  if (is_new) texts_.push_back(Text{name, {}});
  texts_[place->second].values.push_back(request::Value::String(std::move(text)));
  return {};
}

Result<void> FormInputs::TakeFile(request::FileValue file) {
  if (std::any_of(files_.begin(), files_.end(),
                  [&](const auto& known) { return known.input == file.input; })) {
    return InvalidParameter(file.input, "duplicate", "was uploaded twice; an input takes one file");
  }
  files_.push_back(std::move(file));
  return {};
}

const FormInputs::Text* FormInputs::FindText(const std::string& name) const {
  const auto place = text_places_.find(name);
  return place == text_places_.end() ? nullptr : &texts_[place->second];
}

bool FormInputs::Has(const std::string& name) const {
  return (params_ && params_->Find(name) != nullptr) || FindText(name) != nullptr ||
         std::any_of(files_.begin(), files_.end(),
                     [&](const auto& file) { return file.input == name; });
}

bool FormInputs::ParamsAreKnown(const request::InputRules& rules) const {
  if (params_) return true;
  const std::vector<std::string> files = rules.FileInputs();
  const auto is_known = [&](const std::string& name) { return Contains(files, name) || Has(name); };
  if (!rules.declares()) return std::all_of(rules.implied.begin(), rules.implied.end(), is_known);
  return std::all_of(rules.declared.begin(), rules.declared.end(),
                     [&](const request::Input& input) { return is_known(input.name); });
}

Result<request::GivenInputs> FormInputs::Given() const {
  request::GivenInputs given;
  std::vector<request::Value::Member> members;
  std::unordered_set<std::string_view> in_params;
  if (params_) {
    members = params_->members();
    for (const request::Value::Member& member : params_->members()) in_params.insert(member.first);
  }
  for (const Text& text : texts_) {
    if (in_params.contains(text.name)) {
      return InvalidParameter(text.name, "duplicate",
                              "stands in the part \"params\" and is a part of its own");
    }
    request::Value value =
        text.values.size() == 1 ? text.values.front() : request::Value::Array(text.values);
    members.emplace_back(text.name, std::move(value));
    given.texts.push_back(text.name);
  }
  given.params = request::Value::Object(std::move(members));
  given.files = files_;
  return given;
}

}  // namespace sallyport::pipeline
