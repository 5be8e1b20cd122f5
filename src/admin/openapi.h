// The OpenAPI 3.1 document, made of the list of operations and the field tables.
#pragma once

#include <string>
#include <string_view>

#include "admin/router.h"
#include "sallyport/base/json.h"

namespace sallyport::admin {

/// The whole document as bytes.
[[nodiscard]] std::string DescribeApi(const Router& router, std::string_view version);

// Parts of it
/// components: schemas, security schemes, headers, parameters, answers.
[[nodiscard]] Json DescribeComponents();
/// Routes of the service that are no part of the JSON API: /proxy, /healthz, ...
void DescribeServicePaths(Json& paths);

/// {"$ref":"#/components/<group>/<name>"}
[[nodiscard]] Json ComponentReference(std::string_view group, std::string_view name);
/// The component of answers with this status: "NotFound" for 404.
[[nodiscard]] std::string_view ErrorAnswerName(int status);

}  // namespace sallyport::admin
