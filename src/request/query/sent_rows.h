// Which rows of a resource and a query meet in one request (contract section 6).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/expand.h"

namespace sallyport::request {

/// In the order they are sent: the resource's that no row of the query replaces or removes, then
/// the query's. Points into both.
struct SentRows {
  using List = std::vector<const TemplateRow*>;
  List params, headers, cookies;
};

/// Names of headers are compared without case, those of params and cookies with it.
[[nodiscard]] SentRows SelectRows(const CompiledResource& resource, const CompiledQuery& query);

}  // namespace sallyport::request
