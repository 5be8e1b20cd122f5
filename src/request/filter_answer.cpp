// Which fields of a target's answer go back to the caller.
#include <algorithm>

#include "request/http_names.h"
#include "request/location.h"
#include "sallyport/http/cookie.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::request {
namespace {

bool Contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool MayKeepSetCookie(const CompiledResource& resource, std::string_view value) {
  const std::string_view name = http::SetCookieName(value);
  return Contains(resource.forward_cookies, name) && !IsGatewayCookie(name);
}

}  // namespace

http::FieldLines FilterAnswer(const CompiledResource& resource, const http::ResponseHead& head,
                              std::string_view request_path) {
  const std::vector<std::string> named = ConnectionNames(head.fields);
  http::FieldLines kept;
  std::string folded;
  for (const http::FieldView& field : head.fields) {
    FoldName(field.name, folded);
    if (IsWithheldFromCaller(folded) || Contains(named, folded) || folded == "set-cookie2") {
      continue;
    }
    if (folded == "set-cookie" && !MayKeepSetCookie(resource, field.value)) continue;
    // The judge of heads admitted these bytes, and a rewritten Location only holds such: a field
    // that cannot be written would be a bug, and leaving it out is the safe way to fail.
    Result<void> added =
        folded == "location"
            ? kept.Add(field.name, RewriteLocation(resource, field.value, request_path))
            : kept.Add(field.name, field.value);
    if (!added) continue;
  }
  return kept;
}

}  // namespace sallyport::request
