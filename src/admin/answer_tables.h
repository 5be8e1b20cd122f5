// Objects that are only ever answered, for the OpenAPI document. A test holds real answers against
// them.
#pragma once

#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

/// WhoAmI, NewSession, NewApiKey, Status, StatusItem, AuditEntry.
[[nodiscard]] const std::vector<const schema::Object*>& AnswerTables();

/// The body of every error (RFC 9457 and the members of this gateway).
[[nodiscard]] Json ProblemSchema();

}  // namespace sallyport::admin
