// Which rows of a resource and a query meet in one request (contract section 6).
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/expand.h"

namespace sallyport::request {

/// In the order they are sent: the resource's that no row of the query replaces or removes, then
/// the query's. Points into both, and into `named`.
struct SentRows {
  using List = std::vector<const TemplateRow*>;
  List params, headers, cookies;
  /// How many of each are the resource's.
  std::size_t own_params = 0, own_headers = 0, own_cookies = 0;
  /// Rows of params whose names this call has filled in.
  std::list<TemplateRow> named;
};

/// Names of headers are compared without case, those of params and cookies with it; those of params
/// as they are in this call. A param of an empty name is left out. One whose name cannot be
/// expanded counts by its text: what lacks is told elsewhere.
[[nodiscard]] SentRows SelectRows(const CompiledResource& resource, const CompiledQuery& query,
                                  const Scope& scope);

/// Are the resource's body_fields merged into what the query sends?
[[nodiscard]] bool MergesBodyFields(const CompiledResource& resource, const CompiledQuery& query);

}  // namespace sallyport::request
