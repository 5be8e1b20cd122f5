#include "request/query/template_reader.h"

#include <algorithm>
#include <utility>

#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kFlawed = "template";
constexpr std::string_view kUnknown = "unknown_placeholder";
constexpr std::string_view kOutside = "outside_base_url";

/// Every call looks for each of them, so that their number must not be the caller's choice.
constexpr std::size_t kMostInputs = 1000;

std::string Sentence(const Violation& violation) {
  return DottedField(violation.pointer) + " " + violation.message;
}

/// The kind whose code all violations have, else the general one.
ErrorKind KindOf(const std::vector<Violation>& violations) {
  const auto all = [&](std::string_view code) {
    return std::all_of(violations.begin(), violations.end(),
                       [&](const Violation& violation) { return violation.code == code; });
  };
  if (all(kUnknown)) return ErrorKind::kUnknownPlaceholder;
  if (all(kOutside)) return ErrorKind::kOutsideBaseUrl;
  return ErrorKind::kValidationFailed;
}

}  // namespace

TemplateReader::TemplateReader(const InputRules& rules, const CompiledResource* resource)
    : rules_(rules) {
  if (resource == nullptr) return;
  known_.vars = &resource->variables;
  known_.tokens = resource->uses_oauth;
}

Template TemplateReader::Take(const SourceText& source) {
  Result<Template> compiled = Template::Compile(source.text);
  if (!compiled) {
    Refuse(compiled.error(), source);
    return {};
  }
  Judge(*compiled, source);
  return std::move(*compiled);
}

Template TemplateReader::TakeHeader(const SourceText& source) {
  Template compiled = Take(source);
  for (const Template::Piece& piece : compiled.pieces()) {
    const auto* literal = std::get_if<std::string>(&piece);
    if (literal == nullptr || http::IsFieldValue(*literal)) continue;
    Complain(source.pointer, "format", "must not hold control bytes such as line breaks");
    break;
  }
  return compiled;
}

JsonTemplate TemplateReader::TakeJson(const SourceText& source) {
  Result<JsonTemplate> compiled = JsonTemplate::Compile(source.text);
  if (!compiled) {
    Refuse(compiled.error(), source);
    return {};
  }
  Judge(compiled->text(), source);
  return std::move(*compiled);
}

JsonTreeTemplate TemplateReader::TakeTree(const Value& tree, const std::string& pointer) {
  Result<JsonTreeTemplate> compiled = JsonTreeTemplate::Compile(tree);
  if (!compiled) {
    Refuse(compiled.error(), {"", pointer, false});
    return {};
  }
  const SourceText source{"", pointer, false};
  compiled->ForEach([&](const Template& text) { Judge(text, source); });
  return std::move(*compiled);
}

TemplateUrl TemplateReader::TakeUrl(const SourceText& source) {
  Result<TemplateUrl> compiled = CompileUrl(source.text);
  if (!compiled) {
    Refuse(compiled.error(), source);
    return {};
  }
  Judge(compiled->path, source);
  Judge(compiled->query, source);
  return std::move(*compiled);
}

std::string TemplateReader::TakeFile(const SourceText& source) {
  const Result<Template> compiled = Template::Compile(source.text);
  return UseFile(compiled ? compiled->only_placeholder() : nullptr, source, InputType::kFile,
                 "must be exactly one placeholder of a file input, such as {{ params.file }}");
}

std::string TemplateReader::TakeFileName(const SourceText& source) {
  const bool is_placeholder = source.text.find("{{") != std::string::npos;
  const Result<Template> compiled =
      Template::Compile(is_placeholder ? source.text : "{{" + source.text + "}}");
  return UseFile(compiled ? compiled->only_placeholder() : nullptr, source, InputType::kString,
                 "must be the name of a file input");
}

std::string TemplateReader::UseFile(const Placeholder* placeholder, const SourceText& source,
                                    InputType other_type, const std::string& complaint) {
  if (placeholder == nullptr || placeholder->root != Root::kParams ||
      placeholder->path.size() != 1) {
    Complain(source.pointer, "file", complaint);
    return {};
  }
  const std::string& name = placeholder->path.front();
  const Input* input = rules_.Find(name);
  if (rules_.declares() && input == nullptr) {
    Complain(source.pointer, std::string(kUnknown),
             "names \"" + name + "\", which is no input; declare it in inputs with type file");
  } else if (input != nullptr && input->type != InputType::kFile && input->type != other_type) {
    Complain(source.pointer, "file",
             "names \"" + name + "\", whose type is " + std::string(ToString(input->type)) +
                 "; a file input is needed here");
  }
  used_.Add(name);
  files_.Add(name);
  return name;
}

void TemplateReader::Judge(const Template& text, const SourceText& source) {
  CheckNames(text, known_, source.pointer, violations_);
  for (const Template::Piece& piece : text.pieces()) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    if (placeholder != nullptr && placeholder->root == Root::kParams) {
      JudgeParam(*placeholder, source);
    }
  }
}

void TemplateReader::JudgeParam(const Placeholder& placeholder, const SourceText& source) {
  if (violations_.size() >= kMostViolations) return;
  const std::string& name = placeholder.path.front();
  used_.Add(name);
  if (used_.names().size() > kMostInputs) {
    Complain(source.pointer, "range",
             "uses more than " + std::to_string(kMostInputs) + " different inputs");
    return;
  }
  const Input* input = rules_.Find(name);
  if (input != nullptr && input->type == InputType::kFile) {
    Complain(source.pointer, "file",
             "uses the file input \"" + name +
                 "\"; a file can stand only in a file field of a multipart body or in a binary "
                 "body");
  }
  if (!rules_.declares() || input != nullptr) return;
  std::vector<std::string_view> declared;
  for (const Input& one : rules_.declared) declared.push_back(one.name);
  const std::string_view nearest = Nearest(name, declared);
  Complain(source.pointer, std::string(kUnknown),
           "uses \"" + name + "\", which is no input of this query" +
               (nearest.empty() ? "" : "; did you mean \"" + std::string(nearest) + "\"?"));
}

void TemplateReader::Refuse(const Error& error, const SourceText& source) {
  const bool outside = error.kind() == ErrorKind::kOutsideBaseUrl;
  Complain(source.pointer, std::string(outside ? kOutside : kFlawed),
           source.secret ? "holds a placeholder that is not well-formed" : error.message());
}

void TemplateReader::Complain(std::string pointer, std::string code, std::string message) {
  if (violations_.size() >= kMostViolations) return;
  violations_.push_back({std::move(pointer), std::move(code), std::move(message)});
}

Error TemplateReader::TakeError() {
  constexpr std::size_t kShown = 3;
  std::string message;
  for (std::size_t i = 0; i < violations_.size() && i < kShown; ++i) {
    message += (i == 0 ? "" : "; ") + Sentence(violations_[i]);
  }
  if (violations_.size() > kShown) {
    message += "; and " + std::to_string(violations_.size() - kShown) + " more";
  }
  const ErrorKind kind = KindOf(violations_);
  return Error(kind, ErrorSource::kCaller, std::move(message))
      .WithViolations(std::move(violations_));
}

}  // namespace sallyport::request
