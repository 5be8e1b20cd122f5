// What only the compiled query and its resource can tell of a query: templates, and what is
// probably not meant.
#pragma once

#include <string>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/store/model.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::admin {

/// Errors: as request::CompileQuery. Names are judged against the resource as the snapshot has it,
/// unless it is broken.
[[nodiscard]] Result<void> CheckQuery(const store::Document& document,
                                      const store::Snapshot& snapshot,
                                      const std::string& resource_slug);

/// Of a stored query; none when it or its resource is broken.
[[nodiscard]] std::vector<std::string> WarningsOf(const std::string& slug,
                                                  const store::Snapshot& snapshot,
                                                  const std::string& resource_slug);

}  // namespace sallyport::admin
