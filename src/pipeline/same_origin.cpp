#include "pipeline/same_origin.h"

#include <optional>
#include <string>

#include "sallyport/http/method.h"
#include "sallyport/http/url.h"

namespace sallyport::pipeline {
namespace {

bool IsOriginOf(std::string_view origin, std::string_view url) {
  const Result<http::Origin> given = http::ParseOrigin(origin);
  const Result<http::Url> own = http::ParseUrl(url);
  return given && own && *given == own->origin;
}

}  // namespace

Result<void> JudgeSameOrigin(const http::RequestHead& head, std::string_view public_url) {
  if (http::IsSafe(head.method)) return {};
  const std::optional<std::string_view> origin = head.fields.Find("Origin");
  const std::optional<std::string_view> site = head.fields.Find("Sec-Fetch-Site");
  const bool origin_right = !origin || IsOriginOf(*origin, public_url);
  const bool site_right = !site || *site == "same-origin";
  if ((origin || site) && origin_right && site_right) return {};
  return Error(ErrorKind::kForbidden, ErrorSource::kCaller,
               "A call with the session cookie that changes something must come from a page of "
               "this gateway: Origin must be that of public_url, or Sec-Fetch-Site same-origin.");
}

}  // namespace sallyport::pipeline
