// An absolute URL with placeholders: variables are put in when it is read, what only a call can
// fill is left in its path and query.
#pragma once

#include <optional>
#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/http/url.h"
#include "sallyport/request/expand.h"
#include "sallyport/request/template.h"

namespace sallyport::request {

struct UrlTemplate {
  http::Url url;  ///< placeholders that are left stand as "x"
  /// Path and query when they hold placeholders that are left; variables put in.
  std::optional<TemplateUrl> rest;
};

/// Errors: validation_failed, unknown_placeholder; the message follows the name of the field.
[[nodiscard]] Result<UrlTemplate> ReadUrlTemplate(std::string_view text, const Value& vars);

}  // namespace sallyport::request
