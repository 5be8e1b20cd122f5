// A secret that nobody has seen again must not follow a URL to another server.
#pragma once

#include <string>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"

namespace sallyport::admin {

/// secret_reentry_required when `kept` is not empty and a field that names an origin trusted with
/// secrets names another one than before. Dropping an origin is no change. Both are normalized
/// resource documents.
[[nodiscard]] Result<void> GuardOrigins(const Json& before, const Json& after,
                                        const std::vector<std::string>& kept);

}  // namespace sallyport::admin
