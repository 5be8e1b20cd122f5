// What the audit log says of a change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/operation.h"
#include "sallyport/base/json.h"

namespace sallyport::admin {

/// {"before":{...},"after":{...}} with only the members that differ, objects member by member. A
/// null document (nothing there) is left out. Both must be masked.
[[nodiscard]] Json Difference(const Json& before, const Json& after);

/// Who, when, from where; `change` as Difference makes it.
[[nodiscard]] store::AuditEntry MakeAudit(const Call& call, std::string_view action,
                                          std::string_view object, Json change);

}  // namespace sallyport::admin
