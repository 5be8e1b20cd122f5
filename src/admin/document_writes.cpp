#include "admin/document_writes.h"

namespace sallyport::admin {

Error SlugTaken(std::string_view noun, std::string_view slug) {
  std::vector<Violation> violations;
  violations.push_back({"/slug", "taken", "\"" + std::string(slug) + "\" is taken"});
  return Invalid(ErrorKind::kConflict, std::move(violations))
      .WithHint("choose another slug, or change the " + std::string(noun) +
                " there with PUT or PATCH");
}

Error TooManyWriters(std::string_view noun) {
  return Error(ErrorKind::kOverloaded, ErrorSource::kGateway,
               "too many changes of this " + std::string(noun) +
                   " at the same moment; nothing was changed")
      .WithRetryAfter(1);
}

bool LostTheRace(const Error& error) {
  return error.kind() == ErrorKind::kPreconditionFailed || error.kind() == ErrorKind::kNotFound;
}

Json ChangeOf(const Json& before, const BuiltDocument& built) {
  Json change = Difference(before, built.document.body);
  if (built.new_secrets.empty()) return change;
  change["new_secrets"] = Json::array();
  for (const std::string& pointer : built.new_secrets) {
    change["new_secrets"].push_back(DottedField(pointer));
  }
  return change;
}

}  // namespace sallyport::admin
