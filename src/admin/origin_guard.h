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

/// Pointers of the fields by which this change sends the secrets of the resource's queries to an
/// origin that did not get them before; empty when there are none. Both as above.
[[nodiscard]] std::vector<std::string> ChangedOriginsOfQueries(const Json& before,
                                                               const Json& after);
/// secret_reentry_required. `kept`: pointers of secrets, "/queries/SLUG/headers/0/value".
[[nodiscard]] Error RefuseForQueries(const std::vector<std::string>& changed,
                                     const std::vector<std::string>& kept);

}  // namespace sallyport::admin
