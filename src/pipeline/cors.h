// Cross-origin resource sharing for the admin frontends listed in cors.origins (Fetch standard).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"

namespace sallyport::pipeline {

/// The request's Origin when it is listed (exactly), else "".
[[nodiscard]] std::string_view ListedOrigin(const http::FieldViews& fields,
                                            const std::vector<std::string>& origins);

/// OPTIONS with Access-Control-Request-Method from a listed origin. Any other OPTIONS is an
/// ordinary request.
[[nodiscard]] bool IsPreflight(const http::RequestHead& head,
                               const std::vector<std::string>& origins);

/// For every answer: Vary when origins are configured, the permission when the origin is listed.
void AddCorsFields(http::FieldLines& fields, const http::FieldViews& request,
                   const std::vector<std::string>& origins);

/// What a preflight asks for: the usual methods and the requested one, the requested headers.
void AddPreflightFields(http::FieldLines& fields, const http::FieldViews& request);

}  // namespace sallyport::pipeline
