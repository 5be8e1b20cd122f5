#include "admin/refusals.h"

#include "sallyport/base/json.h"

namespace sallyport::admin {
namespace {

constexpr std::size_t kShown = 3;

std::string Sentence(const Violation& violation) {
  const std::string field = DottedField(violation.pointer);
  return (field.empty() ? "the body" : field) + " " + violation.message;
}

}  // namespace

Error Invalid(ErrorKind kind, std::vector<Violation> violations) {
  std::string message;
  for (std::size_t i = 0; i < violations.size() && i < kShown; ++i) {
    if (!message.empty()) message += "; ";
    message += Sentence(violations[i]);
  }
  if (violations.size() > kShown) {
    message += "; and " + std::to_string(violations.size() - kShown) + " more";
  }
  return Error(kind, ErrorSource::kCaller, std::move(message))
      .WithViolations(std::move(violations));
}

Error Invalid(std::vector<Violation> violations) {
  return Invalid(ErrorKind::kValidationFailed, std::move(violations));
}

Error InvalidField(std::string pointer, std::string code, std::string message) {
  std::vector<Violation> violations;
  violations.push_back({std::move(pointer), std::move(code), std::move(message)});
  return Invalid(std::move(violations));
}

Error NotFound(std::string_view what, std::string_view name, std::string_view list) {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller,
               "no " + std::string(what) + " \"" + std::string(name) + "\"")
      .WithHint("GET " + std::string(list) + " lists them");
}

}  // namespace sallyport::admin
