// Which fields of a target's answer go back to the caller.
#include <cassert>

#include "request/http_names.h"
#include "request/location.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/answer_fields.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::request {
namespace {

/// What passes of a usual answer, and what the gateway adds to it.
constexpr std::size_t kUsualBytes = 1024;

/// The judge of heads admitted these bytes, and a rewritten Location is made of such.
void AddJudged(http::FieldLines& fields, std::string_view name, std::string_view value) {
  [[maybe_unused]] const Result<void> added = fields.Add(name, value);
  assert(added);
}

}  // namespace

http::FieldLines FilterAnswer(const CompiledResource& resource, const StaticParts& parts,
                              const http::ResponseHead& head, std::string_view request_path) {
  const std::vector<std::string> named = ConnectionNames(head.fields);
  http::FieldLines kept;
  kept.Reserve(kUsualBytes);
  for (const http::FieldView& field : head.fields) {
    const FoldedName name(field.name);
    const std::string_view folded = name.view();
    if (IsWithheldFromCaller(folded) || Contains(named, folded) || folded == "set-cookie2") {
      continue;
    }
    if (folded == "set-cookie" && !MayKeepSetCookie(resource, field.value)) continue;
    if (folded == "location") {
      AddJudged(kept, field.name, RewriteLocation(resource, parts, field.value, request_path));
    } else {
      AddJudged(kept, field.name, field.value);
    }
  }
  return kept;
}

}  // namespace sallyport::request
